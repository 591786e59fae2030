"""Mirror of ``mock_codex/thread_id.py``."""

from __future__ import annotations

import pytest

from mock_codex.thread_id import canonical

ID = "01a1fc4d-0e8e-7e21-bd85-d8f361f0d698"


@pytest.mark.parametrize(
    "text", [ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}"]
)
def test_every_spelling_of_a_uuid_has_one_canonical_form(text: str) -> None:
    """Captured: codex 0.169.0 looked for the same thread in each case."""
    assert canonical(text) == ID


@pytest.mark.parametrize(
    "text", ["", "name", ID[:-1], f"{ID} ", ID.replace("-", "_"), ID.replace("f", "g"), "{}"]
)
def test_what_is_not_a_uuid_is_a_name(text: str) -> None:
    """Captured for the first two and the trailing space: a new thread began."""
    assert canonical(text) is None
