"""Plays everything that records anything with keys and prompts made for the occasion, then looks for the keys."""
