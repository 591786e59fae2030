"""Sentences about ``harness.real.recorder``: what is kept of a play, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from harness.client import kernel
from harness.client.kernel import is_alive
from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.real import recorder
from harness.real.recorder import Recording, record
from harness.root import find_root, load_schemas
from harness.scenario import Scenario, parse

pytestmark = pytest.mark.process

SCHEMAS = load_schemas(find_root())
HELLO: JsonValue = {"items": [{"message": "Hello!"}]}


def scenario(*prompts: str, model: JsonValue) -> Scenario:
    """A scenario of these prompts, with this model behind codex."""
    turns: list[JsonValue] = [{"turn": {"input": prompt}} for prompt in prompts]
    document: JsonValue = {
        "id": "exec.turn.x",
        "title": "One turn is played",
        "expect": "It is played as it is",
        "source": "ours",
        "family": "turn",
        "provenance": {"kind": "synthetic", "from": "ours"},
        "script": {"turns": [{"do": [{"exit": 0}]}]},
        "steps": [{"start": {}}, *turns],
        **({} if model is None else {"model": model}),
    }
    return parse(document, "here", SCHEMAS)


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """The fake codex as an executable."""
    program = tmp_path / "fake_codex.py"
    text = Path(__file__).with_name("fake_codex.py").read_text("utf-8")
    program.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where places are made, so that one that stays is seen."""
    found = tmp_path / "places"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


def play(one: Scenario, binary: Path) -> Recording:
    return asyncio.run(record(one, binary, {**os.environ, "OPENAI_API_KEY": "a secret"}))


def notes(fake: Path) -> list[dict[str, dict[str, str]]]:
    """What the fake noted, per turn."""
    lines = (fake.parent / "notes.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_every_byte_is_kept_and_folders_are_labels(fake: Path, folders: Path) -> None:
    found = play(scenario("hi", model={"turns": [{"answers": [HELLO]}]}), fake)
    assert found.complaints() == ()
    (kept,) = found.kept()
    assert kept.stdout == b'{"type":"turn.started","in":"<CWD>"}\n{"type": "turn.completed", "said": true}\n'  # fmt: skip
    assert (kept.exit_code, kept.requests, kept.refused) == (0, 1, "")
    assert list(folders.iterdir()) == []


def test_codex_lives_in_a_home_of_its_own_without_the_keys_of_the_caller(fake: Path) -> None:
    play(scenario("hi", "hi", model={"turns": [{"answers": [HELLO, HELLO]}]}), fake)
    first, second = (note["env"] for note in notes(fake))
    assert first["CODEX_HOME"] == second["CODEX_HOME"]
    assert first["HOME"].startswith(str(Path(first["CODEX_HOME"]).parent))
    assert first["CODEX_API_KEY"] == "parity-dummy-key"
    assert "a secret" not in first.values()
    assert "OPENAI_API_KEY" not in first
    play(scenario("hi", model={"turns": [{"answers": [HELLO]}]}), fake)
    assert notes(fake)[2]["env"]["CODEX_HOME"] != first["CODEX_HOME"]


def test_a_turn_that_is_refused_is_kept_with_what_codex_said(fake: Path) -> None:
    found = play(scenario("refuse", "hi", model={"turns": [{"answers": [HELLO]}]}), fake)
    assert not found.refused
    refused, played = found.kept()
    assert (refused.stdout, refused.exit_code, refused.requests) == (b"", 2, 0)
    assert refused.refused == "error: not with me"
    assert (played.requests, played.refused) == (1, "")


def test_a_release_that_takes_nothing_of_a_scenario_is_no_complaint(fake: Path) -> None:
    found = play(scenario("refuse", model={"turns": [{"answers": [HELLO]}]}), fake)
    assert found.refused
    assert found.complaints() == ()


def test_answers_that_are_left_or_missing_are_complaints(fake: Path) -> None:
    left = play(scenario("hi", model={"turns": [{"answers": [HELLO, HELLO]}]}), fake)
    assert left.complaints() == ("turn 0: 1 answers were never asked for",)
    missing = play(scenario("hi", model={"turns": []}), fake)
    assert missing.complaints() == ("POST /v1/responses was unscripted",)


def test_a_turn_that_does_not_end_is_ended_with_all_it_started(
    fake: Path, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: REQUIREMENTS.md fact 2: tools of codex lead process groups of their own."""
    monkeypatch.setattr(recorder, "DEADLINE_S", 1.0)
    found = play(scenario("hang", model={"turns": []}), fake)
    assert found.late == (0,)
    assert "turn 0 did not end within 1 s" in found.complaints()
    (note,) = notes(fake)
    assert not is_alive(int(str(note["pid"])))
    assert list(folders.iterdir()) == []


def test_what_outlives_its_codex_is_swept(
    fake: Path, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's child any more: it is found by the folder that it lives in."""
    swept: list[frozenset[int]] = []
    sweep = kernel.sweep
    monkeypatch.setattr("harness.client.kernel.sweep", lambda folder: swept.append(sweep(folder)))
    play(scenario("leave", model={"turns": []}), fake)
    (pids,) = swept
    assert len(pids) == 1
    assert not any(map(is_alive, pids))
    assert list(folders.iterdir()) == []


def test_a_scenario_without_a_model_cannot_be_recorded(fake: Path) -> None:
    with pytest.raises(HarnessFault, match="no `model` part"):
        play(scenario("hi", model=None), fake)
    assert shutil.which("fake_codex.py") is None
