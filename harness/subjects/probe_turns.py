"""IO: probes of whole turns: gates, flushing, several turns and runs, leaving early, unknown steps, failures."""

from __future__ import annotations

from typing import Final, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue, canonical
from harness.subjects.base import JsonObject
from harness.subjects.bench import Bench, Probe, completed, items, outcome, shown, turn
from harness.subjects.probe_scripts import EVENTS, THREAD_ID

_CANCELLABLE: Final[dict[str, JsonValue]] = {"abort": "when_hanging"}
_SILENT: Final = (
    "Send the gate, then wait for `continue` before anything else is asked of the SDK or said."
)


async def _two_runs(bench: Bench) -> None:
    for mode in bench.modes:
        plays = [await bench.play("noise", bench.start(), turn(mode)) for _ in range(2)]
        first, second = ([completed(heard)["kind"], *items(heard)] for heard in plays)
        if canonical(first) != canonical(second):
            raise DriverFault(
                f"the same run again, in mode {mode}, gives {shown(second)} after {shown(first)}",
                hint="Nothing of a run may be left in the driver when the next one begins.",
            )


async def _two_turns(bench: Bench) -> None:
    for mode in bench.modes:
        steps = (bench.start(), turn(mode), turn(mode, turn=1))
        heard = await bench.play("plain", *steps)
        for number in (0, 1):
            completed([message for message in heard if message["turn"] == number])


async def _thread_id(bench: Bench) -> None:
    for mode in bench.modes:
        found = (await bench.play("plain", bench.start(), turn(mode)))[-1].get("thread_id")
        if found != THREAD_ID:
            raise DriverFault(
                f"thread_id in mode {mode} is {found!r}; codex wrote {THREAD_ID!r}",
                hint="After the turn's outcome, hand on the id that the SDK's thread has then.",
            )


async def _gates(bench: Bench) -> None:
    """Both gates of a streamed turn, or the one of a blocking turn, held closed for a while."""
    mode = bench.modes[-1]
    message = await bench.raw_run("plain", bench.start(), turn(mode))
    closed = []
    while message["kind"] != "done":
        if message["kind"] in {"driver_error", "not_applicable"}:
            raise DriverFault(f"a plain turn in mode {mode} ends with {shown(message)}")
        if message["kind"] == "gate":
            closed.append(message["gate"])
            if not await bench.silent():
                raise DriverFault(
                    f"speaks at the closed gate `{message['gate']}`: {bench.session.last_line}",
                    hint=_SILENT,
                )
            message = await bench.raw({"op": "continue", "id": "probe"})
        else:
            message = await bench.raw()
    wanted = ["created", "ended"] if mode == "stream" else ["ended"]
    if closed != wanted:
        raise DriverFault(f"waits at {closed} in mode {mode}, not at {wanted}", hint=_SILENT)


async def _flush(bench: Bench) -> None:
    bench.need("stream", "cancel")
    heard: list[JsonValue] = []

    async def listen(message: JsonObject) -> None:
        heard.append(message["kind"])
        if heard.count("event") == 2:
            await bench.session.cancel()

    try:
        await bench.play("hang", bench.start(), turn("stream", _CANCELLABLE), hear=listen)
    except DriverFault as error:
        seen = heard.count("event")
        if seen < 2:
            raise DriverFault(
                f"codex wrote 2 events and works on; {seen} were handed on: {error.what}",
                hint="Hand each event on as soon as the SDK has it, and flush each line.",
            ) from error
        raise


async def _stop(bench: Bench) -> None:
    bench.need("stream")
    heard = await bench.play("plain", bench.start(), turn("stream", {"stop_after": 2}))
    if outcome(heard)["kind"] != "stopped":
        raise DriverFault(
            f"asked to leave after 2 of {EVENTS} events it ends with {shown(outcome(heard))}",
            hint="Leave the loop after N events, as the language does it, and say `stopped`.",
        )


async def _pause(bench: Bench) -> None:
    bench.need("stream", "pause")
    message = await bench.raw_run("plain", bench.start(), turn("stream", {"pause_after": 1}))
    gates: list[JsonValue] = []
    events, at_pause = 0, None
    while message["kind"] not in {"done", "driver_error"}:
        if message["kind"] == "event":
            events += 1
        if message["kind"] == "gate":
            gates.append(message["gate"])
            if message["gate"] == "paused":
                at_pause = events
                if not await bench.silent():
                    raise DriverFault("speaks at the closed gate `paused`", hint=_SILENT)
            message = await bench.raw({"op": "continue", "id": "probe"})
        else:
            message = await bench.raw()
    if gates != ["created", "paused", "ended"] or (at_pause, events) != (1, EVENTS):
        raise DriverFault(
            f"asked to pause after 1 of {EVENTS} events it hands on {events}, with the gates {gates}",
            hint="After N events send the gate `paused` and read nothing until `continue`; then read on.",
        )


