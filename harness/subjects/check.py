"""IO: probes a driver: does it keep the driver protocol, and does it hand every JSON value on whole?

What a driver's types lose must be declared in its ``cannot_express``, and what is declared must really be lost: a
comparison is weakened by that declaration, so a declaration too many hides differences. Prints nothing, judges no SDK.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

from harness.errors import DriverFault, ParityError
from harness.jsonvalue import JsonValue
from harness.subjects.base import Done, JsonObject, Session
from harness.subjects.driver import DriverSession
from harness.subjects.fidelity import compare
from harness.wire.jsontext import decode

Connect: TypeAlias = Callable[[], Awaitable[DriverSession]]

EXECUTABLE: Final = "codex.exe" if sys.platform == "win32" else "codex"
ANSWER_S: Final = 5.0
PLAY_S: Final = 15.0
THREAD_ID: Final = "0199a213-81c0-7800-8aa1-bbab2a035a53"

_STARTED: Final = f'{{"type":"thread.started","thread_id":"{THREAD_ID}"}}'
_TURN: Final = '{"type":"turn.started"}'
_HI: Final = '{"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"Hi!"}}'
_USAGE: Final = (
    '{"input_tokens":42,"cached_input_tokens":12,"cache_write_input_tokens":0,'
    '"output_tokens":5,"reasoning_output_tokens":2}'
)
_COMPLETED: Final = f'{{"type":"turn.completed","usage":{_USAGE}}}'
_CALL: Final = (
    '{"type":"item.completed","item":{"id":"item_0","type":"mcp_tool_call","server":"s","tool":"t",'
)
VALUES: Final = (
    _CALL
    + '"arguments":{"null":null,"int":1,"float":1.0,"true":true,"text":"1","nested":[{"empty":[]},[1.0]],'
    '"big":1180591620717411303425,"separator":"a\u2028b","surrogate":"\\ud800"},"status":"completed"}}',
    _CALL + '"arguments":null,"result":null,"error":null,"status":"completed"}}',
)
"""Two lines of codex with every value that a language may lose: 1 beside 1.0 and true, 2^70 + 1, null beside absent (the
first line has no ``result`` and no ``error``, the second has nulls), a raw U+2028, a lone surrogate."""


def _lines(*lines: str) -> list[JsonValue]:
    return [{"json": line} for line in lines]


_NOISE: Final = "noise that no client may mistake for an event\n" * 2000

_ACTIONS: Final[dict[str, list[JsonValue]]] = {
    "values": _lines(_STARTED, _TURN, *VALUES, _HI, _COMPLETED),
    "noise": [*_lines(_STARTED), {"stderr": _NOISE}, *_lines(_TURN, _HI, _COMPLETED)],
    "hang": [*_lines(_STARTED, _TURN), {"hang": {}}],
}

SCRIPTS: Final[dict[str, JsonValue]] = {
    name: {"turns": [{"do": actions}]} for name, actions in _ACTIONS.items()
}
"""What codex plays in the probes: the ``scripts`` for ``mock-codex build``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One probe: what was asked of the driver, whether it did so, and, when not, what is to be fixed."""

    probe: str
    passed: bool
    detail: str = ""


async def check(connect: Connect, mock: Path) -> list[Row]:
    """Probe a driver.

    Args:
        connect: starts the driver anew and returns it when it has said hello; called again after a probe that ended it.
        mock: the folder into which ``mock-codex build`` put ``SCRIPTS``: ``<mock>/<name>/codex``.

    Returns:
        a row for each probe, in order; only the first one when the driver does not start.
    """
    try:
        session = await connect()
    except ParityError as error:
        return [Row(probe=STARTS, passed=False, detail=str(error))]
    rows = [Row(probe=STARTS, passed=True)]
    try:
        for title, probe in _PROBES:
            try:
                if not session.usable:
                    await session.close()
                    session = await connect()
                await probe(session, mock)
                rows.append(Row(probe=title, passed=True))
            except ParityError as error:
                await session.close()
                rows.append(Row(probe=title, passed=False, detail=str(error)))
    finally:
        await session.close()
    return rows


async def play(
    session: Session,
    codex: Path,
    mode: str,
    *,
    consume: JsonValue = "all",
    options: JsonObject | None = None,
) -> list[JsonObject]:
    """Play one turn of a new thread with these options and return the messages of the turn, gates left out.

    With ``consume`` of an abort, the cancellation is asked for when the first message comes.

    Raises:
        DriverFault: the play did not end with ``done``.
    """
    heard: list[JsonObject] = []

    async def hear(message: JsonObject) -> None:
        if message["kind"] != "gate":
            heard.append(message)
            if consume != "all":
                await session.cancel()

    turn: JsonObject = {
        "op": "turn",
        "turn": 0,
        "mode": mode,
        "input": "probe",
        "options": {},
        "consume": consume,
    }
    steps: list[JsonValue] = [{"op": "start", "options": options or {}}, turn]
    end = await session.run({"codex": str(codex), "client": {}, "steps": steps}, hear, PLAY_S)
    if not isinstance(end, Done):
        raise DriverFault(f"the play did not end with `done`: {end}")
    return heard


async def _play(
    session: DriverSession, mock: Path, name: str, mode: str, consume: JsonValue = "all"
) -> list[JsonObject]:
    # Where the driver runs need not be a repository, and outside of one codex refuses to work.
    can_skip = "thread.skip_git_repo_check" in cast("list[str]", _hello(session)["capabilities"])
    options: JsonObject = {"skip_git_repo_check": True} if can_skip else {}
    return await play(session, mock / name / EXECUTABLE, mode, consume=consume, options=options)


async def _unknown_op(session: DriverSession, _: Path) -> None:
    await _complains(session, b'{"op":"dance"}\n', "an unknown op")


async def _bad_line(session: DriverSession, _: Path) -> None:
    await _complains(session, b'{"op":"hello"\n', "a line that is not JSON")


async def _complains(session: DriverSession, line: bytes, what: str) -> None:
    answer = await session.ask(line, ANSWER_S)
    if answer["kind"] != "driver_error":
        raise DriverFault(
            f"answered {what} with `{answer['kind']}`; answer `driver_error` with a message"
        )
    await session.hello(ANSWER_S)


async def _idle_cancel(session: DriverSession, _: Path) -> None:
    answer = await session.ask(
        b'{"op":"cancel","id":"none"}\n{"op":"hello","protocol":1}\n', ANSWER_S
    )
    if answer["kind"] != "hello":
        raise DriverFault(
            f"answered `{answer['kind']}` to a cancel without a run; it must be ignored"
        )


async def _two_runs(session: DriverSession, mock: Path) -> None:
    for mode in _modes(session):
        for _ in range(2):
            _result_or_end(await _play(session, mock, "noise", mode))


async def _thread_id(session: DriverSession, mock: Path) -> None:
    for mode in _modes(session):
        heard = await _play(session, mock, "values", mode)
        found = heard[-1].get("thread_id")
        if found != THREAD_ID:
            raise DriverFault(f"thread_id in mode {mode} is {found!r}; codex wrote {THREAD_ID!r}")


async def _values(session: DriverSession, mock: Path) -> None:
    losses: set[str] = set()
    for mode in _modes(session):
        heard = await _play(session, mock, "values", mode)
        items = _items(_result_or_end(heard), heard)
        for line, item in zip(VALUES, items, strict=False):
            wire = cast("JsonObject", decode(line).value)
            found = compare(wire["item"], item)
            losses |= found.losses
            if found.changes:
                places = ", ".join(found.changes)
                raise DriverFault(
                    f"in mode {mode} a value of codex is handed on changed at {places} of the item: {item}"
                )
    declared = _hello(session)["cannot_express"]
    _refuse_declaration(losses, set(cast("list[str]", declared)))


def _refuse_declaration(losses: set[str], declared: set[str]) -> None:
    if losses - declared:
        raise DriverFault(
            f"loses {', '.join(sorted(losses - declared))} and does not say so",
            hint="Hand the value on as the SDK gave it; if the SDK's types lose it, declare it in `cannot_express`.",
        )
    if declared - losses:
        raise DriverFault(
            f"declares {', '.join(sorted(declared - losses))} in `cannot_express` and loses nothing of it",
            hint="Remove it there: a declaration too many hides differences.",
        )


async def _cancels(session: DriverSession, mock: Path) -> None:
    if {"stream", "cancel"} <= set(cast("list[str]", _hello(session)["capabilities"])):
        heard = await _play(session, mock, "hang", "stream", {"abort": "when_hanging"})
        if not any(message["kind"] == "event" for message in heard):
            raise DriverFault("no event of a turn that hangs after two was handed on")
        if not any(message["kind"] == "error" for message in heard):
            raise DriverFault("a turn that was cancelled ended without an error")


async def _bye(session: DriverSession, _: Path) -> None:
    await _leaves(session, say_bye=True)


async def _eof(session: DriverSession, _: Path) -> None:
    await _leaves(session, say_bye=False)


async def _leaves(session: DriverSession, *, say_bye: bool) -> None:
    returncode = await session.leave(say_bye=say_bye, seconds=ANSWER_S)
    if returncode is None:
        raise DriverFault(f"still lives {ANSWER_S:g} s later; exit at once")
    if returncode != 0:
        raise DriverFault(f"exited with {returncode}; exit with 0")


def _hello(session: DriverSession) -> JsonObject:
    assert session.hello_message is not None, "`connect` returns a driver that has said hello"
    return session.hello_message


def _modes(session: DriverSession) -> list[str]:
    capabilities = cast("list[str]", _hello(session)["capabilities"])
    return [mode for mode in ("run", "stream") if mode in capabilities]


def _result_or_end(heard: list[JsonObject]) -> JsonObject:
    outcome = next(message for message in heard if message["kind"] not in {"event", "thread_id"})
    if outcome["kind"] not in {"result", "end"}:
        raise DriverFault(f"a turn that codex completed has the outcome {outcome}")
    return outcome


def _items(outcome: JsonObject, heard: list[JsonObject]) -> list[JsonValue]:
    """The completed items of a turn, from its result or from its events."""
    if outcome["kind"] == "result":
        result = cast("JsonObject", outcome["result"])
        items = cast("list[JsonValue]", result.get("items", []))
    else:
        events = [
            cast("JsonObject", message["event"]) for message in heard if message["kind"] == "event"
        ]
        items = [event["item"] for event in events if event.get("type") == "item.completed"]
    if len(items) != len(VALUES) + 1:
        raise DriverFault(f"codex completed {len(VALUES) + 1} items, {len(items)} were handed on")
    return items


STARTS: Final = "starts and says hello"
_PROBES: Final[tuple[tuple[str, Callable[[DriverSession, Path], Awaitable[None]]], ...]] = (
    ("answers an unknown op with driver_error and lives on", _unknown_op),
    ("answers a line that is not JSON with driver_error and lives on", _bad_line),
    ("ignores a cancel when nothing runs", _idle_cancel),
    ("plays two runs one after the other in each mode, while codex writes to stderr", _two_runs),
    ("hands on the thread id in each mode", _thread_id),
    ("hands on every value, or declares what its SDK's types lose", _values),
    ("reads its stdin while a turn runs: a cancel ends a turn that hangs", _cancels),
    ("exits with 0 on bye", _bye),
    ("exits with 0 at the end of its stdin", _eof),
)
