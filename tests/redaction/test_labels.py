"""Mirror of ``harness/redaction/labels.py``."""

from __future__ import annotations

import pytest

from harness.real import launcher
from harness.redaction.labels import SECRET_NAME, Redactor, journaled, label
from mock_codex.journal import is_secret

KEY = "sk-0123456789"


def test_a_secret_becomes_a_label_wherever_it_stands_and_is_counted() -> None:
    """Provenance: issue text: says what it removed."""
    redactor = Redactor({"api_key": KEY})

    cleaned = redactor.clean({"a": [f"Bearer {KEY}, {KEY}", 1, None], KEY: True})

    assert cleaned == {
        "a": ["Bearer <secret api_key>, <secret api_key>", 1, None],
        "<secret api_key>": True,
    }
    assert redactor.removed == {"<secret api_key>": 3}


def test_what_the_mock_journaled_gets_the_same_label() -> None:
    """Provenance: mock_codex/journal.py."""
    assert Redactor({"api_key": KEY}).text(journaled(KEY)) == label("api_key")


def test_a_short_secret_is_found_only_as_a_whole_text() -> None:
    """Provenance: ours; a key of one sign would take every such sign out of every text."""
    redactor = Redactor({"A_TOKEN": "k"})

    assert [redactor.text(one) for one in ("k", "kind", "")] == ["<secret A_TOKEN>", "kind", ""]


def test_the_longest_secret_wins_and_a_value_has_the_label_of_its_first_name() -> None:
    """Provenance: ours."""
    redactor = Redactor({"a": KEY, "b": f"{KEY}-more", "c": KEY, "empty": ""})

    assert redactor.text(f"{KEY}-more {KEY}") == "<secret b> <secret a>"


def test_the_environment_says_by_its_names_what_is_secret() -> None:
    """Provenance: REQUIREMENTS.md R4-27."""
    redactor = Redactor.of_environment({"GH_TOKEN": "ghp_12345678", "HOME": "/home/you/x"})

    assert redactor.text("ghp_12345678 /home/you/x") == "<secret GH_TOKEN> /home/you/x"
    assert Redactor({}).text("as it is") == "as it is"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("OPENAI_API_KEY", True), ("GITHUB_TOKEN", True), ("AWS_SECRET_ACCESS_KEY", True), ("DB_PASSWORD", True),
        ("TOKEN", True), ("npm_config_token", True), ("APIKEY", True), ("GOOGLE_CREDENTIALS", True),
        ("PATH", False), ("TOKENIZERS_PARALLELISM", False), ("KEYBOARD", False), ("SECRETARY", False),
    ],
)  # fmt: skip
def test_the_mock_and_the_harness_call_the_same_names_secret(name: str, secret: bool) -> None:
    """Provenance: ours; they share no code, so they are held together here."""
    assert bool(SECRET_NAME.search(name)) is secret
    assert is_secret(name) is secret
    assert launcher._SECRET.pattern == SECRET_NAME.pattern
