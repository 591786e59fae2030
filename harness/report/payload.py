"""The whole run for the page's own script: per scenario one document, packed into compressed chunks. CORE.

Nothing is decided here and nothing is decided by the script that reads it: alignment, classes, field differences and cuts
are those of :mod:`harness.report.cellview`. A value travels as its JSON text, never as a number of JavaScript, so ``1``
and ``1.0`` stay two things; equal texts of one scenario travel once. ``assets/page/types.js`` describes the form.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from harness import emitted
from harness.jsonvalue import JsonValue
from harness.observation import Mode
from harness.report import causal
from harness.report.cellview import CellView, CheckView, DifferenceView
from harness.report.commandline import CommandLine
from harness.report.fields import FieldRow, Fields
from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.records import GOLDEN, JsonObject, Known, ObservationLine, ScenarioLine
from harness.report.timeline import EventRow, FoldedRow, Timeline
from harness.report.visible import Shown, json_text
from harness.report.words import since_version

CHUNK: Final = 600_000
"""Bytes of JSON from which a chunk is closed: few enough to unpack at once, many enough to pack well."""

SHOWN_BYTES: Final = 65_536
"""Bytes of one action of a script that travel; what comes after is counted."""

_EVENTS: Final = "surfaced.events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some scenarios, packed: JSON list of documents, deflated, base64. ``scenarios`` are their ids in order."""

    scenarios: tuple[str, ...]
    text: str


@dataclass(slots=True)
class _Pool:
    """The texts of one scenario, each once."""

    texts: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)

    def text(self, text: str) -> int:
        found = self.index.get(text)
        if found is None:
            found = self.index[text] = len(self.texts)
            self.texts.append(text)
        return found

    def value(self, value: JsonValue) -> int:
        return self.text(json_text(value))

    def values(self, values: Iterable[JsonValue]) -> JsonValue:
        """Indices as stretches ``[first, count]`` of indices that count on by one."""
        found: list[list[int]] = []
        for value in values:
            at = self.value(value)
            if found and found[-1][0] + found[-1][1] == at:
                found[-1][1] += 1
            else:
                found.append([at, 1])
        return [[*stretch] for stretch in found]


def packed(documents: Iterable[JsonObject]) -> tuple[Chunk, ...]:
    """Documents packed in their order; a chunk is closed once it holds :data:`CHUNK` bytes."""
    found: list[Chunk] = []
    names: list[str] = []
    texts: list[str] = []
    size = 0
    for one in documents:
        text = json.dumps(one, ensure_ascii=True, separators=(",", ":"))
        names.append(str(one["id"]))
        texts.append(text)
        size += len(text)
        if size >= CHUNK:
            found.append(_chunk(names, texts))
            names, texts, size = [], [], 0
    if names:
        found.append(_chunk(names, texts))
    return tuple(found)


def _chunk(names: Sequence[str], texts: Sequence[str]) -> Chunk:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(f"[{','.join(texts)}]".encode("ascii")) + deflate.flush()
    return Chunk(scenarios=tuple(names), text=base64.b64encode(data).decode("ascii"))


def document(model: RunModel, scenario: ScenarioLine, cells: Iterable[CellView]) -> JsonObject:
    """One scenario: what it says, what each subject showed, and how each cell was judged."""
    pool = _Pool()
    found: JsonObject = {
        "id": scenario.id,
        "title": scenario.title,
        "expect": scenario.expect,
        "source": scenario.source,
        "family": scenario.family,
        "level": scenario.level,
        "since": scenario.since,
        "provenance": pool.value(scenario.provenance),
        "sha256": scenario.sha256,
        "confirmed_by": [*scenario.confirmed_by],
        "not_observed": [*scenario.not_observed],
        "modes": [*scenario.modes],
        "golden": pool.value(scenario.golden),
        "outcomes": [pool.value(one) for one in scenario.outcomes],
        "script": pool.value(scenario.script),
        "reference": model.head.reference,
        "seen": _seen(model, scenario.id, pool),
    }
    turns = emitted.turns(scenario.script, keep=SHOWN_BYTES)
    written = [emitted.values(turn) for turn in turns]
    found["wire"] = [
        {**_turn(turn), "lines": pool.values(said[: causal.MOST])}
        for turn, said in zip(turns, written, strict=True)
    ]
    found["cells"] = {one.cell.subject.name: _cell(one, written) for one in cells}
    found["pool"] = [*pool.texts]
    return found


def _turn(turn: emitted.Turn) -> JsonObject:
    return {
        "by": turn.chosen_by,
        "size": turn.size,
        "steps": [[step.action, step.told, _bytes(step.data), step.size] for step in turn.steps],
    }


def _bytes(data: bytes | None) -> JsonValue:
    """Bytes as text where they are UTF-8, which packs well; else ``[base64]``."""
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return [base64.b64encode(data).decode("ascii")]


def _seen(model: RunModel, scenario: str, pool: _Pool) -> JsonObject:
    names = dict.fromkeys([model.head.reference, *(one.name for one in model.judged), GOLDEN])
    return {
        name: {mode: _side(one, pool) for mode, one in seen.items()}
        for name in names
        if (seen := model.observed(scenario, name))
    }


