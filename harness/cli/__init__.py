"""The command line: parses and calls, nothing else. Exit codes are those of ``harness.errors`` and are documented."""

from harness.cli.main import main

__all__ = ["main"]
