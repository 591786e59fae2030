"""A whole run, as far as it decides what is played again before anything is judged."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import load
from harness.root import find_root, load_schemas
from harness.runner import run as module
from harness.runner.part import Part, baselines_sha256
from harness.runner.records import PlayResult
from harness.runner.run import Plan, run
from harness.runner.undecided import TRIES
from harness.scenario import Scenario
from harness.subjects.base import load_subject
from tests.runner.test_part import ENTRY as NAMED
from tests.runner.test_part import PART

ROOT = find_root(Path(__file__).parent)
ENTRY = replace(NAMED, scenarios=("exec.items.*",))


def plan(out: Path) -> Plan:
    """The reference against a copy of itself, one scenario, without goldens."""
    schemas = load_schemas(ROOT)
    reference = load_subject(ROOT.subjects / "reference")
    (out / "copy").mkdir()
    text = (ROOT.subjects / "reference" / "subject.toml").read_text("utf-8")
    (out / "copy" / "subject.toml").write_text(
        text.replace('name = "reference"', 'name = "copy"'), encoding="utf-8"
    )
    catalogue = load(ROOT, schemas)
    return Plan(
        root=ROOT,
        schemas=schemas,
        scenarios=catalogue.select("exec.items.agent-message"),
        subjects=[load_subject(out / "copy")],
        reference=reference,
        selection="exec.items.agent-message",
        catalogue=frozenset(one.id for one in catalogue.scenarios),
        jobs=2,
        command=["test"],
        out=out,
        goldens=False,
        baselines=False,
    )


@pytest.mark.process
@pytest.mark.parametrize("patience", [2, 10_000])
def test_what_is_undecided_is_played_again_and_then_judged_as_it_is(
    patience: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours; ``patience`` is how many plays stay undecided, the reference and its copy in two modes are four."""
    asked: list[PlayResult] = []

    def undecided(_: Scenario, result: PlayResult) -> bool:
        asked.append(result)
        return len(asked) <= patience

    monkeypatch.setattr(module, "is_undecided", undecided)
    end = asyncio.run(run(plan(tmp_path)))

    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text("utf-8").splitlines()]
    assert len(asked) == (4 + 2 if patience == 2 else 4 + 4 * TRIES)
    assert [one["kind"] for one in lines].count("observation") == 4
    assert [one["verdict"] for one in end.results] == ["match"]


@pytest.mark.requirement("F11")
@pytest.mark.process
@pytest.mark.parametrize(("part", "code"), [(None, 5), (PART, 0)], ids=["whole", "shard"])
def test_an_expected_difference_that_shows_nowhere_is_stale_in_a_whole_run_and_not_in_a_shard(
    part: Part | None, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: issue text; another shard may show it, and the joined run says so."""
    monkeypatch.setattr(module, "read_baseline", lambda *_: (ENTRY,))
    end = asyncio.run(
        run(replace(plan(tmp_path), selection=None, baselines=True, part=part, rerun=2))
    )

    head = json.loads((tmp_path / "run.jsonl").read_text("utf-8").partition("\n")[0])
    assert end.exit == code, end.reason
    assert head["complete"] is (part is None)
    told = PART.to_json(
        baselines=baselines_sha256({"copy": (ENTRY,)}),
        goldens=False,
        missing_runtime="report",
        rerun=2,
    )
    assert head.get("shard") == (None if part is None else told)
