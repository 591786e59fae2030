"""``bisect`` as a person meets it; what each release shows is given, the lane `real` has its own tests."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from harness.cli.bisect import _Asker
from harness.cli.main import main
from harness.real.bisect import Shown

SHOWN: dict[str, Shown | None] = {
    "0.1.0": frozenset(),
    "0.2.0": None,
    "0.3.0": frozenset({"exec.a surfaced.events f1"}),
    "0.4.0": frozenset({"exec.a surfaced.events f1"}),
}


def bisect(versions: str, *words: str) -> Result:
    """Run the command over these releases."""
    argv = ["bisect", "--scenario", "exec.items.agent-message", "--subject", "openai-typescript"]
    return CliRunner().invoke(main, [*argv, "--codex", versions, *words])


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The releases show what ``SHOWN`` says."""

    def ask(self: _Asker, version: str) -> Shown | None:
        self.told["exec.a surfaced.events f1"] = "exec.a: surfaced.events: it is gone"
        return SHOWN[version]

    monkeypatch.setattr(_Asker, "ask", ask)


def test_the_first_release_is_named_with_what_it_shows_and_what_is_assumed() -> None:
    """Provenance: issue text, point 6."""
    ended = bisect("0.1.0,0.3.0,0.4.0")
    assert ended.exit_code == 1
    assert "openai-typescript differs since codex 0.3.0; with 0.1.0 not yet" in ended.output
    assert "exec.a: surfaced.events: it is gone" in ended.output
    assert "every later one is taken to show as well" in ended.output


def test_releases_that_were_not_played_are_said() -> None:
    ended = bisect("0.1.0,0.2.0,0.3.0")
    assert ended.exit_code == 1
    assert "not played, so the first may be one of them: 0.2.0" in ended.output


def test_nothing_new_is_parity_and_an_end_that_cannot_be_played_is_incomplete() -> None:
    same = bisect("0.3.0,0.4.0")
    assert (same.exit_code, "both ends show the same" in same.output) == (0, True)
    cut = bisect("0.1.0,0.2.0")
    assert (cut.exit_code, "cannot be played with codex 0.2.0" in cut.output) == (4, True)


def test_the_answer_is_json_for_a_program() -> None:
    ended = bisect("0.1.0,0.3.0", "--json")
    answer = json.loads(ended.output)
    assert (answer["first"], answer["last"], answer["new"]) == ("0.3.0", "0.1.0", ["exec.a: surfaced.events: it is gone"])  # fmt: skip
    assert [one["version"] for one in answer["asked"]] == ["0.1.0", "0.3.0"]


def test_one_release_is_wrong_use() -> None:
    ended = bisect("0.1.0")
    assert ended.exit_code == 2
