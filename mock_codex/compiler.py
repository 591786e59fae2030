"""Script -> the flat form that the mock plays: only tuples, strings, bytes and integers, so that ``marshal`` reads it.

A mock starts once per turn of every cell; what can be computed before is computed here: bytes of lines, item ids,
usage sums. ``shell.py`` plays the operations. Must not know files or processes.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from mock_codex import faults
from mock_codex.actions import (
    Bytewise,
    Close,
    Eol,
    Exit,
    Fill,
    Hang,
    Ignore,
    Item,
    Json,
    JsonValue,
    Line,
    Linger,
    Meet,
    Raw,
    ReadStdin,
    Repeat,
    Script,
    Signal,
    Spawn,
    Split,
    Stderr,
    ThreadStarted,
    Turn,
    TurnCompleted,
)
from mock_codex.thread_id import canonical

Operation: TypeAlias = tuple[str, object]
"""``(what, with)``: write bytes; writes [bytes]; fill (head, unit, repeats, tail); repeat (parts, times);
stderr (bytes, times); close fd; read_stdin None; spawn ((fds), own group, until exit); linger ms; ignore (names);
meet (turn, until); hang None; signal name; exit status."""

CompiledTurn: TypeAlias = tuple[bool, "str | None", "str | None", tuple[Operation, ...], bool]
"""(any thread, thread id resumed or None, prompt or None, operations, whether stdin is read before the turn)"""

Compiled: TypeAlias = tuple[str, tuple[str, ...], tuple[CompiledTurn, ...]]
"""(profile, ids that `resume` finds, turns)"""


def compile_script(script: Script) -> Compiled:
    """Make the flat form. Usage sums run over the turns of a thread in file order (PROTOCOLS.md 1.2)."""
    known = [*script.known_threads]
    used: dict[str, dict[str, int]] = {}
    turns: list[CompiledTurn] = []
    for turn in script.turns:
        known += [name for name in (turn.match.resumes, turn.thread) if name is not None]
        resumes = turn.match.resumes
        turns.append(
            (
                turn.match.any_thread,
                None if resumes is None else canonical(resumes) or resumes,
                turn.match.stdin,
                _operations(turn, used.setdefault(turn.thread, {}) if turn.thread else {}),
                turn.stdin == "read",
            )
        )
    return (
        script.profile,
        tuple(dict.fromkeys(canonical(name) or name for name in known)),
        tuple(turns),
    )


def _operations(turn: Turn, used: dict[str, int]) -> tuple[Operation, ...]:
    operations: list[Operation] = []
    ids: dict[str, str] = {}
    eol = "\n"
    for action in turn.actions:
        if isinstance(action, Eol):
            eol = action.text
        elif isinstance(action, ThreadStarted | Line | Json | Item | TurnCompleted):
            operations.append(("write", (_text(action, ids, used) + eol).encode()))
        else:
            operations.append(_operation(action, eol))
    return tuple(operations)


def _text(
    action: ThreadStarted | Line | Json | Item | TurnCompleted,
    ids: dict[str, str],
    used: dict[str, int],
) -> str:
    match action:
        case ThreadStarted():
            return faults.line({"type": "thread.started", "thread_id": action.thread})
        case Line():
            return faults.line(action.value)
        case Json():
            return action.text
        case Item():
            item_id = ids.setdefault(action.ref, f"item_{len(ids)}")
            return faults.item_line(action.event, item_id, action.body)
        case _:
            for name, tokens in action.usage.items():
                used[name] = used.get(name, 0) + tokens
            usage: JsonValue = {name: used[name] for name in action.usage}
            return faults.line({"type": "turn.completed", "usage": usage})


def _operation(action: _Writes | _Deed, eol: str) -> Operation:
    match action:
        case Raw():
            return "write", action.data
        case Repeat():
            return "repeat", faults.repeating(action, eol)
        case Fill():
            return "fill", faults.filling(action, eol)
        case Split():
            return "writes", tuple(faults.cut(action, eol))
        case Bytewise():
            return "writes", tuple(faults.single_bytes(action, eol))
        case Stderr():
            return "stderr", (action.text.encode(), action.times)
        case _:
            return _deed(action)


def _deed(action: _Deed) -> Operation:
    match action:
        case Close():
            return "close", _NUMBERS[action.stream]
        case ReadStdin():
            return "read_stdin", None
        case Spawn():
            held = tuple(_NUMBERS[stream] for stream in action.holds)
            return "spawn", (held, action.own_group, action.until_exit)
        case Linger():
            return "linger", action.ms
        case Ignore():
            return "ignore", action.names
        case Meet():
            return "meet", (action.turn, action.until)
        case Hang():
            return "hang", None
        case Signal():
            return "signal", action.name
        case _:
            return "exit", action.status


_Writes: TypeAlias = Raw | Repeat | Fill | Split | Bytewise | Stderr
_Deed: TypeAlias = Close | ReadStdin | Spawn | Linger | Ignore | Meet | Hang | Signal | Exit
_NUMBERS: Final = {"stdin": 0, "stdout": 1, "stderr": 2}
