"""The steps of a scenario: what the client is asked to do, and how its caller reads. CORE: data, and the one way to make it.

Takes JSON values that fit ``schemas/scenario.json``. Knows no script and no checks (``scenario.py`` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue
from harness.observation import Mode

JsonObject: TypeAlias = dict[str, JsonValue]

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
        consume = consumption(self)
        return cast("str | int | None", consume.get("abort", consume.get("abort_after")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Play these turns at the same time."""

    turns: tuple[Turn, ...]


Step: TypeAlias = Start | Resume | Turn | Together


def consumption(turn: Turn) -> JsonObject:
    """How the caller reads the turn, as an object; empty: it reads all."""
    return turn.consume if isinstance(turn.consume, dict) else {}


def turns_of(step: Step) -> tuple[Turn, ...]:
    """The turns of one step, in order; none for a step that begins a thread."""
    match step:
        case Turn():
            return (step,)
        case Together(turns=turns):
            return turns
        case _:
            return ()


def features(turn: Turn) -> set[str]:
    """What a driver must be able to do for the input and the consumption of a turn (names of ``schemas/driver.json``)."""
    needed: set[str] = set() if turn.thread is None else {"concurrent"}
    if isinstance(turn.input, list) and any(
        isinstance(part, dict) and part.get("type") == "local_image" for part in turn.input
    ):
        needed.add("images")
    for key, value in consumption(turn).items():
        name = value if key == "abort" and isinstance(value, str) else key
        needed.update(_FEATURES_OF_CONSUME[name])
    return needed


def parse_step(step: JsonObject) -> Step:
    """One step of a document that fits the schema."""
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


def refuse_unplayable(steps: Sequence[Step], modes: Sequence[Mode], where: str) -> None:
    """Refuse steps that contradict one another or the modes.

    Raises:
        ScenarioInvalid: with the place, ``where $.steps[N]``.
    """
    if not any(map(turns_of, steps)):
        raise ScenarioInvalid("no turn", where=f"{where} $.steps", hint="Add a `turn` step.")
    threads = 0
    for index, step in enumerate(steps):
        at = f"{where} $.steps[{index}]"
        threads += isinstance(step, Start | Resume)
        for turn in turns_of(step):
            _refuse_turn(modes, turn, threads, at)
        if isinstance(step, Together):
            _refuse_together(step, at)


def _refuse_turn(modes: Sequence[Mode], turn: Turn, threads: int, at: str) -> None:
    if not threads:
        raise ScenarioInvalid(
            "a turn before any thread", where=at, hint="Begin with `start` or `resume`."
        )
    if turn.thread is not None and turn.thread >= threads:
        raise ScenarioInvalid(
            f"no thread {turn.thread}", where=at, hint=f"Threads 0 to {threads - 1} are begun here."
        )
    only_stream = sorted(_OF_EVENTS & consumption(turn).keys())
    if only_stream and "run" in modes:
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
    if any("pause_after" in consumption(turn) for turn in step.turns):
        raise ScenarioInvalid(
            "a pause among turns at the same time",
            where=at,
            hint="There is no gate beside other turns; pause a turn of its own.",
        )
