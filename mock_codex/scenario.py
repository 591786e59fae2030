"""The one way to make a script from a JSON value.

The form is ``script`` in ``schemas/scenario.json``; it is checked here again, because the mock shares no code with
the harness and must not play what it does not understand. Rejects with ``what @ $.path``.
Must not know files, processes, or how bytes reach a pipe (``faults.py`` and ``compiler.py`` make the bytes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from mock_codex.actions import (
    Action,
    Bytewise,
    Close,
    Eol,
    EventKind,
    Exit,
    Fill,
    Hang,
    Ignore,
    Item,
    Json,
    JsonValue,
    Line,
    LineEnd,
    Linger,
    Match,
    Meet,
    Meeting,
    Raw,
    Reading,
    ReadStdin,
    Repeat,
    Script,
    Signal,
    Spawn,
    Split,
    Stderr,
    Stream,
    ThreadStarted,
    Turn,
    TurnCompleted,
)
from mock_codex.values import (
    ScriptInvalid,
    array_of,
    hex_bytes,
    integer,
    object_of,
    one_line,
    one_of,
    refuse_unwritable,
    text_of,
)

PROFILES: Final = ("0.169.0", "0.58.0", "0.101.0", "0.125.0", "0.153.4")
"""The codex releases whose command line was measured; see ``flags.py``."""

_SIGNALS = (
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGSYS",
)
"""Signals whose default is to end a process, on Linux and macOS alike."""

_IGNORABLE = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
_ENOUGH = 1_000_000
"""Lines or texts of one action."""


def parse_script(document: object) -> Script:
    """Make a script of one JSON value.

    Args:
        document: ``script`` of a scenario after the harness resolved every ``recording``.

    Raises:
        ScriptInvalid: the value is not of the form, or a part of it can never be played.
    """
    script = object_of(document, "$", {"profile", "known_threads", "turns"}, required=("turns",))
    profile = text_of(script.get("profile", PROFILES[0]), "$.profile")
    if profile not in PROFILES:
        raise ScriptInvalid(f"profile {profile!r} is none of {', '.join(PROFILES)}", "$.profile")
    known = tuple(
        text_of(name, f"$.known_threads[{index}]")
        for index, name in enumerate(array_of(script.get("known_threads", []), "$.known_threads"))
    )
    turns = tuple(
        _turn(turn, f"$.turns[{index}]")
        for index, turn in enumerate(array_of(script["turns"], "$.turns"))
    )
    for index, turn in enumerate(turns):
        for earlier, other in enumerate(turns[:index]):
            if other.match == turn.match:
                raise ScriptInvalid(f"same match as turn {earlier}", f"$.turns[{index}].match")
            if other.match.covers(turn.match):
                raise ScriptInvalid(
                    f"never played: turn {earlier} fits whatever this one fits",
                    f"$.turns[{index}].match",
                )
            chosen_by_prompt = other.match.stdin is not None and other.match.meets(turn.match)
            if turn.stdin != "read" and chosen_by_prompt:
                raise ScriptInvalid(
                    f"turn {earlier} is chosen by the prompt, so stdin has been read",
                    f"$.turns[{index}].stdin",
                )
        for at, action in enumerate(turn.actions):
            if isinstance(action, Meet) and (action.turn == index or action.turn >= len(turns)):
                raise ScriptInvalid("no other turn", f"$.turns[{index}].do[{at}].meet.turn")
    return Script(profile=profile, known_threads=known, turns=turns)


def _turn(value: JsonValue, path: str) -> Turn:
    turn = object_of(value, path, {"match", "thread", "stdin", "do"}, required=("do",))
    match = _match(turn["match"], f"{path}.match") if "match" in turn else Match()
    thread = text_of(turn["thread"], f"{path}.thread") if "thread" in turn else match.resumes
    stdin = one_of(turn.get("stdin", "read"), f"{path}.stdin", ("read", "late", "never"))
    if stdin != "read" and match.stdin is not None:
        raise ScriptInvalid("a turn that is chosen by the prompt has read it", f"{path}.stdin")
    course = _Course(stdin=cast("Reading", stdin))
    for index, entry in enumerate(array_of(turn["do"], f"{path}.do")):
        where = f"{path}.do[{index}]"
        course.refuse_after_the_end(where)
        course.add(_action(entry, where, thread), where)
    if stdin == "late" and not course.has_read:
        raise ScriptInvalid("no `read_stdin` comes; say `never`", f"{path}.stdin")
    return Turn(match=match, thread=thread, stdin=course.stdin, actions=tuple(course.actions))


@dataclass(slots=True)
class _Course:
    """The actions of a turn so far, and what can no longer come after them."""

    stdin: Reading
    actions: list[Action] = field(default_factory=list)
    has_read: bool = False
    _kinds: dict[str, JsonValue] = field(default_factory=dict)
    _closed: set[str] = field(default_factory=set)

    def refuse_after_the_end(self, where: str) -> None:
        if self.actions and isinstance(self.actions[-1], Hang | Signal | Exit):
            raise ScriptInvalid("never reached: the turn has ended before", where)

    def add(self, action: Action, where: str) -> None:
        match action:
            case Item():
                self._refuse_other_kind(action, where)
                self._use("stdout", where)
            case ThreadStarted() | Line() | Json() | Raw() | TurnCompleted() | Repeat() | Fill():
                self._use("stdout", where)
            case Split() | Bytewise():
                self._use("stdout", where)
            case Stderr():
                self._use("stderr", where)
            case Spawn():
                for stream in action.holds:
                    self._use(stream, where)
            case Close():
                if action.stream == "stdin" and (self.stdin == "read" or self.has_read):
                    raise ScriptInvalid("stdin has been read to its end", where)
                self._use(action.stream, where)
                self._closed.add(action.stream)
            case ReadStdin():
                self._read(where)
            case _:
                pass
        self.actions.append(action)

    def _read(self, where: str) -> None:
        if self.stdin != "late":
            raise ScriptInvalid("needs `stdin: late` on the turn", where)
        if self.has_read:
            raise ScriptInvalid("stdin has been read to its end", where)
        self._use("stdin", where)
        self.has_read = True

    def _use(self, stream: str, where: str) -> None:
        if stream in self._closed:
            raise ScriptInvalid(f"{stream} is closed", where)

    def _refuse_other_kind(self, action: Item, where: str) -> None:
        kind = self._kinds.setdefault(action.ref, action.body["type"])
        if kind != action.body["type"]:
            raise ScriptInvalid(
                f"item {action.ref!r} was {kind!r} before", f"{where}.item.body.type"
            )


def _match(value: JsonValue, path: str) -> Match:
    match = object_of(value, path, {"thread", "stdin"})
    resumes = match.get("thread")
    return Match(
        any_thread="thread" not in match,
        resumes=None if resumes is None else text_of(resumes, f"{path}.thread"),
        stdin=text_of(match["stdin"], f"{path}.stdin") if "stdin" in match else None,
    )


def _action(value: JsonValue, path: str, thread: str | None) -> Action:
    if not isinstance(value, dict) or len(value) != 1:
        raise ScriptInvalid("an action is an object with one key", path)
    ((name, body),) = value.items()
    path = f"{path}.{name}"
    if name == "thread_started":
        object_of(body, path, set())
        if thread is None:
            raise ScriptInvalid("the turn has no thread", path)
        return ThreadStarted(thread=thread)
    if name == "recording":
        raise ScriptInvalid("a recording must be resolved before the mock is given it", path)
    if name not in _PARSERS:
        raise ScriptInvalid(f"unknown action {name!r}", path)
    return _PARSERS[name](body, path)


def _line(value: JsonValue, path: str) -> Line:
    refuse_unwritable(value, path)
    return Line(value=value)


def _nothing(value: JsonValue, path: str, action: Action) -> Action:
    object_of(value, path, set())
    return action


def _item(value: JsonValue, path: str) -> Item:
    item = object_of(value, path, {"event", "ref", "body"}, required=("event", "ref", "body"))
    body = item["body"]
    if not isinstance(body, dict):
        raise ScriptInvalid("not an object", f"{path}.body")
    if "type" not in body:
        raise ScriptInvalid("`type` is missing", f"{path}.body")
    refuse_unwritable(body, f"{path}.body")
    event = one_of(item["event"], f"{path}.event", ("started", "updated", "completed"))
    return Item(event=cast("EventKind", event), ref=text_of(item["ref"], f"{path}.ref"), body=body)


def _turn_completed(value: JsonValue, path: str) -> TurnCompleted:
    usage = object_of(value, path, {"usage"}, required=("usage",))["usage"]
    if not isinstance(usage, dict):
        raise ScriptInvalid("not an object", f"{path}.usage")
    return TurnCompleted(
        usage={
            text_of(name, f"{path}.usage"): integer(tokens, f"{path}.usage.{name}", None, None)
            for name, tokens in usage.items()
        }
    )


def _fill(value: JsonValue, path: str) -> Fill:
    fill = object_of(value, path, {"json", "bytes", "with"}, required=("json", "bytes"))
    text = one_line(fill["json"], f"{path}.json")
    if text.count("%FILL%") != 1:
        raise ScriptInvalid("`%FILL%` must stand in it once", f"{path}.json")
    head, tail = text.split("%FILL%")
    unit = one_line(fill.get("with", "x"), f"{path}.with")
    if not unit:
        raise ScriptInvalid("is empty", f"{path}.with")
    least = len((head + tail).encode())
    return Fill(
        head=head, tail=tail, unit=unit, size=integer(fill["bytes"], f"{path}.bytes", least, None)
    )


def _split(value: JsonValue, path: str) -> Split:
    split = object_of(value, path, {"json", "at"}, required=("json", "at"))
    text = one_line(split["json"], f"{path}.json")
    offsets: list[int] = []
    for index, offset in enumerate(array_of(split["at"], f"{path}.at")):
        least = offsets[-1] + 1 if offsets else 1
        offsets.append(integer(offset, f"{path}.at[{index}]", least, len(text.encode())))
    if not offsets:
        raise ScriptInvalid("is empty", f"{path}.at")
    return Split(text=text, at=tuple(offsets))


def _repeat(value: JsonValue, path: str) -> Repeat:
    repeat = object_of(value, path, {"times", "json"}, required=("times", "json"))
    parts = one_line(repeat["json"], f"{path}.json").split("%N%")
    if len(parts) == 1:
        raise ScriptInvalid("`%N%` must stand in it", f"{path}.json")
    return Repeat(parts=tuple(parts), times=integer(repeat["times"], f"{path}.times", 1, _ENOUGH))


def _stderr(value: JsonValue, path: str) -> Stderr:
    if isinstance(value, str):
        return Stderr(text=text_of(value, path), times=1)
    flood = object_of(value, path, {"text", "times"}, required=("text", "times"))
    return Stderr(
        text=text_of(flood["text"], f"{path}.text"),
        times=integer(flood["times"], f"{path}.times", 1, _ENOUGH),
    )


def _meet(value: JsonValue, path: str) -> Meet:
    meet = object_of(value, path, {"turn", "until"}, required=("turn", "until"))
    return Meet(
        turn=integer(meet["turn"], f"{path}.turn", 0, _ENOUGH),
        until=cast("Meeting", one_of(meet["until"], f"{path}.until", ("begun", "ended"))),
    )


def _spawn(value: JsonValue, path: str) -> Spawn:
    spawn = object_of(value, path, {"holds", "group", "for"}, required=("group", "for"))
    return Spawn(
        holds=tuple(
            cast("Stream", one_of(name, f"{path}.holds[{index}]", ("stdout", "stderr")))
            for index, name in enumerate(array_of(spawn.get("holds", []), f"{path}.holds"))
        ),
        own_group=one_of(spawn["group"], f"{path}.group", ("same", "own")) == "own",
        until_exit=one_of(spawn["for"], f"{path}.for", ("until_killed", "exit")) == "exit",
    )


def _ignore(value: JsonValue, path: str) -> Ignore:
    names = tuple(
        one_of(name, f"{path}[{index}]", _IGNORABLE)
        for index, name in enumerate(array_of(value, path))
    )
    if not names:
        raise ScriptInvalid("is empty", path)
    return Ignore(names=names)


_PARSERS: Final[dict[str, Callable[[JsonValue, str], Action]]] = {
    "line": _line,
    "json": lambda value, path: Json(text=one_line(value, path)),
    "raw": lambda value, path: Raw(data=text_of(value, path).encode()),
    "hex": lambda value, path: Raw(data=hex_bytes(value, path)),
    "item": _item,
    "turn_completed": _turn_completed,
    "repeat": _repeat,
    "fill": _fill,
    "split": _split,
    "bytewise": lambda value, path: Bytewise(text=one_line(value, path)),
    "eol": lambda value, path: Eol(
        text=cast("LineEnd", one_of(value, path, ("\n", "\r\n", "\r", "")))
    ),
    "stderr": _stderr,
    "close": lambda value, path: Close(
        stream=cast("Stream", one_of(value, path, ("stdin", "stdout", "stderr")))
    ),
    "read_stdin": lambda value, path: _nothing(value, path, ReadStdin()),
    "spawn": _spawn,
    "linger": lambda value, path: Linger(ms=integer(value, path, 1, 5000)),
    "ignore": _ignore,
    "meet": _meet,
    "hang": lambda value, path: _nothing(value, path, Hang()),
    "signal": lambda value, path: Signal(name=one_of(value, path, _SIGNALS)),
    "exit": lambda value, path: Exit(status=integer(value, path, 0, 255)),
}
