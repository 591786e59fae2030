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
CodexPresence: TypeAlias = Literal["mock", "missing", "not_executable", "wrong_format", "directory"]

_DESCENDANTS = "lifecycle.descendants"

_FEATURES_OF_CONSUME = {
    "stop_after": ("stream",),
    "abort_after": ("stream", "cancel"),
    "before_start": ("cancel_before_start",),
    "when_hanging": ("cancel",),
    "twice_when_hanging": ("cancel",),
    "pause_after": ("stream", "pause"),
    "times": ("stream", "times"),
}
_OF_EVENTS = frozenset({"stop_after", "abort_after", "pause_after", "times"})


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
    """Play one turn; ``consume`` says how the caller reads it (``schemas/scenario.json``).

    ``thread`` counts the ``start`` and ``resume`` steps from 0; None: the newest.
    """

    input: JsonValue
    options: JsonObject
    consume: JsonValue
    thread: int | None = None

    @property
    def aborts(self) -> str | int | None:
        """When the turn is cancelled: a word of ``abort``, the number of events of ``abort_after``, None: never."""
        consume = self.consume if isinstance(self.consume, dict) else {}
        return cast("str | int | None", consume.get("abort", consume.get("abort_after")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Play these turns at the same time."""

    turns: tuple[Turn, ...]


Step: TypeAlias = Start | Resume | Turn | Together


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
    def spawns(self) -> bool:
        """Whether the script starts a process beside codex."""
        return _spawns(self.script)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns in order; a driver counts them from 0."""
        return tuple(turn for step in self.steps for turn in _turns_of(step))

    @property
    def beside(self) -> frozenset[int]:
        """The numbers of the turns that run beside others."""
        beside = [isinstance(step, Together) for step in self.steps for _ in _turns_of(step)]
        return frozenset(index for index, one in enumerate(beside) if one)

    def capabilities(self, mode: Mode) -> frozenset[str]:
        """What a driver must be able to do to play this scenario in ``mode`` (names of ``schemas/driver.json``)."""
        needed: set[str] = {mode}
        needed.update(f"client.{name}" for name in self.client)
        for turn in self.turns:
            needed.update(f"turn.{name}" for name in turn.options)
            needed.update(_features(turn))
        for step in self.steps:
            if isinstance(step, Start | Resume):
                needed.update(f"thread.{name}" for name in step.options)
            if isinstance(step, Resume):
                needed.add("resume")
            if isinstance(step, Together):
                needed.add("concurrent")
        return frozenset(needed)


def _turns_of(step: Step) -> tuple[Turn, ...]:
    match step:
        case Turn():
            return (step,)
        case Together(turns=turns):
            return turns
        case _:
            return ()


def _features(turn: Turn) -> set[str]:
    needed: set[str] = set() if turn.thread is None else {"concurrent"}
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
        checks=tuple(cast("list[str]", data.get("checks", _every_check(data)))),
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


def _every_check(data: JsonObject) -> list[JsonValue]:
    """All that the scenario can show: what codex leaves behind can be asked of a script that starts something."""
    spawns = _spawns(cast("JsonObject", data["script"]))
    return [check for check in CHECKS if check != _DESCENDANTS or spawns]


def _spawns(script: JsonObject) -> bool:
    turns = cast("list[dict[str, list[JsonObject]]]", script["turns"])
    return any("spawn" in action for turn in turns for action in turn["do"])


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
    if kind == "together":
        return Together(turns=tuple(map(_turn, cast("list[JsonObject]", body["turns"]))))
    return _turn(body)


def _turn(body: JsonObject) -> Turn:
    return Turn(
        input=body["input"],
        options=cast("JsonObject", body.get("options", {})),
        consume=body.get("consume", "all"),
        thread=cast("int | None", body.get("thread")),
    )


def _refuse_contradictions(scenario: Scenario, where: str) -> None:
    if not scenario.turns:
        raise ScenarioInvalid("no turn", where=f"{where} $.steps", hint="Add a `turn` step.")
    if _DESCENDANTS in scenario.checks and not scenario.spawns:
        raise ScenarioInvalid(
            f"`{_DESCENDANTS}` is asked of a script that starts nothing",
            where=f"{where} $.checks",
            hint="Add a `spawn`.",
        )
    threads = 0
    for index, step in enumerate(scenario.steps):
        at = f"{where} $.steps[{index}]"
        threads += isinstance(step, Start | Resume)
        for turn in _turns_of(step):
            _refuse_turn(scenario, turn, threads, at)
        if isinstance(step, Together):
            _refuse_together(step, at)


def _refuse_turn(scenario: Scenario, turn: Turn, threads: int, at: str) -> None:
    if not threads:
        raise ScenarioInvalid(
            "a turn before any thread", where=at, hint="Begin with `start` or `resume`."
        )
    if turn.thread is not None and turn.thread >= threads:
        raise ScenarioInvalid(
            f"no thread {turn.thread}", where=at, hint=f"Threads 0 to {threads - 1} are begun here."
        )
    only_stream = sorted(_OF_EVENTS & turn.consume.keys() if isinstance(turn.consume, dict) else ())
    if only_stream and "run" in scenario.modes:
        raise ScenarioInvalid(
            f"`{only_stream[0]}` needs events, which mode `run` does not show",
            where=f"{at}.turn.consume",
            hint="Set `modes: [stream]`.",
        )


def _refuse_together(step: Together, at: str) -> None:
    inputs = [turn.input for turn in step.turns]
    if len({text for text in inputs if isinstance(text, str)}) < len(inputs):
        raise ScenarioInvalid(
            "turns at the same time need inputs that are different texts",
            where=at,
            hint="A codex process is known to belong to a turn by its prompt.",
        )
    if sum(turn.aborts is not None for turn in step.turns) > 1:
        raise ScenarioInvalid(
            "two turns at the same time that are cancelled",
            where=at,
            hint="`cancel` names no turn, so one of them at most may ask for it.",
        )
    if any(isinstance(turn.consume, dict) and "pause_after" in turn.consume for turn in step.turns):
        raise ScenarioInvalid(
            "a pause among turns at the same time",
            where=at,
            hint="There is no gate beside other turns; pause a turn of its own.",
        )
