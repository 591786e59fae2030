"""The canary lives with the guards in place, and dies of each one that is taken out.

Provenance: issue 6, item 7 and the last line of "done": each fails when its guard is removed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.canary import parts
from tests.canary.__main__ import canary
from tests.canary.nest import copy_of_the_code
from tests.canary.parts import Broken, Part

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

NO_GH = pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine")

GUARDS = [
    pytest.param("harness/runner/secrecy.py", "if not secrets:", "if True:", parts.one_sdk, "run.jsonl", id="observation"),
    pytest.param("harness/runner/secrecy.py", "if not secrets:", "if True:", parts.leakers, "index.html", id="leaking client"),
    pytest.param("mock_codex/journal.py", "if not secrets:", "if True:", parts.mock, "journal", id="journal"),
    pytest.param("harness/runner/play.py", "reason=redactor.text(end.reason)", "reason=end.reason", parts.babblers, "run.jsonl", id="not applicable"),
    pytest.param("harness/runner/play.py", "reason=redactor.text(end.message)", "reason=end.message", parts.babblers, "run.jsonl", id="driver error"),
    pytest.param("harness/runner/judge.py", "Redactor(scenario.secrets).clean(scenario.script)", "scenario.script", parts.one_sdk, "run.jsonl", id="script"),
    pytest.param("harness/publish/gh.py", "redactor.clean(answer.body)", "answer.body", parts.publish, "publication.json",
                 id="answer of GitHub", marks=NO_GH),
]  # fmt: skip


@pytest.mark.requirement("R1-28", "R4-27", "F18")
@pytest.mark.parametrize(("file", "guard", "nothing", "part", "shown"), GUARDS)
def test_the_canary_dies_when_a_guard_is_taken_out(
    tmp_path: Path, file: str, guard: str, nothing: str, part: Part, shown: str
) -> None:
    tree = copy_of_the_code(tmp_path / "tree")
    text = (tree / file).read_text("utf-8")
    assert text.count(guard) == 1, "the guard this test takes out is not there any more"
    (tree / file).write_text(text.replace(guard, nothing), encoding="utf-8")

    verdict = canary(tmp_path / "nest", [part], tree)

    assert not verdict.alive
    assert [hit for hit in verdict.leaks if shown in hit.path]


@pytest.mark.requirement("R1-28", "R4-27", "F18")
@pytest.mark.parametrize(
    "part",
    [
        parts.leakers,
        parts.babblers,
        parts.spans,
        parts.mock,
        pytest.param(parts.publish, marks=NO_GH),
    ],
    ids=lambda part: part.__name__,
)
def test_the_canary_lives(tmp_path: Path, part: Part) -> None:
    """The whole of it is `nox -s canary`."""
    verdict = canary(tmp_path, [part])

    assert (verdict.leaks, verdict.problems) == ([], [])
    assert verdict.alive


def test_a_part_that_recorded_nothing_is_no_evidence(tmp_path: Path) -> None:
    def silent(_: object) -> str:
        raise Broken("nothing")

    verdict = canary(tmp_path, [silent])

    assert (verdict.leaks, verdict.problems, verdict.alive) == ([], ["silent: nothing"], False)
