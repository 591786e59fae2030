"""How a workflow is refused."""

from __future__ import annotations

from ci_local.errors import ActionFailed, Refused


def test_a_refusal_says_what_and_where() -> None:
    """Provenance: ours."""
    assert str(Refused("no job `x`", "ci.yml")) == "no job `x` @ ci.yml"
    assert str(Refused("no job `x`")) == "no job `x`"
    assert str(ActionFailed("gone")) == "gone"