def _side(one: ObservationLine, pool: _Pool) -> JsonObject:
    raw = dict(one.raw or {})
    turns = raw.pop("turns", [])
    invocations = raw.pop("invocations", [])
    return {
        "facts": {check: pool.value(fact) for check, fact in one.facts.items() if check != _EVENTS},
        "events": [pool.values(turn) for turn in _turns(one.facts.get(_EVENTS))],
        "ledger": [[row.rule, row.check, row.hits, row.before, row.after] for row in one.ledger],
        "invocations": [pool.value(each) for each in _list(invocations)],
        "turns": [_raw_turn(each, pool) for each in _list(turns)],
        "rest": pool.value(raw) if one.raw is not None else None,
    }


def _raw_turn(turn: JsonValue, pool: _Pool) -> JsonObject:
    rest: JsonObject = dict(turn) if isinstance(turn, dict) else {"turn": turn}
    return {"events": pool.values(_list(rest.pop("events", []))), "rest": pool.value(rest)}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _turns(value: JsonValue) -> list[list[JsonValue]]:
    return [_list(turn) for turn in value] if isinstance(value, list) else []


def _cell(view: CellView, written: Sequence[Sequence[JsonValue]]) -> JsonObject:
    result = view.cell.result
    rerun = view.cell.rerun
    knowns: dict[str, tuple[int, Known]] = {}
    differences: list[JsonValue] = []
    for sort, group in (("new", view.unknown), ("known", view.known), ("cosmetic", view.cosmetic)):
        differences += [_difference(one, sort, knowns) for one in group]
    return {
        "id": cell_id(view.cell.scenario.id, view.cell.subject.name),
        "verdict": result.verdict,
        "reason": result.reason,
        "headline": view.headline,
        "flaky": view.cell.flaky,
        "rerun": None if rerun is None else rerun.rate,
        "replay": result.replay,
        "ms": result.duration_ms,
        "answers": [[answer, [*checks]] for answer, checks in view.answers],
        "outcomes": [*view.outcomes],
        "differences": differences,
        "knowns": [_known(one) for _, one in knowns.values()],
        "turns": [_timeline(mode, turn) for mode, turns in view.timelines for turn in turns],
        "checks": [
            _check(one) for plane in view.planes for one in (*plane.differing, *plane.equal)
        ],
        "golden": view.golden,
        "causal": _causal(view, written),
    }


def _causal(view: CellView, written: Sequence[Sequence[JsonValue]]) -> list[JsonValue]:
    """Per turn of the stream: the turn of the script that was played, and its lines against the events."""
    seen = view.cell.observations.get("stream")
    if seen is None:
        return []
    played = [
        one.get("turn") if isinstance(one, dict) else None
        for one in _list((seen.raw or {}).get("invocations", []))
    ]
    found: list[JsonValue] = []
    for number, events in enumerate(_turns(seen.facts.get(_EVENTS))):
        at = played[number] if number < len(played) else None
        if isinstance(at, int) and at < len(written):
            links = causal.causal(written[at], events)
            rows: list[JsonValue] = [[one.kind, one.line, one.event, one.count] for one in links]
            found.append({"turn": number, "script": at, "links": rows})
    return found


def _difference(view: DifferenceView, sort: str, knowns: dict[str, tuple[int, Known]]) -> JsonValue:
    one = view.difference
    known = None
    if one.known is not None:
        known = knowns.setdefault(one.known.cause, (len(knowns), one.known))[0]
    return [
        sort,
        view.modes,
        one.check,
        one.kind,
        one.level,
        one.path,
        one.where,
        one.fingerprint,
        one.sentence,
        _shown(view.reference),
        _shown(view.sdk),
        known,
    ]


def _known(one: Known) -> JsonObject:
    return {
        "reason": one.reason,
        "because": one.because,
        "issue": one.issue,
        "until": one.until,
        "since": None if one.since is None else since_version(one.since),
        "flaky": None if one.flaky is None else [one.flaky.rate, one.flaky.measured],
    }


def _shown(one: Shown | str | None) -> JsonValue:
    """None: nothing there. A text: said in words. A list: before, marked, after, what was cut."""
    if one is None or isinstance(one, str):
        return one
    return [one.before, one.mark, one.after, one.note]


def _timeline(mode: Mode | str, turn: Timeline) -> JsonObject:
    return {
        "mode": mode,
        "turn": turn.turn,
        "counts": [turn.reference_count, turn.sdk_count, turn.golden_count],
        "bounded": turn.bounded,
        "rows": [_row(row) for row in turn.rows],
    }


def _row(row: EventRow | FoldedRow) -> JsonValue:
    """Equal: ``[first of the reference, first of the SDK, count]``. Else kind, both indices, golden, fields, title."""
    if isinstance(row, FoldedRow):
        return [row.start, row.sdk_start, row.count]
    return [
        row.kind,
        row.reference_index,
        row.sdk_index,
        _shown(row.golden),
        None if row.fields is None else _fields(row.fields),
        row.title,
    ]


def _fields(fields: Fields) -> JsonObject:
    return {
        "differing": [_field(row) for row in fields.differing],
        "equal": len(fields.equal),
        "cut": fields.cut,
    }


def _field(row: FieldRow) -> JsonValue:
    return [row.path, row.kind, _shown(row.reference), _shown(row.sdk), _shown(row.golden)]


def _check(view: CheckView) -> JsonObject:
    return {
        "check": view.check,
        "modes": view.modes,
        "state": view.state,
        "three_way": view.three_way,
        "fields": None if view.fields is None else _fields(view.fields),
        "lines": [_line(line) for line in view.lines],
    }


def _line(line: CommandLine) -> JsonValue:
    return [[row.state, _shown(row.reference), _shown(row.sdk), row.meaning] for row in line.rows]
