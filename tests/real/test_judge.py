"""The meaning of a command line (``harness.normalize.argv``), judged by the real codex 0.169.0."""

from __future__ import annotations

import asyncio
import itertools
import os

import pytest

from harness.jsonvalue import canonical
from harness.normalize.argv import meaning
from harness.real.judge import IMAGE, Judgement, judge
from tests.real.real_codex import needs_real_codex, real_codex

pytestmark = [needs_real_codex, pytest.mark.process, pytest.mark.timeout(180)]

EXEC = ("exec", "--experimental-json")
FILES = {
    "a.png": IMAGE,
    "b.png": IMAGE + b"\0",
    "s.json": b'{"type": "object", "properties": {}, "additionalProperties": false}',
}
SAME: list[list[tuple[str, ...]]] = [
    [EXEC, ("exec", "--json"), ("e", "--json"), (*EXEC, "-")],
    [
        (*EXEC, "-m", "gpt-5.1"),
        (*EXEC, "--model=gpt-5.1"),
        (*EXEC, "-mgpt-5.1"),
        ("-m", "gpt-5.1", *EXEC),
    ],
    [
        (*EXEC, "-c", 'model_reasoning_effort="high"'),
        (*EXEC, "-c", "model_reasoning_effort=high"),
        (*EXEC, "--config", "model_reasoning_effort='high'"),
        (*EXEC, "-c", 'model_reasoning_effort="low"', "-c", 'model_reasoning_effort="high"'),
    ],
    [
        (*EXEC, "-i", "a.png", "b.png"),
        (*EXEC, "-i", "a.png,b.png"),
        (*EXEC, "-i", "a.png", "-i", "b.png"),
    ],
    [(*EXEC, "-i", "b.png", "-i", "a.png")],
    [(*EXEC, "-i", "a.png", "--", "x"), (*EXEC, "x", "-i", "a.png")],
    [(*EXEC, "-s", "read-only"), ("--sandbox", "read-only", *EXEC)],
    [
        (*EXEC, "-s", "workspace-write", "-c", "sandbox_workspace_write.network_access=true"),
        (*EXEC, "-c", "sandbox_workspace_write={network_access=true}", "-s", "workspace-write"),
    ],
    [(*EXEC, "-s", "workspace-write", "--add-dir", "/usr")],
    [(*EXEC, "--output-schema", "s.json"), ("exec", "--output-schema=s.json", "--json")],
    [(*EXEC, "--cd", "/usr", "--skip-git-repo-check")],
    [(*EXEC, "--cd", "/usr")],
    [(*EXEC, "-c", 'web_search="disabled"')],
    [(*EXEC, "--thread-source", "x")],
    [(*EXEC, "-c", 'developer_instructions="be brief"'), (*EXEC, "-c", "developer_instructions=be brief")],
    [(*EXEC, "-s", "read-only", "-s", "read-only")],
]  # fmt: skip


@pytest.fixture(scope="module")
def judgements() -> dict[tuple[str, ...], Judgement]:
    async def all_of_them() -> dict[tuple[str, ...], Judgement]:
        path = os.environ["PATH"]
        return {
            argv: await judge(real_codex(), argv, path=path, files=FILES)
            for argv in itertools.chain.from_iterable(SAME)
        }

    return asyncio.run(all_of_them())


def effect(judgement: Judgement) -> bytes:
    return canonical([judgement.returncode, judgement.complaint, *judgement.requests])


def test_command_lines_of_one_meaning_have_one_effect(
    judgements: dict[tuple[str, ...], Judgement],
) -> None:
    for group in SAME:
        assert len({canonical(meaning(argv)) for argv in group}) == 1, group
        assert len({effect(judgements[argv]) for argv in group}) == 1, group


def test_command_lines_of_other_meaning_have_another_effect(
    judgements: dict[tuple[str, ...], Judgement],
) -> None:
    for one, other in itertools.combinations(SAME, 2):
        assert canonical(meaning(one[0])) != canonical(meaning(other[0])), (one[0], other[0])
        assert effect(judgements[one[0]]) != effect(judgements[other[0]]), (one[0], other[0])


def test_what_the_meaning_calls_refused_is_refused(
    judgements: dict[tuple[str, ...], Judgement],
) -> None:
    for argv, judgement in judgements.items():
        assert ("rejected" in meaning(argv)) == (judgement.returncode == 2), argv
