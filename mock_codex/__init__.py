"""A drop-in ``codex`` that plays a script and journals who called it. Standard library only."""
