"""Scenarios that are made and not typed: the drift of codex' event stream, by mutation of its schema."""
