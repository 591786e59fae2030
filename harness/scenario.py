"""A scenario as frozen data, and the one way to make it from a parsed YAML document.

Takes JSON values, never files (``catalogue.py`` reads them). Rejects with ``what @ $.path``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue, canonical
from harness.observation import ASKED_FOR, CHECKS, MODES, REAL_ONLY, Mode
from harness.outcomes import OutcomeSet, parse_outcomes
from harness.redaction.labels import SECRET_NAME
from harness.steps import (
    JsonObject,
    Resume,
    Start,
    Step,
    Together,
    Turn,
    consumption,
    features,
    parse_step,
    refuse_unplayable,
    turns_of,
)
from harness.wire.schemas import SchemaSet

CodexPresence: TypeAlias = Literal["mock", "missing", "not_executable", "wrong_format", "directory"]

_DESCENDANTS = "lifecycle.descendants"
_BACKPRESSURE = "lifecycle.backpressure"

_LEAST_MEASURED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario. ``script`` is what the mock plays, ``model`` what the model behind a real codex says (None: it cannot
    be played there), both as JSON; ``sha256`` is over the whole document but the model. ``not_observed`` are declared checks that the lane
    cannot show; they are not among ``checks``."""

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
    model: JsonValue = None
    not_observed: tuple[str, ...] = ()
    outcomes: tuple[OutcomeSet, ...] = ()

    @property
    def spawns(self) -> bool:
        """Whether the script starts a process beside codex."""
        return _spawns(self.script)

    @property
    def cancels_unbegun(self) -> bool:
        """Whether a turn is cancelled before it begins."""
        return any(turn.aborts == "before_start" for turn in self.turns)

    @property
    def secrets(self) -> dict[str, str]:
        """What the client is given and may show to nobody but codex, by name: its API key, and keys and tokens of ``env``."""
        env = cast("dict[str, str]", self.client.get("env", {}))
        named = {name: value for name, value in env.items() if SECRET_NAME.search(name)}
        given = {"api_key": cast("str", self.client.get("api_key", "")), **named}
        return {name: value for name, value in given.items() if value}

    def stderr_of(self, turn: int) -> str:
        """What a turn of the script writes to stderr, in all."""
        told = [
            action["stderr"]
            for action in _script_turns(self.script)[turn]["do"]
            if "stderr" in action
        ]
        return "".join(
            one if isinstance(one, str) else cast("str", one["text"]) * cast("int", one["times"])
            for one in cast("list[str | JsonObject]", told)
        )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns in order; a driver counts them from 0."""
        return tuple(turn for step in self.steps for turn in turns_of(step))

    @property
    def beside(self) -> frozenset[int]:
        """The numbers of the turns that run beside others."""
        beside = [isinstance(step, Together) for step in self.steps for _ in turns_of(step)]
        return frozenset(index for index, one in enumerate(beside) if one)

    @property
    def waits(self) -> bool:
        """Whether codex hangs on purpose in some turn: a client that minds that poorly costs its deadline."""
        turns = cast("list[dict[str, list[JsonObject]]]", self.script["turns"])
        return any("hang" in action for turn in turns for action in turn["do"])

    def capabilities(self, mode: Mode) -> frozenset[str]:
        """What a driver must be able to do to play this scenario in ``mode`` (names of ``schemas/driver.json``)."""
        needed: set[str] = {mode}
        needed.update(f"client.{name}" for name in self.client)
        for turn in self.turns:
            needed.update(f"turn.{name}" for name in turn.options)
            needed.update(features(turn))
        for step in self.steps:
            if isinstance(step, Start | Resume):
                needed.update(f"thread.{name}" for name in step.options)
            if isinstance(step, Resume):
                needed.add("resume")
            if isinstance(step, Together):
                needed.add("concurrent")
        return frozenset(needed)


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
    steps = tuple(parse_step(step) for step in cast("list[JsonObject]", data["steps"]))
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
        checks=tuple(cast("list[str]", data.get("checks", _every_check(data, steps)))),
        deadline_s=float(cast("float", data.get("deadline", 10))),
        codex=cast("CodexPresence", data.get("codex", "mock")),
        files=cast("dict[str, str]", data.get("files", {})),
        script=cast("JsonObject", data["script"]),
        client=cast("JsonObject", data.get("client", {})),
        steps=steps,
        sha256=hashlib.sha256(
            canonical({key: value for key, value in data.items() if key != "model"})
        ).hexdigest(),
        model=data.get("model"),
    )
    scenario = replace(scenario, outcomes=_outcomes(scenario, data, where))
    refuse_unplayable(scenario.steps, scenario.modes, where)
    _refuse_checks(scenario, where)
    return scenario


def _every_check(data: JsonObject, steps: tuple[Step, ...]) -> list[JsonValue]:
    """All that the scenario can show: what codex leaves behind can be asked of a script that starts something."""
    leave_out = {*ASKED_FOR, *REAL_ONLY}
    if not _spawns(cast("JsonObject", data["script"])):
        leave_out.add(_DESCENDANTS)
    if not any("pause_after" in consumption(turn) for step in steps for turn in turns_of(step)):
        leave_out.add(_BACKPRESSURE)
    if not any(isinstance(step, Turn) for step in steps):
        leave_out.add("lifecycle.lazy")  # no gate shows what happens before the first read
    return [check for check in CHECKS if check not in leave_out]


def _outcomes(scenario: Scenario, data: JsonObject, where: str) -> tuple[OutcomeSet, ...]:
    return parse_outcomes(
        cast("list[JsonObject]", data.get("outcomes", [])),
        modes=scenario.modes,
        checks=scenario.checks,
        where=where,
    )


def _spawns(script: JsonObject) -> bool:
    return any("spawn" in action for turn in _script_turns(script) for action in turn["do"])


def _script_turns(script: JsonObject) -> list[dict[str, list[JsonObject]]]:
    return cast("list[dict[str, list[JsonObject]]]", script["turns"])


def _refuse_checks(scenario: Scenario, where: str) -> None:
    """A check for which the scenario has nothing to look at could not fail; a model cannot tell turns of one moment apart."""
    if scenario.model is not None and scenario.beside:
        raise ScenarioInvalid(
            "a `model` part beside turns at the same time",
            where=f"{where} $.model",
            hint="Whose request is whose could not be told; leave it to the mock.",
        )
    for check, possible, what, hint in (
        (_DESCENDANTS, scenario.spawns, "a script that starts nothing", "Add a `spawn`."),
        (
            _BACKPRESSURE,
            any("pause_after" in consumption(turn) for turn in scenario.turns),
            "turns that never pause",
            "Add `pause_after`.",
        ),
        (
            "surfaced.stderr",
            any(scenario.stderr_of(index) for index in range(len(_script_turns(scenario.script)))),
            "a script that writes nothing to stderr",
            "Add a `stderr`.",
        ),
        ("surfaced.secrets", bool(scenario.secrets), "a client without a secret", "Add `api_key`."),
        (
            "lifecycle.cost",
            len(scenario.turns) >= _LEAST_MEASURED and not scenario.beside,
            "fewer than three turns in a row",
            "Add one to warm up, a small one, a large one.",
        ),
    ):
        if check in scenario.checks and not possible:
            raise ScenarioInvalid(
                f"`{check}` is asked of {what}", where=f"{where} $.checks", hint=hint
            )
