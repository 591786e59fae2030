"""One parsed line of a run becomes a record, or is refused with ``what @ line N $.path``. CORE: takes parsed JSON.

The schema decides what fits; this module only names the fields. It knows nothing of how lines relate to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, cast

from harness.compare.difference import ABSENT, DifferenceClass, Level
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.observation import Mode, Plane
from harness.report.records import (
    BaselineProblem,
    CheckLine,
    CheckState,
    Difference,
    Flaky,
    Footer,
    Header,
    JsonObject,
    Known,
    LedgerLine,
    Merged,
    ObservationLine,
    Record,
    RerunLine,
    ResultLine,
    ScenarioLine,
    Shard,
    Subject,
    Verdict,
)
from harness.wire.schemas import SchemaSet

SCHEMA: Final = 1
"""The version of the run JSONL that this report reads."""

_KINDS: Final = ("header", "scenario", "observation", "result", "rerun", "footer")


class RunUnreadable(UsageFault):
    """What was given is not the JSONL of a run in the form of ``schemas/run.json``."""

    fault = "the run file"


def parse(line: int, value: JsonValue, schemas: SchemaSet) -> Record:
    """Make a record of one parsed line.

    Args:
        line: its number in the file, from 1, for the error.
        value: the JSON value of the line.
        schemas: the contracts; ``run`` is used.

    Raises:
        RunUnreadable: no object, a kind or a schema version this report does not know, or a field that does not fit.
    """
    where = f"line {line}"
    if not isinstance(value, dict):
        raise RunUnreadable(
            "not a JSON object", where=f"{where} $", hint="Is this the run.jsonl of a run?"
        )
    kind = value.get("kind")
    if kind not in _KINDS:
        raise RunUnreadable(
            f"unknown kind {kind!r:.80}",
            where=f"{where} $.kind",
            hint=f"A line is one of {', '.join(_KINDS)}.",
        )
    if kind == "header" and value.get("schema") != SCHEMA:
        raise RunUnreadable(
            f"schema {value.get('schema')!r:.80}, and this report reads {SCHEMA}",
            where=f"{where} $.schema",
            hint="Make the report with the version of codex-parity that wrote the run.",
        )
    problem = schemas.first_problem(f"run#{kind}", value)
    if problem is not None:
        raise RunUnreadable(
            problem.message,
            where=f"{where} {problem.path}",
            hint="The form of a run is in schemas/run.json.",
        )
    return _MAKERS[kind](value)


def _text(data: JsonObject, key: str) -> str:
    return cast("str", data[key])


def _maybe(data: JsonObject, key: str) -> str | None:
    return cast("str | None", data.get(key))


def _object(data: JsonObject, key: str) -> JsonObject:
    return cast("JsonObject", data[key])


def _texts(data: JsonObject, key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", data[key]))


def _objects(data: JsonObject, key: str) -> list[JsonObject]:
    return cast("list[JsonObject]", data[key])


def _header(data: JsonObject) -> Header:
    return Header(
        run_id=_text(data, "run_id"),
        started_at=_text(data, "started_at"),
        tool=_object(data, "tool"),
        lane=cast("Literal['mock', 'real']", data["lane"]),
        reference=_text(data, "reference"),
        normaliser=_text(data, "normaliser"),
        command=_texts(data, "command"),
        filter=_maybe(data, "filter"),
        whole=cast("bool", data["complete"]),
        subjects=tuple(_subject(entry) for entry in _objects(data, "subjects")),
        scenarios=_texts(data, "scenarios"),
        codex=None if data.get("codex") is None else _text(_object(data, "codex"), "version"),
        not_in_lane=tuple(cast("list[str]", data.get("not_in_lane", []))),
        shard=_shard(_object(data, "shard")) if "shard" in data else None,
        merged=_merged(_object(data, "merged")) if "merged" in data else None,
    )


def _shard(data: JsonObject) -> Shard:
    return Shard(
        plan=_text(data, "plan"),
        leg=_text(data, "leg"),
        name=_text(data, "name"),
        shards=_texts(data, "shards"),
    )


def _merged(data: JsonObject) -> Merged:
    return Merged(
        plan=_text(data, "plan"),
        leg=_text(data, "leg"),
        shards=tuple(_text(one, "shard") for one in _objects(data, "runs")),
        notes=_texts(data, "notes"),
    )


def _subject(data: JsonObject) -> Subject:
    return Subject(
        name=_text(data, "name"),
        sdk=_text(data, "sdk"),
        version=_text(data, "version"),
        language=_text(data, "language"),
        runtime=_text(data, "runtime"),
        state=cast("Literal['ready', 'could_not_run']", data["state"]),
        fault=_maybe(data, "fault"),
        reason=_maybe(data, "reason"),
        capabilities=_texts(data, "capabilities"),
        cannot_express=_texts(data, "cannot_express"),
    )


def _scenario(data: JsonObject) -> ScenarioLine:
    return ScenarioLine(
        id=_text(data, "id"),
        title=_text(data, "title"),
        expect=_text(data, "expect"),
        source=_text(data, "source"),
        family=_text(data, "family"),
        level=_text(data, "level"),
        since=_text(data, "since"),
        provenance=_object(data, "provenance"),
        sha256=_text(data, "sha256"),
        modes=cast("tuple[Mode, ...]", _texts(data, "modes")),
        checks=_texts(data, "checks"),
        script=_object(data, "script"),
        golden=_object(data, "golden"),
        outcomes=tuple(cast("list[JsonObject]", data.get("outcomes", []))),
        not_observed=tuple(cast("list[str]", data.get("not_observed", []))),
        confirmed_by=tuple(cast("list[str]", data.get("confirmed_by", []))),
    )


def _observation(data: JsonObject) -> ObservationLine:
    return ObservationLine(
        scenario=_text(data, "scenario"),
        subject=_text(data, "subject"),
        mode=cast("Mode", data["mode"]),
        raw=cast("JsonObject | None", data["raw"]),
        facts=_object(data, "facts"),
        ledger=tuple(
            LedgerLine(
                rule=_text(entry, "rule"),
                check=_text(entry, "check"),
                hits=cast("int", entry["hits"]),
                before=_text(entry, "before"),
                after=_text(entry, "after"),
            )
            for entry in _objects(data, "ledger")
        ),
        timing=cast("JsonObject | None", data.get("timing")),
    )


def _difference(data: JsonObject) -> Difference:
    known = cast("JsonObject | None", data["known"])
    return Difference(
        mode=cast("Mode", data["mode"]),
        check=_text(data, "check"),
        plane=cast("Plane", data["plane"]),
        kind=cast("DifferenceClass", data["class"]),
        path=_text(data, "path"),
        level=cast("Level", data["level"]),
        reference=data.get("reference", ABSENT),
        sdk=data.get("sdk", ABSENT),
        where=_text(data, "where"),
        fingerprint=_text(data, "fingerprint"),
        sentence=_text(data, "sentence"),
        known=None
        if known is None
        else Known(
            reason=_text(known, "reason"),
            because=_maybe(known, "because"),
            issue=_maybe(known, "issue"),
            until=_maybe(known, "until"),
            flaky=_flaky(known.get("flaky")),
            since=_maybe(known, "since"),
        ),
    )


def _flaky(data: JsonValue) -> Flaky | None:
    return (
        Flaky(rate=_text(data, "rate"), measured=_text(data, "measured"))
        if isinstance(data, dict)
        else None
    )


def _result(data: JsonObject) -> ResultLine:
    return ResultLine(
        scenario=_text(data, "scenario"),
        subject=_text(data, "subject"),
        verdict=cast("Verdict", data["verdict"]),
        reason=_text(data, "reason"),
        differences=tuple(_difference(entry) for entry in _objects(data, "differences")),
        checks={
            key: CheckLine(
                state=cast("CheckState", check["state"]),
                three_way=_maybe(check, "three_way"),
                outcomes=tuple(cast("list[JsonObject]", check.get("outcomes", []))),
            )
            for key, check in cast("dict[str, JsonObject]", data["checks"]).items()
        },
        duration_ms=cast("float", data["duration_ms"]),
        replay=_text(data, "replay"),
    )


def _rerun(data: JsonObject) -> RerunLine:
    return RerunLine(
        scenario=_text(data, "scenario"),
        subject=_text(data, "subject"),
        plays=cast("int", data["plays"]),
        differing=cast("int", data["differing"]),
        causes=cast("dict[str, int]", data["causes"]),
    )


def _footer(data: JsonObject) -> Footer:
    return Footer(
        counts=cast("dict[str, int]", data["counts"]),
        levels=cast("dict[str, int]", data["levels"]),
        exit=cast("int", data["exit"]),
        exit_reason=_text(data, "exit_reason"),
        baseline=tuple(
            BaselineProblem(
                problem=_text(entry, "problem"),
                subject=_text(entry, "subject"),
                entry=_object(entry, "entry"),
                sentence=_text(entry, "sentence"),
            )
            for entry in _objects(data, "baseline")
        ),
        not_verified=_texts(data, "not_verified"),
        finished_at=_text(data, "finished_at"),
        duration_ms=cast("float", data["duration_ms"]),
    )


_MAKERS: Final[dict[str, Callable[[JsonObject], Record]]] = {
    "header": _header,
    "scenario": _scenario,
    "observation": _observation,
    "result": _result,
    "rerun": _rerun,
    "footer": _footer,
}
