"""The checklist of a release: facts of the tree, the packages and the pins, judged line by line.

Computes and says; a person decides, tags and uploads. ``look.py`` gets the facts, the other modules judge them. Must not
know how scenarios are played.
"""
