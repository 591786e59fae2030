"""The gate: go or no-go for a release, with everything that shows why. It computes; a person decides, tags and pushes.

Source: REQUIREMENTS.md 1.3 (document 004). A check that fell back to something lesser is a warning, never a pass.
"""
