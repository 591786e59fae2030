"""IO: probes of cancelling: before, while, twice, and when nothing runs."""

from __future__ import annotations

from typing import Final

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue
from harness.subjects.base import JsonObject
from harness.subjects.bench import ANSWER_S, Bench, Probe, completed, outcome, shown, turn

_IDLE: Final = "Take a cancel quietly when its run is over or there is none."


async def _idle(bench: Bench) -> None:
    """Before any run, and with the id of a run that is over; the next run must not be hit by it."""
    await _ignored(bench, "none")
    message = await bench.raw_run("plain", bench.start())
    if message["kind"] != "done":
        raise DriverFault(f"answers a run without turns with {shown(message)}", hint="Say `done`.")
    await _ignored(bench, "probe")
    completed(await bench.play("plain", bench.start(), turn(bench.modes[-1])))


async def _ignored(bench: Bench, run_id: str) -> None:
    answer = await bench.raw({"op": "cancel", "id": run_id}, {"op": "hello", "protocol": 1})
    if answer["kind"] != "hello":
        raise DriverFault(f"answers a cancel without a run with {shown(answer)}", hint=_IDLE)


async def _before_start(bench: Bench) -> None:
    bench.need("cancel_before_start")
    for mode in bench.modes:
        heard = await bench.play("plain", bench.start(), turn(mode, {"abort": "before_start"}))
        if outcome(heard)["kind"] != "error":
            raise DriverFault(
                f"a turn in mode {mode} that was cancelled before it began ends with {shown(outcome(heard))}",
                hint="For {abort: before_start} cancel first, then hand the SDK the cancelled token; if it has none, take cancel_before_start out of `capabilities`.",
            )


async def _running(bench: Bench) -> None:
    await _cancelled(bench, "when_hanging", times=1)


async def _twice(bench: Bench) -> None:
    await _cancelled(bench, "when_hanging", times=2)


async def _cancelled(bench: Bench, abort: str, *, times: int) -> None:
    bench.need("stream", "cancel")
    sent: list[JsonValue] = []

    async def listen(message: JsonObject) -> None:
        if message["kind"] == "event" and not sent:
            sent.append(message)
            await bench.session.cancel(times)

    heard = await bench.play("hang", bench.start(), turn("stream", {"abort": abort}), hear=listen)
    _is_error(heard)
    await bench.session.hello(ANSWER_S)


async def _after_events(bench: Bench) -> None:
    bench.need("stream", "cancel")
    _is_error(await bench.play("hang", bench.start(), turn("stream", {"abort_after": 2})))


def _is_error(heard: list[JsonObject]) -> None:
    if outcome(heard)["kind"] != "error":
        raise DriverFault(
            f"a turn that was cancelled while codex ran ends with {shown(outcome(heard))}",
            hint="Hand on the error that the SDK raises for it.",
        )


PROBES: Final[tuple[tuple[str, Probe], ...]] = (
    ("ignores a cancel when nothing runs", _idle),
    ("cancels before the start", _before_start),
    ("reads its stdin while a turn runs: a cancel ends a turn that hangs", _running),
    ("takes a second cancel of the same turn quietly", _twice),
    ("cancels by itself after the events that were asked for", _after_events),
)
