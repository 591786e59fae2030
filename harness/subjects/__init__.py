"""Clients that are compared, each reached through its driver: what they are, how installed, how spoken to.

Must not know scenarios, normalisation or verdicts: a subject never judges and is never judged here.
"""
