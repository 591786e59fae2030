"""From a difference to the smallest scenario: known minima, nothing more to take away, and what is said when there is none."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import cast

import pytest

from harness.catalogue import open_file
from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.runner.bench import Bench, bench
from harness.shrink.target import Target
from harness.shrink.tree import cut, put, units, walk
from harness.subjects.base import Subject, load_subject
from mutants.catalogue import MUTANTS
from tests.cli.test_interrupt import below
from tests.commandline import PROGRAM, ROOT, Ended, codex_parity, environment, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]
USAGE = {
    "input_tokens": 1,
    "cached_input_tokens": 0,
    "cache_write_input_tokens": 0,
    "output_tokens": 0,
    "reasoning_output_tokens": 0,
}


def shrink(scenario: str, name: str, out: Path, *more: str) -> Ended:
    """Reduce what a mutant shows; the file is ``out``."""
    subject = mutant(name, out.parent)
    return codex_parity(
        "shrink", scenario, "--subject", subject, "--out", str(out), *more, folder=out.parent
    )


def opened(path: Path) -> dict[str, JsonValue]:
    """The document of a scenario file."""
    root = find_root(ROOT)
    return open_file(path, root, load_schemas(root)).document


@pytest.mark.requirement("R4-9", "F14")
def test_what_is_left_is_the_known_minimum_and_replays_with_the_line_that_is_printed(
    tmp_path: Path,
) -> None:
    """Provenance: issue text; one event that codex may write, all zero but one, shows a client without input tokens."""
    ended = shrink(
        "exec.items.web-search", "zero_usage", tmp_path / "left.yaml", "--mode", "stream"
    )

    left = opened(tmp_path / "left.yaml")
    assert ended.code == 0, ended.out + ended.err
    assert left["script"] == {
        "turns": [{"do": [{"line": {"type": "turn.completed", "usage": USAGE}}]}]
    }
    assert left["steps"] == [{"start": {}}, {"turn": {"input": "x"}}]
    assert left["modes"] == ["stream"]
    assert cast("dict[str, str]", left["provenance"])["kind"] == "derived"
    assert "events 7 -> 1, steps 2 -> 2, options 1 -> 0" in ended.out
    assert "no single part can be taken away" in ended.out

    (replay,) = re.findall(r"replay: codex-parity (.*)", ended.out)
    again = codex_parity(*replay.split(), folder=tmp_path)
    assert again.code == 1, again.out + again.err
    assert "usage.input_tokens" in again.out


def test_the_same_reduction_gives_the_same_file(tmp_path: Path) -> None:
    """Provenance: issue text; deterministic."""
    for name in ("one.yaml", "two.yaml"):
        assert shrink("exec.drift.unknown-item", "drops_unknown_items", tmp_path / name).code == 0  # fmt: skip

    assert (tmp_path / "one.yaml").read_bytes() == (tmp_path / "two.yaml").read_bytes()


@pytest.mark.requirement("F14")
@pytest.mark.parametrize("name", ["images_before_resume", "forgets_thread"])
def test_no_single_part_of_what_is_left_can_be_taken_away(name: str, tmp_path: Path) -> None:
    """Provenance: issue text; 1-minimal, played again part by part."""
    wrong = MUTANTS[name]
    subject = Path(mutant(name, tmp_path))
    ended = shrink(wrong.scenario, name, tmp_path / "left.yaml", "--check", wrong.check)
    assert ended.code == 0, ended.out + ended.err
    left = opened(tmp_path / "left.yaml")
    (wanted,) = re.findall(r"kept:.* ([0-9a-f]{12}):", ended.out)

    whole, *smaller = asyncio.run(_shown(left, load_subject(subject), wanted))

    assert whole
    assert smaller
    assert not any(smaller)


async def _shown(left: dict[str, JsonValue], subject: Subject, fingerprint: str) -> list[bool]:
    """Whether the document, and each with one part less, shows the difference."""
    root = find_root(ROOT)
    reference = load_subject(root.subjects / "reference/subject.toml")
    candidates = [left, *_smaller(left)]
    async with bench(
        reference=reference,
        subjects=[subject],
        schemas=load_schemas(root),
        home=root.home,
        expected={subject.name: ()},
    ) as made:
        tried = await _all(made, candidates, subject.name)
        (row,) = [one for one in tried[0].rows if one["fingerprint"] == fingerprint][:1]
        target = Target.of(row, tried[0])
        return [one is not None and target.shows_in(one) for one in tried]


async def _all(made: Bench, candidates: list[dict[str, JsonValue]], name: str):  # type: ignore[no-untyped-def]
    (mode,) = cast("list[str]", candidates[0]["modes"])
    tried = await made.try_all(candidates, [name], mode)  # type: ignore[arg-type]
    return [one[name].seen for one in tried]


def _smaller(left: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    parts = ("script", "steps", "client", "files")
    return [
        cast("dict[str, JsonValue]", put(left, place, cut(node, index, index + 1)))
        for place, node in walk(left)
        if place[:1] in {(part,) for part in parts} and isinstance(node, dict | list)
        for index in range(units(node))
    ]


def test_a_difference_that_does_not_show_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    """Provenance: issue text; documented exit code."""
    ended = shrink(
        "exec.items.agent-message", "zero_usage", tmp_path / "left.yaml", "--check", "sent.cwd"
    )

    assert ended.code == 4
    assert "the difference does not show" in ended.out
    assert not (tmp_path / "left.yaml").exists()


def test_a_difference_that_comes_and_goes_is_said_to_be_flaky(tmp_path: Path) -> None:
    """Provenance: issue text; documented exit code."""
    text = Path(mutant("zero_usage", tmp_path)).read_text("utf-8")
    text = text.replace('"mutants.serve", "zero_usage"', '"tests.cli.every_other_turn"')
    (tmp_path / "flaky.toml").write_text(text, "utf-8")

    ended = codex_parity(
        "shrink", "exec.items.agent-message", "--subject", str(tmp_path / "flaky.toml"), "--mode", "stream",
        "--out", str(tmp_path / "left.yaml"),
        folder=tmp_path, env=environment(PYTHONPATH=str(ROOT)),
    )  # fmt: skip

    assert ended.code == 4, ended.out + ended.err
    assert "does not show every time: in 2 of 3 plays" in ended.out
    assert not (tmp_path / "left.yaml").exists()


@pytest.mark.requirement("R4-10", "F14")
def test_a_hang_costs_its_deadline_and_a_reduction_no_more_plays_than_it_may(
    tmp_path: Path,
) -> None:
    """Provenance: issue text; bounded by plays and a deadline per play."""
    ended = shrink(
        "exec.items.agent-message", "never_returns", tmp_path / "left.yaml", "--mode", "run",
        "--deadline", "1", "--max-plays", "24",
    )  # fmt: skip

    assert ended.code == 0, ended.out + ended.err
    assert "the plays are used up" in ended.out
    (plays,) = re.findall(r"plays:  (\d+)", ended.out)
    assert int(plays) <= 24
    assert opened(tmp_path / "left.yaml")["deadline"] == 1.0


@pytest.mark.requirement("R4-10")
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupted_reduction_writes_the_smallest_so_far(tmp_path: Path) -> None:
    """Provenance: issue text; Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="p-") as temp:
        run = subprocess.Popen(
            [*PROGRAM, "shrink", "exec.items.web-search", "--subject", mutant("zero_usage", tmp_path), "--out", str(tmp_path / "left.yaml")],
            cwd=ROOT, env=environment(TMPDIR=temp), stderr=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        assert run.stderr is not None
        next(line for line in run.stderr if "plays:" in line)
        os.kill(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=60)

        assert [process.cmdline() for process in below(Path(temp))] == []
        assert list(Path(temp).iterdir()) == []
    assert run.returncode == 130
    assert "interrupted; what is left may get smaller still" in said
    assert "events 7 ->" in said
    assert opened(tmp_path / "left.yaml")["script"]


def test_wrong_use_is_said(tmp_path: Path) -> None:
    """Provenance: ours; exit code 2."""
    several = shrink("exec.items.*", "zero_usage", tmp_path / "left.yaml")
    same = codex_parity("shrink", "exec.items.reasoning", "--subject", "reference", folder=tmp_path)

    assert several.code == 2
    assert "Name one of them" in several.err
    assert same.code == 2
    assert "twice" in same.err
