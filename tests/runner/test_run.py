"""A whole run, as far as it decides what is played again before anything is judged."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from harness.catalogue import load
from harness.root import find_root, load_schemas
from harness.runner import run as module
from harness.runner.records import PlayResult
from harness.runner.run import Plan, run
from harness.runner.undecided import TRIES
from harness.scenario import Scenario
from harness.subjects.base import load_subject

ROOT = find_root(Path(__file__).parent)


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
