"""Two small runs in which each class of change is seeded once: ``python -m tests.report.gate`` writes ``fixtures/gate/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from harness.jsonvalue import JsonValue
from harness.report.regressions import Class
from tests.report import runs
from tests.report.runs import Line, difference, divergence, result

WHO: Final = "some-sdk"
SEEDED: Final[dict[str, Class]] = {
    "exec.gate.now-differs": "new_regression",
    "exec.gate.differs-otherwise": "changed_reason",
    "exec.gate.driver-crashes": "infra_error",
    "exec.gate.no-longer-asked": "removed",
    "exec.gate.now-and-then": "flaky_suspect",
    "exec.gate.asked-since": "no_baseline",
    "exec.gate.differs-as-before": "known_failing",
    "exec.gate.differs-no-more": "fixed",
}
"""Scenario -> the class that was put there. ``exec.gate.equal`` is equal on both sides."""
EQUAL: Final = "exec.gate.equal"
CAUSES: Final = {"one": "1" * 12, "two": "2" * 12}


def failing(name: str, cause: str = "one") -> Line:
    """A divergence of one cause."""
    return divergence(WHO, difference(reference="a", sdk="b", fingerprint=CAUSES[cause]), name=name)


def seen(name: str, who: str, text: str) -> Line:
    """What a subject showed: a turn with one answer, so that the page of the run has something to show."""
    item: Line = {"id": "item_0", "type": "agent_message", "text": text}
    events: list[JsonValue] = [
        {"type": "thread.started", "thread_id": "<thread 1>"},
        {"type": "turn.started"},
        {"type": "item.started", "item": {**item, "text": ""}},
        {"type": "item.completed", "item": item},
    ]
    return runs.observation(who, name, facts={"surfaced.events": [events], "sent.env": [{}]})


def shown(line: Line) -> tuple[Line, ...]:
    """What reference and SDK showed in a cell, as its result says."""
    name = str(line["scenario"])
    answers = {"match": "a", "divergence": "b"}
    verdict = str(line["verdict"])
    theirs = (seen(name, WHO, answers[verdict]),) if verdict in answers else ()
    return (seen(name, "reference", "a"), *theirs)


def rerun(name: str, differing: int) -> Line:
    """Three plays alone after a divergence."""
    causes: Line = {CAUSES["one"]: differing}
    return runs.rerun(WHO, name, differing=differing, causes=causes, verdicts=["match"] * 3)


def base() -> list[Line]:
    """The run that others are held against."""
    return _run(
        "base",
        result(WHO, name=EQUAL),
        result(WHO, name="exec.gate.now-differs"),
        failing("exec.gate.differs-otherwise"),
        result(WHO, name="exec.gate.driver-crashes"),
        result(WHO, name="exec.gate.no-longer-asked"),
        result(WHO, name="exec.gate.now-and-then"),
        failing("exec.gate.differs-as-before"),
        failing("exec.gate.differs-no-more"),
    )


def candidate() -> list[Line]:
    """The run of what is to be released."""
    return _run(
        "candidate",
        result(WHO, name=EQUAL),
        failing("exec.gate.now-differs"),
        failing("exec.gate.differs-otherwise", "two"),
        result(WHO, "could_not_run", "exec.gate.driver-crashes", checks={}),
        failing("exec.gate.now-and-then"),
        result(WHO, name="exec.gate.asked-since"),
        failing("exec.gate.differs-as-before"),
        result(WHO, name="exec.gate.differs-no-more"),
        again=(rerun("exec.gate.now-and-then", 1), rerun("exec.gate.differs-as-before", 4)),
    )


def _run(run_id: str, *results: Line, again: tuple[Line, ...] = ()) -> list[Line]:
    head = runs.header(
        run_id=run_id,
        scenarios=[str(one["scenario"]) for one in results],
        subjects=[runs.subject("reference"), runs.subject(WHO)],
    )
    observed = tuple(one for line in results for one in shown(line))
    scenarios = tuple(runs.scenario(str(one["scenario"])) for one in results)
    *lines, end = runs.run(*results, head=head, extra=(*scenarios, *observed))
    return [*lines, *again, end]


def files(root: Path) -> dict[Path, str]:
    """The fixture's files and what they hold."""
    folder = root / "fixtures" / "gate"
    return {
        folder / name / "run.jsonl": "".join(json.dumps(line) + "\n" for line in lines)
        for name, lines in (("base", base()), ("candidate", candidate()))
    }


if __name__ == "__main__":
    for path, text in files(Path(__file__).parents[2]).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
