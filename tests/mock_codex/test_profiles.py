"""Older releases: the words that the released binary took, refused or answered, and what ours does with them.

``probes-older.json`` holds, per release and case of ``probes.json``, what became of the command line in its parser:
``taken``, ``told`` (help or version), or the first line of the refusal; ``python -m tests.mock_codex.record_profile``
asks the binaries again.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mock_codex.flags import LEVELS
from mock_codex.profiles import levels_of
from mock_codex.scenario import PROFILES
from tests.mock_codex.processes import Mock, is_posix
from tests.mock_codex.record_profile import parsed
from tests.mock_codex.small_world import CASES, SmallWorld, answer, argv_of, world_of

OLDER = json.loads(Path(__file__).with_name("probes-older.json").read_text("utf-8"))
DATA = Path(__file__).parents[2] / "mock_codex" / "data"


def release(version: str) -> dict[str, object]:
    """What the help of a release says."""
    found = json.loads((DATA / f"codex-{version}.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def as_older(case: dict[str, object], version: str) -> dict[str, object]:
    """What our peer says to a case when it plays as an older release."""
    texts = release(version)

    class Older(SmallWorld):
        profile = version

        def release(self) -> dict[str, object]:
            return texts

    world = world_of(case)
    world.__class__ = Older
    return answer(argv_of(case), world)


def test_every_older_profile_was_asked_every_case() -> None:
    """Provenance: issue text, point 7: the mock can play as an older release."""
    assert OLDER.keys() == set(PROFILES) - {"0.169.0"}
    for version in OLDER:
        assert OLDER[version].keys() == {str(case["name"]) for case in CASES}


@pytest.mark.parametrize("version", sorted(OLDER))
def test_an_older_release_takes_and_refuses_what_its_binary_did(version: str) -> None:
    """Captured: the released binaries, asked the cases of probes.json."""
    ours = {str(case["name"]): parsed(as_older(case, version)) for case in CASES}
    assert ours == OLDER[version]


@pytest.mark.parametrize("version", sorted(OLDER))
def test_the_commands_of_an_older_release_know_each_other_and_name_what_they_have(
    version: str,
) -> None:
    """Provenance: ours: a conflict with an option that a release does not have would be found by nobody."""
    levels = levels_of(release(version))
    assert levels["e"] is levels["exec"]
    for level in levels.values():
        assert level.levels is levels
        names = {one.long for one in (*level.options, *level.positionals)}
        assert {name for one in level.options for name in one.conflicts} <= names
        assert level is not LEVELS[level.name]


@pytest.mark.process
@pytest.mark.skipif(not is_posix(), reason="signals and first lines are POSIX")
def test_a_mock_says_the_version_that_it_plays_as(tmp_path: Path) -> None:
    """Captured: codex 0.58.0."""
    mock = Mock(tmp_path, {"do": []}, profile="0.58.0")
    said = [
        subprocess.run(
            [mock.codex, *argv], capture_output=True, encoding="utf-8", timeout=20, check=False
        )
        for argv in (["--version"], ["exec", "--json", "--thread-source", "x"], ["exec", "-h"])
    ]
    assert said[0].stdout == "codex-cli 0.58.0\n"
    assert said[1].stderr.startswith("error: unexpected argument '--thread-source' found\n")
    assert said[2].stdout.startswith("Run Codex non-interactively\n")
