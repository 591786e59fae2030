"""The pytest suite that checks and records golden files: ``nox -s golden``. One test per scenario."""
