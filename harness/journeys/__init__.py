"""Journeys: what a maintainer does with the HTML report, walked in real Chromium; pictures, a video and assertions are kept.

``walk.walk`` is the way in, for the command and for the gate. ``browser.py`` is the one module that knows Playwright.
Must not know how a run is made.
"""