async def _together(bench: Bench) -> None:
    bench.need("concurrent")
    mode = bench.modes[-1]
    turns: list[JsonValue] = [turn(mode, thread=0), turn(mode, thread=1, turn=1)]
    steps: tuple[JsonObject, ...] = (bench.start(), bench.start())
    both: JsonObject = {"op": "together", "turns": turns}
    message = await bench.raw_run("plain", *steps, both)
    heard = []
    while message["kind"] not in {"done", "driver_error", "not_applicable", "gate"}:
        heard.append(message)
        message = await bench.raw()
    if message["kind"] != "done":
        raise DriverFault(
            f"two turns together end with {shown(message)}",
            hint="Begin the turns of `together` in order without waiting, send no gates in it, then go on.",
        )
    for number in (0, 1):
        mine = [message for message in heard if message["turn"] == number]
        kinds = [cast("str", message["kind"]) for message in mine if message["kind"] != "event"]
        if len(kinds) != 2 or kinds[1] != "thread_id":
            raise DriverFault(
                f"turn {number} of two together has {kinds}, not an outcome and the thread id",
                hint="Each message of a turn carries that turn's own number.",
            )
        completed(mine)


async def _cancel_of_one(bench: Bench) -> None:
    """Of two turns that hang together a cancel ends the one that asks for it; the other one is ended by closing."""
    bench.need("concurrent", "stream", "cancel")
    turns: list[JsonValue] = [
        turn("stream", thread=0),
        turn("stream", _CANCELLABLE, thread=1, turn=1),
    ]
    steps: tuple[JsonObject, ...] = (bench.start(), bench.start())
    heard = [await bench.raw_run("hang", *steps, {"op": "together", "turns": turns})]
    while [message["kind"] for message in heard].count("event") < 4:
        heard.append(await bench.raw())
    message = await bench.raw({"op": "cancel", "id": "probe"})
    if (message["kind"], message.get("turn")) != ("error", 1) or (await bench.raw())["turn"] != 1:
        raise DriverFault(
            f"a cancel during two turns, one of which asks for it, is answered with {shown(message)}",
            hint="A cancel is for the turns whose `consume` asks for an abort, and for no other.",
        )
    if not await bench.silent():
        raise DriverFault(
            f"a cancel ends a turn too many: {bench.session.last_line}",
            hint="A cancel is for the turns whose `consume` asks for an abort, and for no other.",
        )


async def _unknown_step(bench: Bench) -> None:
    await _refuses(bench, {"op": "dance"}, "an unknown step")


async def _unknown_consume(bench: Bench) -> None:
    await _refuses(bench, turn(bench.modes[-1], {"dance": 1}), "an unknown `consume`")


async def _refuses(bench: Bench, step: JsonObject, what: str) -> None:
    message = await bench.raw_run("plain", bench.start(), step)
    if message["kind"] not in {"driver_error", "not_applicable"}:
        raise DriverFault(
            f"goes over {what}: {shown(message)}",
            hint='Answer {"id": ..., "kind": "driver_error", "message": ...}; what is passed over in silence looks like parity.',
        )
    await bench.session.hello(bench.patience_s)


async def _missing_codex(bench: Bench) -> str | None:
    for mode in bench.modes:
        heard = await bench.play("there-is-none", bench.start(), turn(mode))
        found = outcome(heard)
        if found["kind"] != "error":
            raise DriverFault(
                f"a codex that does not exist ends a turn in mode {mode} with {shown(found)}",
                hint="Catch what the SDK raises and hand it on as `error` with its class, message and cause.",
            )
        error = cast("dict[str, str]", found["error"])
        if not error["class"]:
            raise DriverFault(
                "an error without a class",
                hint="`class` is the name of the SDK's error type; where a language has none, a fixed word.",
            )
        if bench.session.kind_of(error) == "other":
            return f"subject.toml has no [[errors]] row for `{error['class']}: {error['message']}`; its kind is spawn_failed"
    return None


async def _has_modes(bench: Bench) -> None:
    if not {"run", "stream"} & set(bench.capabilities):
        raise DriverFault(
            "hello claims neither run nor stream", hint="Without a turn nothing can be compared."
        )


PROBES: Final[tuple[tuple[str, Probe], ...]] = (
    ("can play a turn: claims run or stream", _has_modes),
    ("plays two runs one after the other in each mode, while codex writes to stderr", _two_runs),
    ("plays two turns on one thread, each with its number", _two_turns),
    ("hands on the thread id in each mode", _thread_id),
    ("is silent at each closed gate", _gates),
    ("hands each event on at once: flushes every line", _flush),
    ("leaves the stream after the events that were asked for", _stop),
    ("pauses in the middle of a stream and reads on", _pause),
    ("plays two turns together, their messages told apart", _together),
    ("cancels only the turn that asks for it, of two together", _cancel_of_one),
    ("refuses a step that it does not know", _unknown_step),
    ("refuses a way to consume that it does not know", _unknown_consume),
    ("hands on an error with its class, and lives on", _missing_codex),
)
