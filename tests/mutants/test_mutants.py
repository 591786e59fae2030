"""Every mutant dies at the check named for it, and two that change nothing live. Each here on its named scenario.

``nox -s mutants`` plays each of them on all scenarios.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness import catalogue
from harness.errors import HarnessFault, UsageFault
from harness.observation import CHECKS
from harness.root import find_root, load_schemas
from harness.scenario import Scenario
from mutants.catalogue import CANARIES, EXCUSED, MUTANTS, SHEETS
from mutants.matrix import PROBES, Cell, Fate, Matrix
from mutants.mockfile import WrongMock, sources
from mutants.run import chosen_mutants, excuses, pairs_of, play, refuse_loose
from mutants.session import subject_name
from mutants.wrong import Change, Mutant
from tests.commandline import ROOT, codex_parity, environment, mutant

JOBS = 6
"""More than there are cores: some mutants hang until their deadline."""


def ignore(_: Cell) -> None:
    """Nobody watches."""


def played(*mutants: Mutant) -> Matrix:
    """Each of them on its named scenario."""
    return play(list(mutants), wanted=None, search=False, jobs=JOBS, on_cell=ignore)


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Scenario]:
    """The catalogue."""
    root = find_root(ROOT)
    return {one.id: one for one in catalogue.load(root, load_schemas(root)).scenarios}


@pytest.mark.requirement("F1", "R1-1", "R1-31")
@pytest.mark.process
@pytest.mark.timeout(300)
@pytest.mark.parametrize("sheet", SHEETS)
def test_every_mutant_dies_at_the_check_named_for_it_and_the_canaries_live(sheet: str) -> None:
    """Provenance: issue text, acceptance; STYLE.md 24."""
    matrix = played(*SHEETS[sheet])

    assert matrix.problems == ()
    assert matrix.count(Fate.KILLED) + matrix.count(Fate.TOLD) == len(SHEETS[sheet])
    assert all(row.played for row in matrix.canaries)


@pytest.mark.process
@pytest.mark.timeout(120)
def test_a_mutant_that_changes_nothing_is_a_miss(scenarios: dict[str, Scenario]) -> None:
    """Provenance: ours; without it the test above could pass for a reason that has nothing to do with the mutants."""
    scenario = "exec.items.agent-message"
    harmless = [replace(one, scenario=scenario, check="surfaced.events") for one in CANARIES]

    matrix = played(*harmless)

    assert [row.fate for row in matrix.mutants] == [Fate.SURVIVED, Fate.SURVIVED]
    assert len(matrix.problems) == 2
    assert scenario in scenarios


def test_every_check_is_the_named_check_of_a_mutant() -> None:
    """Provenance: issue text: a check that no mutant needs has not been seen to fail."""
    # The mock asks no model: tests/cli/test_real_lane.py shows a wrong request, by a mutant too.
    assert set(CHECKS) - {"sent.requests"} <= {one.check for one in MUTANTS.values()}


def test_every_mutant_has_a_name_and_a_sentence_of_its_own() -> None:
    """Provenance: ours; a second mutant of one name would hide the first."""
    mutants = [one for sheet in SHEETS.values() for one in sheet] + [*CANARIES]

    assert len(MUTANTS) == len(mutants) >= 60
    assert len({one.sentence for one in mutants}) == len(mutants)
    assert all(one.sentence.endswith(".") for one in mutants)


@pytest.mark.parametrize(
    "one", [one for sheet in SHEETS.values() for one in sheet], ids=lambda one: one.name
)
def test_the_named_scenario_is_there_and_declares_the_named_check(
    one: Mutant, scenarios: dict[str, Scenario]
) -> None:
    """Provenance: ours; a scenario that is renamed takes its mutants with it."""
    if one.scenario == PROBES:
        assert one.check == PROBES
        assert one.kind == "mock"
    else:
        assert one.check in scenarios[one.scenario].checks
        (pair,) = pairs_of([one], list(scenarios.values()), [])
        assert [found.id for found in pair.scenarios] == [one.scenario]


def test_a_mutant_is_played_on_its_own_scenario_and_on_those_asked_for(
    scenarios: dict[str, Scenario],
) -> None:
    """Provenance: ours; `--filter` is for who writes scenarios."""
    every = list(scenarios.values())
    asked = [scenarios["exec.turn.failed"], scenarios["exec.options.all"]]
    general, narrow = MUTANTS["zero_usage"], MUTANTS["sends_empty_model"]
    needy = replace(narrow, needs=("thread.model",))

    pairs = pairs_of([general, needy], every, asked)

    assert [[one.id for one in pair.scenarios] for pair in pairs] == [
        ["exec.items.agent-message", "exec.options.all", "exec.turn.failed"],
        ["exec.options.all", "exec.options.empty-and-false"],
    ]


def test_an_excuse_counts_where_its_scenario_is_judged(scenarios: dict[str, Scenario]) -> None:
    """Provenance: ours; a run of a part must not call the excuses of the rest stale."""
    every = list(scenarios.values())

    assert excuses(every, every) == EXCUSED
    assert excuses(every, []) == {}


def test_every_excused_scenario_is_there(scenarios: dict[str, Scenario]) -> None:
    """Provenance: ours; every excuse has a reason."""
    assert set(EXCUSED) <= set(scenarios)
    assert all(EXCUSED.values())


def test_a_patch_that_fits_nowhere_is_an_error() -> None:
    """Provenance: ours; a wrong mock whose patch no longer fits would be the right one."""
    with pytest.raises(LookupError, match=r"0 times in player\.py"):
        sources([("player", "not there", "")])


@pytest.mark.parametrize(
    "one", [one for one in MUTANTS.values() if one.kind == "mock"], ids=lambda one: one.name
)
def test_every_patch_of_a_mock_fits(one: Mutant) -> None:
    """Provenance: ours; whoever changes the mock hears it here."""
    refuse_loose(one)


def test_a_loose_patch_is_refused_before_anything_is_played() -> None:
    """Provenance: ours; a matrix of half an hour must not end with it."""
    loose = replace(CANARIES[1], change=Change(mock=WrongMock(patches=(("player", "gone", ""),))))

    with pytest.raises(HarnessFault, match=r"canary_mock"):
        played(loose)


def test_a_mutant_on_a_scenario_that_is_gone_is_an_error(scenarios: dict[str, Scenario]) -> None:
    """Provenance: ours."""
    gone = replace(MUTANTS["zero_usage"], scenario="exec.items.gone")

    with pytest.raises(UsageFault, match=r"exec\.items\.gone"):
        pairs_of([gone], list(scenarios.values()), [])


def test_an_unknown_mutant_is_named_with_the_nearest_one() -> None:
    """Provenance: STYLE.md, errors."""
    with pytest.raises(UsageFault, match=r"zero_usage"):
        chosen_mutants(["zero_usag"])


@pytest.mark.requirement("F1")
@pytest.mark.process
@pytest.mark.timeout(120)
def test_anybody_can_run_a_mutant_as_a_subject(tmp_path: Path) -> None:
    """Provenance: README; the report names plane, path and level, and its command finds the subject again."""
    subject = mutant("zero_usage", tmp_path)
    ended = codex_parity(
        "run",
        "--subject",
        subject,
        "--filter",
        MUTANTS["zero_usage"].scenario,
        "--no-golden",
        folder=tmp_path,
    )

    assert ended.code == 1, ended.out + ended.err
    (result,) = ended.results()
    assert result["verdict"] == "divergence"
    assert result["subject"] == subject_name(MUTANTS["zero_usage"])
    assert str(result["replay"]).endswith(f" --subject {subject}")
    assert "usage.input_tokens" in (tmp_path / "index.html").read_text("utf-8")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m mutants``."""
    return subprocess.run(
        [sys.executable, "-m", "mutants", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


@pytest.mark.process
@pytest.mark.timeout(120)
def test_the_command_prints_the_matrix_and_keeps_it(tmp_path: Path) -> None:
    """Provenance: issue text: `nox -s mutants` prints the kill matrix."""
    done = command("--named", "zero_usage", "mock_takes_unknown_flags", "--out", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 mutants: 2 killed; 2 of 2 canaries alive" in done.stdout
    matrix = json.loads((tmp_path / "matrix.json").read_text("utf-8"))
    assert [row["fate"] for row in matrix["mutants"]] == ["killed", "killed"]
    assert "# Kill matrix" in (tmp_path / "matrix.md").read_text("utf-8")
    cells = [
        json.loads(line)
        for line in (tmp_path / "cells.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    assert {cell["mutant"] for cell in cells} >= {"zero_usage", "canary", "canary_mock"}


@pytest.mark.process
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--list"], 0, "zero_usage"),
        (["zero_usag"], 2, "Did you mean zero_usage?"),
        (["write", "nobody"], 2, "no mutant `nobody`"),
    ],
)
def test_the_command_answers_without_playing(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    """Provenance: STYLE.md, errors; exit 2 is wrong use."""
    done = command(*arguments, "--out", str(tmp_path))

    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
