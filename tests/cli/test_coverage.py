"""``coverage`` and ``list`` as a person meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commandline import ROOT, codex_parity, environment

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the project's data that may be written to."""
    for name in ("fixtures", "subjects", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("golden"))
    return tmp_path


def test_coverage_shows_a_share_per_area_and_every_hole_with_its_reason(tmp_path: Path) -> None:
    """Provenance: issue text: the share exercised, with the list of holes."""
    ended = codex_parity("coverage", "--min", "fixtures/coverage.toml", folder=tmp_path)

    assert ended.code == 0, ended.err
    assert "event_types" in ended.out
    assert "todo_list is the only user of item.updated" in ended.out


def test_coverage_as_json_names_the_scenarios_that_show_a_part(tmp_path: Path) -> None:
    """Provenance: ours; a number that cannot be traced is typed in."""
    ended = codex_parity("coverage", "--json", folder=tmp_path)

    areas = {area["area"]: area for area in json.loads(ended.out)}
    assert (
        "exec.items.command-declined"
        in areas["words"]["shown"]["command_execution status = declined"]
    )
    assert areas["options"]["holes"]["trust"]
    assert areas["exit_paths"]["covered"] == len(areas["exit_paths"]["shown"])


def test_a_share_that_falls_exits_4_and_says_how_to_raise_it(place: Path) -> None:
    """Provenance: issue text: a ratchet in CI."""
    for name in ("items/command-declined", "items/parallel-types"):
        (place / "fixtures" / "scenarios" / f"{name}.yaml").unlink()
    ended = codex_parity("coverage", "--min", "fixtures/coverage.toml", folder=place, cwd=place)

    assert ended.code == 4
    assert "command_execution status = declined" in ended.err
    assert "--update" in ended.err
    assert "Traceback" not in ended.err

    update = ["coverage", "--min", "fixtures/coverage.toml", "--update"]
    assert codex_parity(*update, folder=place, cwd=place, env=environment(CI="1")).code == 2
    assert codex_parity(*update, folder=place, cwd=place).code == 0
    assert codex_parity(*update[:-1], folder=place, cwd=place).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--update"], "--update needs --min"),
        (["--min", "nowhere.toml"], "no file nowhere.toml"),
    ],
)
def test_a_wrong_call_of_coverage_exits_2(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    """Provenance: ours."""
    ended = codex_parity("coverage", *arguments, folder=tmp_path)

    assert (ended.code, message in ended.err) == (2, True), ended.err


def test_the_table_counts_each_family_by_level_provenance_and_version(tmp_path: Path) -> None:
    """Provenance: issue text: `codex-parity list --format table`."""
    table = codex_parity(
        "list", "--format", "table", "--filter", "family:turn", folder=tmp_path
    ).out
    ids = codex_parity(
        "list", "--format", "ids", "--filter", "family:turn", folder=tmp_path
    ).out.split()
    rows = json.loads(
        codex_parity("list", "--format", "json", "--filter", "family:turn", folder=tmp_path).out
    )

    (total,) = (line.split() for line in table.split("\n") if line.startswith("│ all "))
    levels = [sum(row["level"] == level for row in rows) for level in ("contract", "behaviour")]
    kinds = [
        sum(row["provenance"]["kind"] == kind for row in rows)
        for kind in ("recorded", "derived", "synthetic")
    ]
    numbers = [int(word) for word in total if word.isdigit()]
    assert numbers == [len(ids), *levels, *kinds]
    assert "0.58.0, 0.101.0, 0.125.0, 0.169.0" in table
