"""Plays scenarios to subjects and judges what was seen. The only room that joins normalise, compare, golden, baseline.

``workspace`` folders, ``processes`` the kernel's word, ``keeper`` cleans up after a killed run, ``play`` one play,
``lab`` drivers and concurrency, ``judge`` (CORE) observations -> results, ``run`` the whole run as lines.
"""
