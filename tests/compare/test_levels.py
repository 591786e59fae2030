"""How much each difference weighs."""

from __future__ import annotations

import pytest

from harness.compare.difference import Finding, Level
from harness.compare.levels import level_of, table_level
from harness.observation import CHECKS


@pytest.mark.parametrize(
    ("check", "path", "level"),
    [
        ("sent.argv_text", "$", "cosmetic"),
        ("sent.argv", "$.config.a", "contract"),
        ("sent.stdin", "$", "contract"),
        ("sent.env", "$.CODEX_API_KEY", "contract"),
        ("sent.env", "$.PATH", "contract"),
        ("sent.env", "$.PATHEXT", "behaviour"),
        ("sent.env", "$.CODEX_INTERNAL_ORIGINATOR_OVERRIDE", "behaviour"),
        ("sent.env", "$.OPENAI_BASE_URL", "behaviour"),
        ("surfaced.events", "$.item.text", "contract"),
        ("surfaced.error", "$.kind", "behaviour"),
        ("surfaced.error", "$.class", "cosmetic"),
        ("surfaced.error", "$.cause.message", "cosmetic"),
        ("surfaced.outcome", "$", "contract"),
        ("lifecycle.host", "$", "contract"),
        ("lifecycle.files", "$", "behaviour"),
    ],
)
def test_the_level_follows_check_and_path(check: str, path: str, level: Level) -> None:
    """Ours: the table, by example; OPENAI_BASE_URL has no effect since 0.115 (PROTOCOLS.md 2.4)."""
    assert table_level(Finding(check=check, cls="changed", path=path)) == level


def test_another_order_weighs_less_unless_it_is_grave() -> None:
    """DESIGN: interleaving is its own class, never hidden."""
    assert table_level(Finding(check="surfaced.events", cls="order_only")) == "behaviour"
    assert table_level(Finding(check="surfaced.events", cls="order_only", grave=True)) == "contract"


def test_a_scenario_of_behaviour_lowers_contract_only() -> None:
    """Ours: such a scenario states no contract."""
    broken = Finding(check="sent.stdin", cls="changed")
    words = Finding(check="sent.argv_text", cls="changed")

    assert (level_of(broken, "behaviour"), level_of(broken, "contract")) == (
        "behaviour",
        "contract",
    )
    assert level_of(words, "behaviour") == "cosmetic"


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_level(check: str) -> None:
    """Ours: the table is complete."""
    assert table_level(Finding(check=check, cls="changed")) in ("contract", "behaviour", "cosmetic")
