"""``record``, ``drift`` and ``bisect`` as a person meets them, with releases of a few lines in place of codex."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from harness.root import find_root, load_schemas
from tests.commandline import ROOT, Ended, codex_parity

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]

FAKE = (ROOT / "tests/real/fake_codex.py").read_text("utf-8")
SCENARIO = """id: exec.turn.{name}
title: One turn is played
expect: It is played as it is
source: ours
family: turn
provenance: {{kind: synthetic, from: ours}}
script:
  turns:
    - do: [{{exit: 0}}]
model: {{turns: [{{answers: [{{items: [{{message: Hello!}}]}}]}}]}}
steps:
  - start: {{}}
  - turn: {{input: {prompt}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one scenario that codex plays and one that it refuses."""
    folder = tmp_path / "project"
    for name, prompt in (("played", "thread"), ("refused", "refuse")):
        path = folder / "fixtures/scenarios/turn" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCENARIO.format(name=name, prompt=prompt), "utf-8")
    (folder / "subjects").mkdir()
    release(folder, "9.9.1")
    return folder


def release(folder: Path, version: str, word: str = "", other: str = "") -> None:
    """Put a fake release into the cache, with ``other`` in place of ``word``."""
    text = f"#!{sys.executable}\n{FAKE}"
    if word:
        assert word in text
        text = text.replace(word, other)
    binary = folder / ".parity/codex" / version / "vendor/bin/codex"
    binary.parent.mkdir(parents=True, exist_ok=True)
    binary.write_text(text, "utf-8")
    binary.chmod(0o755)
    facts = {
        "version": version,
        "binary": "vendor/bin/codex",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "package": "fake",
        "platform": "linux-x64",
    }
    (binary.parents[2] / "release.json").write_text(json.dumps(facts), "utf-8")


def record(project: Path, *words: str) -> Ended:
    return codex_parity("record", "9.9.1", *words, folder=project, cwd=project)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.requirement("R1-2", "R1-35")
def test_a_recording_has_a_provenance_that_fits_its_schema(project: Path) -> None:
    ended = record(project)
    assert ended.code == 0, ended.err
    assert "2 of 2 scenarios recorded, 2 turns" in ended.out
    assert "exec.turn.refused: refused by codex: error: not with me" in ended.out
    folder = project / "reports/record/9.9.1"
    document = json.loads((folder / "provenance.json").read_bytes())
    assert load_schemas(find_root(ROOT)).first_problem("recording", document) is None
    assert set(files(folder)) == {"provenance.json", "turn.played.1.jsonl", "turn.refused.1.jsonl"}
    assert document["files"]["turn.played.1.jsonl"]["requests"] == 1
    assert document["files"]["turn.refused.1.jsonl"]["refused"] == "error: not with me"


def test_a_release_that_is_recorded_again_changes_no_file(project: Path) -> None:
    """Provenance: issue text, point 3: ids of threads are new each time, and stay in the repository."""
    record(project)
    before = files(project / "reports/record/9.9.1")
    ended = record(project, "--check")
    assert ended.code == 0, ended.out + ended.err
    assert files(project / "reports/record/9.9.1") == before


def test_a_selection_leaves_the_other_recordings_where_they_are(project: Path) -> None:
    record(project)
    before = files(project / "reports/record/9.9.1")
    assert record(project, "--filter", "exec.turn.refused").code == 0
    assert files(project / "reports/record/9.9.1") == before


def test_a_release_that_does_not_do_the_same_twice_is_told(project: Path) -> None:
    release(project, "9.9.1", 'b"Hello!" in', 'os.urandom(4).hex() or b"Hello!" in')
    ended = record(project, "--check")
    assert ended.code == 1, ended.out + ended.err
    assert "exec.turn.played: two recordings differ" in ended.out


def test_what_could_not_be_recorded_is_told_with_its_reason(project: Path) -> None:
    path = project / "fixtures/scenarios/turn/played.yaml"
    path.write_text(path.read_text("utf-8").replace("message: Hello!}]}", "message: Hello!}]}, {items: [{message: more}]}"), "utf-8")  # fmt: skip
    ended = record(project)
    assert ended.code == 4, ended.out + ended.err
    assert "exec.turn.played: turn 0: 1 answers were never asked for" in ended.out


def test_scenarios_follow_the_ids_of_what_is_recorded_into_the_repository(project: Path) -> None:
    into = ("--into", str(project / "fixtures/wire"))
    record(project, *into)
    first = (project / "fixtures/wire/9.9.1/turn.played.1.jsonl").read_text("utf-8")
    identity = json.loads(first.split("\n")[0])["thread_id"]
    path = project / "fixtures/scenarios/turn/played.yaml"
    path.write_text(path.read_text("utf-8").replace("- do: [{exit: 0}]", f"- thread: {identity}\n      do: [{{recording: 9.9.1/turn.played.1.jsonl}}]"), "utf-8")  # fmt: skip
    release(project, "9.9.1", "turn.completed", "turn.done")
    assert record(project, *into).code == 0
    second = (project / "fixtures/wire/9.9.1/turn.played.1.jsonl").read_text("utf-8")
    renewed = json.loads(second.split("\n")[0])["thread_id"]
    assert renewed != identity
    assert f"- thread: {renewed}" in path.read_text("utf-8")


def drift(project: Path, *words: str) -> Ended:
    return codex_parity("drift", *words, folder=project, cwd=project)


def test_the_last_step_of_drift_decides_and_the_page_holds_every_step(project: Path) -> None:
    release(project, "9.9.2", "turn.completed", "turn.done")
    release(project, "9.9.3", "turn.completed", "turn.done")
    broken = drift(project, "run", "9.9.1", "9.9.2")
    assert broken.code == 1, broken.err
    assert "event: turn.completed" in broken.out
    assert drift(project, "run", "9.9.1", "9.9.2", "--fail-on", "meaning").code == 0
    mended = drift(project, "run", "9.9.1", "9.9.2", "9.9.3", "--json")
    assert mended.code == 0, mended.err
    steps = json.loads(mended.out)
    assert [(step["older"], len(step["changes"]) > 0) for step in steps] == [("9.9.1", True), ("9.9.2", False)]  # fmt: skip
    page = (project / "reports/drift/index.html").read_text("utf-8")
    assert "What came with which release" in page
    assert json.loads((project / "reports/drift/drift.json").read_bytes()) == steps
    assert "turn.completed" in (project / "reports/drift/drift.md").read_text("utf-8")
    told = drift(project, "explain", "event:turn.completed")
    assert told.code == 0, told.err
    assert "breaks a reader: object -> absent" in told.out
    assert "codex 9.9.1" in told.out
    unknown = drift(project, "explain", "event:nothing")
    assert unknown.code == 2
    assert "event:turn.completed" in unknown.err


def test_one_release_has_no_drift(project: Path) -> None:
    ended = drift(project, "run", "9.9.1")
    assert (ended.code, "one release has no step" in ended.err) == (2, True)
