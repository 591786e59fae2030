"""``python -m harness.cli``: the same as ``codex-parity``."""

from harness.cli.main import main

main()
