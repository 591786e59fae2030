"""The real codex: a scripted model server in front of which a released binary plays the same scenarios as the mock."""
