"""Secrets: taken out where something is recorded, with a label and a count in their place, and looked for in what was kept.

``labels.py`` takes out, ``sweep.py`` looks. Must not know what it reads: text, JSON values and bytes are all there is.
"""
