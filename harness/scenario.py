"""A scenario as frozen data, and the one way to make it from a parsed YAML document.

Takes JSON values, never files (``catalogue.py`` reads them). Rejects with ``what @ $.path``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue, canonical
from harness.observation import CHECKS, MODES, Mode
from harness.wire.schemas import SchemaSet

JsonObject: TypeAlias = dict[str, JsonValue]
CodexPresence: TypeAlias = Literal["mock", "missing", "not_executable"]

_FEATURES_OF_CONSUME = {
    "stop_after": ("stream",),
    "abort_after": ("stream", "cancel"),
    "before_start": ("cancel_before_start",),
    "when_hanging": ("cancel",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin a thread with these thread options."""

    options: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Take up a thread by id."""

    thread_id: str
    options: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Play one turn; ``consume`` says how the caller reads it (``schemas/scenario.json``)."""

    input: JsonValue
    options: JsonObject
    consume: JsonValue


Step: TypeAlias = Start | Resume | Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario. ``script`` is what the mock plays, as JSON; ``sha256`` is over the whole document."""

    id: str
    title: str
    expect: str
    source: str
    family: str
    level: str
    since: str
    provenance: JsonObject
    modes: tuple[Mode, ...]
    checks: tuple[str, ...]
    deadline_s: float
    codex: CodexPresence
    files: dict[str, str]
    script: JsonObject
    client: JsonObject
    steps: tuple[Step, ...]
    sha256: str

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns in order; a driver counts them from 0."""
        return tuple(step for step in self.steps if isinstance(step, Turn))

    @property
    def waits(self) -> bool:
        """Whether codex hangs on purpose in some turn: a client that minds that poorly costs its deadline."""
        turns = cast("list[dict[str, list[JsonObject]]]", self.script["turns"])
        return any("hang" in action for turn in turns for action in turn["do"])

    def capabilities(self, mode: Mode) -> frozenset[str]:
        """What a driver must be able to do to play this scenario in ``mode`` (names of ``schemas/driver.json``)."""
        needed: set[str] = {mode}
        needed.update(f"client.{name}" for name in self.client)
        for step in self.steps:
            if isinstance(step, Turn):
                needed.update(f"turn.{name}" for name in step.options)
                needed.update(_features(step))
            else:
                needed.update(f"thread.{name}" for name in step.options)
            if isinstance(step, Resume):
                needed.add("resume")
        return frozenset(needed)


def _features(turn: Turn) -> set[str]:
    needed: set[str] = set()
    if isinstance(turn.input, list) and any(
        isinstance(part, dict) and part.get("type") == "local_image" for part in turn.input
    ):
        needed.add("images")
    if isinstance(turn.consume, dict):
        for key, value in turn.consume.items():
            name = value if key == "abort" and isinstance(value, str) else key
            needed.update(_FEATURES_OF_CONSUME[name])
    return needed


def parse(document: JsonValue, where: str, schemas: SchemaSet) -> Scenario:
    """Make a scenario of one parsed document.

    Args:
        document: what the YAML reader gave.
        where: the file's name, for the error.
        schemas: the contracts; ``scenario`` is used.

    Raises:
        ScenarioInvalid: the document does not fit the schema, or two parts of it contradict each other.
    """
    problem = schemas.first_problem("scenario", document)
    if problem is not None:
        raise ScenarioInvalid(
            problem.message,
            where=f"{where} {problem.path}",
            hint="The form of a scenario is in schemas/scenario.json.",
        )
    data = cast("JsonObject", document)
    scenario = Scenario(
        id=cast("str", data["id"]),
        title=cast("str", data["title"]),
        expect=cast("str", data["expect"]),
        source=cast("str", data["source"]),
        family=cast("str", data["family"]),
        level=cast("str", data.get("level", "contract")),
        since=cast("str", data.get("since", "0.169.0")),
        provenance=cast("JsonObject", data["provenance"]),
        modes=cast("tuple[Mode, ...]", tuple(cast("list[str]", data.get("modes", list(MODES))))),
        checks=tuple(cast("list[str]", data.get("checks", list(CHECKS)))),
        deadline_s=float(cast("float", data.get("deadline", 10))),
        codex=cast("CodexPresence", data.get("codex", "mock")),
        files=cast("dict[str, str]", data.get("files", {})),
        script=cast("JsonObject", data["script"]),
        client=cast("JsonObject", data.get("client", {})),
        steps=tuple(
            _step(cast("JsonObject", step)) for step in cast("list[JsonValue]", data["steps"])
        ),
        sha256=hashlib.sha256(canonical(document)).hexdigest(),
    )
    _refuse_contradictions(scenario, where)
    return scenario


def _step(step: JsonObject) -> Step:
    ((kind, body),) = step.items()
    body = cast("JsonObject", body)
    if kind == "start":
        return Start(options=body)
    if kind == "resume":
        return Resume(
            thread_id=cast("str", body["thread_id"]),
            options=cast("JsonObject", body.get("options", {})),
        )
    return Turn(
        input=body["input"],
        options=cast("JsonObject", body.get("options", {})),
        consume=body.get("consume", "all"),
    )


def _refuse_contradictions(scenario: Scenario, where: str) -> None:
    if not scenario.turns:
        raise ScenarioInvalid("no turn", where=f"{where} $.steps", hint="Add a `turn` step.")
    if isinstance(scenario.steps[0], Turn):
        raise ScenarioInvalid(
            "a turn before any thread",
            where=f"{where} $.steps[0]",
            hint="Begin with `start` or `resume`.",
        )
    for index, step in enumerate(scenario.steps):
        if isinstance(step, Turn) and isinstance(step.consume, dict):
            only_stream = {"stop_after", "abort_after"} & step.consume.keys()
            if only_stream and "run" in scenario.modes:
                raise ScenarioInvalid(
                    f"`{only_stream.pop()}` needs events, which mode `run` does not show",
                    where=f"{where} $.steps[{index}].turn.consume",
                    hint="Set `modes: [stream]`.",
                )
