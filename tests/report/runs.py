"""Builds the lines of small runs by hand, for the tests of the reports; every default fits ``schemas/run.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.report.model import RunModel, fold
from harness.root import find_root, load_schemas

Line = dict[str, JsonValue]

SCHEMAS: Final = load_schemas(find_root(Path(__file__).parent))
ONE: Final = "exec.items.web-search"
TWO: Final = "exec.framing.crlf"
STREAM_EVENTS: Final = "stream/surfaced.events"


def subject(name: str, **changes: JsonValue) -> Line:
    """A subject of the header, ready."""
    return {
        "name": name,
        "sdk": f"{name}-sdk",
        "version": "1.2.3",
        "language": "python",
        "runtime": "Python 3.11.9",
        "state": "ready",
        "reason": None,
        "capabilities": ["run", "stream"],
        "cannot_express": [],
        **changes,
    }


def header(**changes: JsonValue) -> Line:
    """A header with the reference and the SDKs ``left`` and ``right``, and one scenario."""
    return {
        "kind": "header",
        "schema": 1,
        "run_id": "run-1",
        "started_at": "2026-11-21T04:10:31.120+00:00",
        "tool": {"version": "0.1.0", "python": "3.11.9", "platform": "Linux", "cpus": 2},
        "lane": "mock",
        "reference": "reference",
        "normaliser": "abc123",
        "command": ["codex-parity", "run"],
        "filter": None,
        "complete": True,
        "subjects": [subject("reference"), subject("left"), subject("right")],
        "scenarios": [ONE],
        **changes,
    }


def scenario(name: str = ONE, **changes: JsonValue) -> Line:
    """A scenario line without a golden."""
    return {
        "kind": "scenario",
        "id": name,
        "title": "A web search reaches the caller whole",
        "expect": "The item is handed on with its action.",
        "source": "PROTOCOLS.md 1.3",
        "family": name.split(".")[1],
        "level": "contract",
        "since": "0.169.0",
        "provenance": {"kind": "recorded", "from": "0.169.0/web-search.1.jsonl"},
        "sha256": "0" * 64,
        "modes": ["run", "stream"],
        "checks": ["surfaced.events", "sent.env"],
        "script": {"turns": []},
        "golden": {"state": "missing", "reason": "no golden was recorded", "provenance": None},
        **changes,
    }


def observation(who: str, name: str = ONE, mode: str = "stream", **changes: JsonValue) -> Line:
    """An observation with one event and one environment variable."""
    return {
        "kind": "observation",
        "scenario": name,
        "subject": who,
        "mode": mode,
        "raw": None,
        "facts": {
            "surfaced.events": [[{"type": "turn.started"}]],
            "sent.env": [{"A": {"set": "1"}}],
        },
        "ledger": [],
        **changes,
    }


def difference(**changes: JsonValue) -> Line:
    """An unknown difference of level contract; ``reference`` and ``sdk`` are there only when given."""
    return {
        "mode": "stream",
        "check": "surfaced.events",
        "plane": "surfaced",
        "class": "changed",
        "path": "$.item.text",
        "level": "contract",
        "where": "turn 0 event 3 item.completed/agent_message",
        "fingerprint": "0123456789ab",
        "sentence": "`item.text` is otherwise",
        "known": None,
        **changes,
    }


def known(**changes: JsonValue) -> Line:
    """The baseline entry that explains a difference."""
    return {
        "reason": "sdk-bug",
        "because": "The port has no such field.",
        "issue": "https://example.org/issues/1",
        "until": "2.0.0",
        **changes,
    }


def result(who: str, verdict: str = "match", name: str = ONE, **changes: JsonValue) -> Line:
    """A result without differences."""
    return {
        "kind": "result",
        "scenario": name,
        "subject": who,
        "verdict": verdict,
        "reason": "every declared check is equal"
        if verdict == "match"
        else f"because of {verdict}",
        "differences": [],
        "checks": {STREAM_EVENTS: {"state": "equal", "three_way": None}},
        "duration_ms": 12.5,
        "replay": f"codex-parity replay {name} --subject {who}",
        **changes,
    }


def divergence(who: str, *differences: Line, name: str = ONE, **changes: JsonValue) -> Line:
    """A result with unknown differences."""
    given = differences or (difference(reference="a", sdk="b"),)
    told: Line = {
        "differences": [*given],
        "checks": {STREAM_EVENTS: {"state": "differs", "three_way": None}},
    }
    return {**result(who, "divergence", name), **told, **changes}


def rerun(who: str = "left", name: str = ONE, **changes: JsonValue) -> Line:
    """What three plays alone said of a divergent cell: one of them showed nothing."""
    return {
        "kind": "rerun",
        "scenario": name,
        "subject": who,
        "plays": 4,
        "differing": 3,
        "causes": {"0123456789ab": 3},
        "verdicts": ["match", "divergence", "divergence"],
        **changes,
    }


def footer(*results: Line, **changes: JsonValue) -> Line:
    """A footer whose counts fit ``results``; exit 0 unless one of them diverges."""
    counts: dict[str, int] = {}
    for line in results:
        verdict = str(line["verdict"])
        counts[verdict] = counts.get(verdict, 0) + 1
    red = "divergence" in counts
    return {
        "kind": "footer",
        "counts": cast("dict[str, JsonValue]", counts),
        "levels": {},
        "exit": 1 if red else 0,
        "exit_reason": "1 divergence" if red else "parity: all match",
        "baseline": [],
        "not_verified": [],
        "finished_at": "2026-11-21T04:11:31.120+00:00",
        "duration_ms": 60000.0,
        **changes,
    }


def run(
    *results: Line, head: Line | None = None, extra: tuple[Line, ...] = (), end: Line | None = None
) -> list[Line]:
    """A whole run: header, its scenarios, ``extra`` lines, results, a footer that fits them."""
    first = header() if head is None else head
    names = cast("list[str]", first["scenarios"])
    have = {line["id"] for line in extra if line["kind"] == "scenario"}
    scenarios = [scenario(name) for name in names if name not in have]
    return [first, *scenarios, *extra, *results, footer(*results) if end is None else end]


def model(lines: list[Line]) -> RunModel:
    """Fold lines as a file would give them."""
    return fold(((number, line) for number, line in enumerate(lines, start=1)), SCHEMAS)


def played(
    *results: Line, head: Line | None = None, extra: tuple[Line, ...] = (), end: Line | None = None
) -> RunModel:
    """:func:`run`, folded."""
    return model(run(*results, head=head, extra=extra, end=end))


def rich_run() -> list[Line]:
    """A run that shows everything: two scenarios, a golden, a divergence, a known one, a subject that could not run."""
    events: list[JsonValue] = [
        {"type": "thread.started", "thread_id": "t"},
        {"type": "turn.started"},
        {"type": "item.completed", "item": {"id": "item_0", "type": "agent_message", "text": "hi"}},
    ]
    changed: list[JsonValue] = [
        *events[:2],
        {"type": "item.completed", "item": {"id": "item_0", "type": "agent_message", "text": "ho"}},
    ]
    words: list[JsonValue] = ["exec", "--experimental-json", "--model", "m", "-"]
    facts: Line = {"surfaced.events": [events], "sent.argv_text": [words], "sent.env": [{}]}
    wrong: Line = {
        "surfaced.events": [changed],
        "sent.argv_text": [[*words[:2], "-"]],
        "sent.env": [{}],
    }
    ledger: JsonValue = [
        {"rule": "cwd", "check": "sent.argv_text", "hits": 2, "before": "/tmp/x", "after": "<CWD>"}
    ]
    raw: Line = {
        "stderr": "warn\u001b[31m\nnext",
        "invocations": [{"started_ns": 1_795_233_600_000_000_000}, {}],
    }
    head = header(
        scenarios=[ONE, TWO],
        subjects=[
            subject("reference"),
            subject("left"),
            subject("right"),
            subject("gone", state="could_not_run", fault="runtime", reason="go is not installed"),
        ],
    )
    checks: Line = {
        "stream/surfaced.events": {"state": "differs", "three_way": "sdk_differs"},
        "stream/sent.argv_text": {"state": "differs", "three_way": "match"},
        "stream/sent.env": {
            "state": "equal",
            "three_way": "match",
            "outcomes": [
                {"at": 0, "declared": ["one", "two"], "reference": "one", "sdk": "two"},
                {"at": None, "declared": ["one", "two"], "reference": "one", "sdk": None},
            ],
        },
        "stream/lifecycle.files": {"state": "not_done", "three_way": None},
    }
    results = [
        divergence(
            "left",
            difference(
                reference="hi",
                sdk="ho",
                path="$.item.text",
                where="turn 0 event 2 item.completed/agent_message",
            ),
            difference(
                check="sent.argv_text",
                plane="sent",
                level="cosmetic",
                fingerprint="c" * 12,
                path="$[2]",
                reference="--model",
                **{"class": "missing"},
            ),
            checks=checks,
        ),
        result(
            "right",
            "known",
            differences=[
                difference(reference=1, known=known(), fingerprint="b" * 12, **{"class": "missing"})
            ],
            checks=checks,
        ),
        result("gone", "could_not_run", checks={}, reason="go is not installed"),
        result("left", name=TWO),
        result("right", "not_applicable", TWO, checks={}, reason="has no images"),
        result("gone", "could_not_run", TWO, checks={}, reason="go is not installed"),
    ]
    extra = (
        scenario(ONE, golden={"state": "ok", "reason": "", "provenance": {"subject": "left"}}),
        observation("golden", facts=facts),
        observation("reference", facts=facts, ledger=ledger),
        observation("left", facts=wrong, ledger=ledger, raw=raw),
        observation("right", facts=wrong, raw={"stderr": " "}),
    )
    end = footer(
        *results,
        baseline=[
            {
                "problem": "expired",
                "subject": "right",
                "entry": {},
                "sentence": "the entry ended with 2.0.0",
            }
        ],
        not_verified=["the real codex binary", "gone (2 scenarios): go is not installed"],
    )
    *lines, last = run(*results, head=head, extra=extra, end=end)
    return [*lines, rerun(), last]


def timing(ms: float, **changes: JsonValue) -> Line:
    """The timing of a play that began a second after the run, with one turn and one codex."""
    return {
        "started_ns": 1_795_234_232_120_000_000,
        "ms": ms,
        "turns": [{"turn": 0, "at_ms": 0.0, "first_event_ms": ms / 2, "end_ms": ms}],
        "processes": [{"turn": 0, "spawn_ms": 1.0, "first_event_ms": ms / 2, "exit_ms": ms - 1}],
        **changes,
    }


def timed_run(left_ms: float = 90, reference_ms: float = 30) -> list[Line]:
    """A run of one scenario whose plays took their time: 7 spans."""
    raw: Line = {
        "host": "ok",
        "turns": [{"outcome": "end", "error": None, "events": [{"type": "turn.started"}]}],
        "invocations": [{"pid": 7, "end": "exit 0", "wrote": 12, "alive_after": False}],
    }
    head = header(subjects=[subject("reference"), subject("left")])
    seen = (
        observation("reference", raw=raw, timing=timing(reference_ms)),
        observation("left", raw=raw, timing=timing(left_ms)),
    )
    return run(result("left"), head=head, extra=seen)
