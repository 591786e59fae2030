"""Reports made for the browser: small runs by hand, a hostile one, a large one."""

from __future__ import annotations

import json
from pathlib import Path

from harness.jsonvalue import JsonValue
from harness.report.files import template_sources
from harness.report.html import LIMIT, pages
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, Line

MANY = 100_000


def written(
    model: RunModel, folder: Path, *, earlier: RunModel | None = None, limit: int = LIMIT
) -> Path:
    """The report of a run as files; the path of its index."""
    for name, text in pages(model, template_sources(), earlier=earlier, limit=limit).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder / "index.html"


def with_run_file(lines: list[Line], folder: Path, *, limit: int = LIMIT) -> Path:
    """The report of a run with the run file it is made of beside it; its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "run.jsonl").write_text(text, "utf-8")
    return written(runs.model(lines), folder, limit=limit).parent


def failing() -> RunModel:
    """The run of :func:`failing_lines`."""
    return runs.model(failing_lines())


def failing_lines() -> list[Line]:
    """Two scenarios, a divergence, a known difference, a subject that could not run, raw facts, a ledger."""
    lines = runs.rich_run()
    script: JsonValue = {
        "turns": [
            {
                "thread": "t",
                "do": [
                    {"thread_started": {}},
                    {"json": '{"type":"turn.started"}'},
                    {"hex": "ff0a"},
                    {"exit": 0},
                ],
            }
        ]
    }
    for line in lines:
        if line.get("kind") == "scenario" and line.get("id") == ONE:
            line["script"] = script
        if line.get("kind") == "observation" and line.get("subject") in {"reference", "left"}:
            line["raw"] = raw(str(line["subject"]))
    return lines


def raw(subject: str) -> Line:
    """What was seen of a play, before any rule."""
    return {
        "turns": [{"events": [{"type": f"raw of {subject}"}], "outcome": "end"}],
        "invocations": [
            {
                "turn": 0,
                "wrote": 60,
                "started_ns": 1_000_000_000,
                "ended_ns": 1_004_000_000,
                "signals": ["SIGTERM"],
                "end": "exit 0",
                "alive_after": True,
            }
        ],
        "stderr": "warn\u001b[31m",
    }


def many(count: int = MANY) -> RunModel:
    """A turn of many events: ``left`` has one more at the head, ``right`` none."""
    events: list[JsonValue] = [
        {
            "type": "item.completed",
            "item": {"id": f"item_{number}", "type": "agent_message", "text": f"message {number}"},
        }
        for number in range(count)
    ]
    head: JsonValue = {"type": "turn.started"}
    differs: JsonValue = {runs.STREAM_EVENTS: {"state": "differs", "three_way": None}}
    one = runs.difference(
        sdk=head,
        path="$",
        sentence="the SDK shows turn.started, which codex did not write",
        **{"class": "extra"},
    )
    facts = {"reference": [events], "left": [[head, *events]], "right": [events]}
    extra = tuple(
        runs.observation(who, facts={"surfaced.events": [*turns]}) for who, turns in facts.items()
    )
    return runs.played(
        runs.divergence("left", one, checks=differs), runs.result("right"), extra=extra
    )
