"""The one way to make a script from a JSON value.

The form is ``script`` in ``schemas/scenario.json``; it is checked here again, because the mock shares no code with
the harness and must not play what it does not understand. Rejects with ``what @ $.path``.
Must not know files, processes, or how bytes reach a pipe (``faults.py`` and ``compiler.py`` make the bytes).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, cast

from mock_codex.actions import (
    Action,
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
    Match,
    Raw,
    Script,
    Signal,
    Split,
    Stderr,
    Stream,
    ThreadStarted,
    Turn,
    TurnCompleted,
)

PROFILES: Final = ("0.169.0",)
"""The codex releases whose command line was measured; see ``flags.py``."""

_SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGABRT", "SIGSEGV")
_IGNORABLE = ("SIGTERM", "SIGINT")


class ScriptInvalid(Exception):
    """The script cannot be played. ``str()`` is ``what @ $.path``."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(f"{what} @ {path}")
        self.what = what
        self.path = path


def parse_script(document: object) -> Script:
    """Make a script of one JSON value.

    Args:
        document: ``script`` of a scenario after the harness resolved every ``recording``.

    Raises:
        ScriptInvalid: the value is not of the form, or a part of it can never be played.
    """
    script = _object(document, "$", {"profile", "known_threads", "turns"}, required=("turns",))
    profile = _text(script.get("profile", PROFILES[0]), "$.profile")
    if profile not in PROFILES:
        raise ScriptInvalid(f"profile {profile!r} is none of {', '.join(PROFILES)}", "$.profile")
    known = tuple(
        _text(name, f"$.known_threads[{index}]")
        for index, name in enumerate(_array(script.get("known_threads", []), "$.known_threads"))
    )
    turns = tuple(
        _turn(turn, f"$.turns[{index}]")
        for index, turn in enumerate(_array(script["turns"], "$.turns"))
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
    return Script(profile=profile, known_threads=known, turns=turns)


def _turn(value: JsonValue, path: str) -> Turn:
    turn = _object(value, path, {"match", "thread", "do"}, required=("do",))
    match = _match(turn["match"], f"{path}.match") if "match" in turn else Match()
    thread = _text(turn["thread"], f"{path}.thread") if "thread" in turn else match.resumes
    actions: list[Action] = []
    kinds: dict[str, JsonValue] = {}
    closed: set[str] = set()
    for index, entry in enumerate(_array(turn["do"], f"{path}.do")):
        where = f"{path}.do[{index}]"
        if actions and isinstance(actions[-1], Hang | Signal | Exit):
            raise ScriptInvalid("never reached: the turn has ended before", where)
        action = _action(entry, where, thread)
        if isinstance(action, Item):
            kind = kinds.setdefault(action.ref, action.body["type"])
            if kind != action.body["type"]:
                raise ScriptInvalid(
                    f"item {action.ref!r} was {kind!r} before", f"{where}.item.body.type"
                )
        stream = "stderr" if isinstance(action, Stderr) else "stdout"
        if isinstance(action, Close):
            stream = action.stream
        if stream in closed and not isinstance(action, Eol | Ignore | Hang | Signal | Exit):
            raise ScriptInvalid(f"{stream} is closed", where)
        if isinstance(action, Close):
            closed.add(stream)
        actions.append(action)
    return Turn(match=match, thread=thread, actions=tuple(actions))


def _match(value: JsonValue, path: str) -> Match:
    match = _object(value, path, {"thread", "stdin"})
    resumes = match.get("thread")
    return Match(
        any_thread="thread" not in match,
        resumes=None if resumes is None else _text(resumes, f"{path}.thread"),
        stdin=_text(match["stdin"], f"{path}.stdin") if "stdin" in match else None,
    )


def _action(value: JsonValue, path: str, thread: str | None) -> Action:
    if not isinstance(value, dict) or len(value) != 1:
        raise ScriptInvalid("an action is an object with one key", path)
    ((name, body),) = value.items()
    path = f"{path}.{name}"
    if name == "thread_started":
        _object(body, path, set())
        if thread is None:
            raise ScriptInvalid("the turn has no thread", path)
        return ThreadStarted(thread=thread)
    if name == "recording":
        raise ScriptInvalid("a recording must be resolved before the mock is given it", path)
    if name not in _PARSERS:
        raise ScriptInvalid(f"unknown action {name!r}", path)
    return _PARSERS[name](body, path)


def _line(value: JsonValue, path: str) -> Line:
    _writable(value, path)
    return Line(value=value)


def _hang(value: JsonValue, path: str) -> Hang:
    _object(value, path, set())
    return Hang()


def _item(value: JsonValue, path: str) -> Item:
    item = _object(value, path, {"event", "ref", "body"}, required=("event", "ref", "body"))
    body = item["body"]
    if not isinstance(body, dict):
        raise ScriptInvalid("not an object", f"{path}.body")
    if "type" not in body:
        raise ScriptInvalid("`type` is missing", f"{path}.body")
    _writable(body, f"{path}.body")
    event = _one_of(item["event"], f"{path}.event", ("started", "updated", "completed"))
    return Item(event=cast("EventKind", event), ref=_text(item["ref"], f"{path}.ref"), body=body)


def _turn_completed(value: JsonValue, path: str) -> TurnCompleted:
    usage = _object(value, path, {"usage"}, required=("usage",))["usage"]
    if not isinstance(usage, dict):
        raise ScriptInvalid("not an object", f"{path}.usage")
    return TurnCompleted(
        usage={
            _text(name, f"{path}.usage"): _integer(tokens, f"{path}.usage.{name}", None, None)
            for name, tokens in usage.items()
        }
    )


def _fill(value: JsonValue, path: str) -> Fill:
    fill = _object(value, path, {"json", "bytes", "with"}, required=("json", "bytes"))
    text = _one_line(fill["json"], f"{path}.json")
    if text.count("%FILL%") != 1:
        raise ScriptInvalid("`%FILL%` must stand in it once", f"{path}.json")
    head, tail = text.split("%FILL%")
    unit = _one_line(fill.get("with", "x"), f"{path}.with")
    if not unit:
        raise ScriptInvalid("is empty", f"{path}.with")
    least = len((head + tail).encode())
    return Fill(
        head=head, tail=tail, unit=unit, size=_integer(fill["bytes"], f"{path}.bytes", least, None)
    )


def _split(value: JsonValue, path: str) -> Split:
    split = _object(value, path, {"json", "at"}, required=("json", "at"))
    text = _one_line(split["json"], f"{path}.json")
    offsets: list[int] = []
    for index, offset in enumerate(_array(split["at"], f"{path}.at")):
        least = offsets[-1] + 1 if offsets else 1
        offsets.append(_integer(offset, f"{path}.at[{index}]", least, len(text.encode())))
    if not offsets:
        raise ScriptInvalid("is empty", f"{path}.at")
    return Split(text=text, at=tuple(offsets))


def _ignore(value: JsonValue, path: str) -> Ignore:
    names = tuple(
        _one_of(name, f"{path}[{index}]", _IGNORABLE)
        for index, name in enumerate(_array(value, path))
    )
    if not names:
        raise ScriptInvalid("is empty", path)
    return Ignore(names=names)


def _hex(value: JsonValue, path: str) -> bytes:
    try:
        return bytes.fromhex(_text(value, path))
    except ValueError as error:
        raise ScriptInvalid("not pairs of hex digits", path) from error


def _object(
    value: object, path: str, allowed: set[str], required: tuple[str, ...] = ()
) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise ScriptInvalid("not an object", path)
    for key in value:
        if key not in allowed:
            raise ScriptInvalid(f"unknown key {key!r}", path)
    for key in required:
        if key not in value:
            raise ScriptInvalid(f"`{key}` is missing", path)
    return value


def _array(value: JsonValue, path: str) -> list[JsonValue]:
    if not isinstance(value, list):
        raise ScriptInvalid("not an array", path)
    return value


def _text(value: JsonValue, path: str) -> str:
    if not isinstance(value, str):
        raise ScriptInvalid("not a string", path)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ScriptInvalid(
            "a lone surrogate is not UTF-8; write its bytes with `hex`", path
        ) from error
    return value


def _one_line(value: JsonValue, path: str) -> str:
    text = _text(value, path)
    if "\n" in text:
        raise ScriptInvalid("more than one line; use `raw`", path)
    return text


def _one_of(value: JsonValue, path: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ScriptInvalid(f"is none of {', '.join(map(repr, allowed))}", path)
    return value


def _integer(value: JsonValue, path: str, least: int | None, most: int | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ScriptInvalid("not an integer", path)
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = " ".join(
            f"{word} {bound}"
            for word, bound in (("from", least), ("to", most))
            if bound is not None
        )
        raise ScriptInvalid(f"{value} is not {bounds}", path)
    return value


def _writable(value: JsonValue, path: str) -> None:
    """Refuse what compact JSON in UTF-8 cannot say: lone surrogates, NaN and infinities."""
    match value:
        case str():
            _text(value, path)
        case float():
            if not math.isfinite(value):
                raise ScriptInvalid("not a JSON number", path)
        case list():
            for index, entry in enumerate(value):
                _writable(entry, f"{path}[{index}]")
        case dict():
            for key, entry in value.items():
                _text(key, path)
                _writable(entry, f"{path}.{key}")
        case _:
            pass


_PARSERS: Final[dict[str, Callable[[JsonValue, str], Action]]] = {
    "line": _line,
    "json": lambda value, path: Json(text=_one_line(value, path)),
    "raw": lambda value, path: Raw(data=_text(value, path).encode()),
    "hex": lambda value, path: Raw(data=_hex(value, path)),
    "item": _item,
    "turn_completed": _turn_completed,
    "fill": _fill,
    "split": _split,
    "eol": lambda value, path: Eol(
        text=cast("LineEnd", _one_of(value, path, ("\n", "\r\n", "\r", "")))
    ),
    "stderr": lambda value, path: Stderr(text=_text(value, path)),
    "close": lambda value, path: Close(
        stream=cast("Stream", _one_of(value, path, ("stdout", "stderr")))
    ),
    "ignore": _ignore,
    "hang": _hang,
    "signal": lambda value, path: Signal(name=_one_of(value, path, _SIGNALS)),
    "exit": lambda value, path: Exit(status=_integer(value, path, 0, 255)),
}
