"""A reduced scenario as a file for a bug report, and how far the reduction came. Text and sizes; plays and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from harness.jsonvalue import JsonValue, canonical
from harness.shrink.tree import walk

_Object = dict[str, JsonValue]

_WRITES: Final = frozenset(
    {
        "thread_started",
        "line",
        "json",
        "raw",
        "hex",
        "item",
        "turn_completed",
        "fill",
        "split",
        "bytewise",
        "repeat",
    }
)
_OPTIONS: Final = frozenset({"options", "client", "start"})
_PLAYED: Final = ("script", "client", "files", "steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a scenario says: writes to codex' stdout, steps, options, and bytes of canonical JSON of what is played."""

    events: int
    steps: int
    options: int
    bytes: int

    def to(self, other: Size) -> str:
        """What a reduction did, such as ``events 41 -> 2, steps 3 -> 2, options 9 -> 0, bytes 4711 -> 212``."""
        return ", ".join(
            f"{name} {getattr(self, name)} -> {getattr(other, name)}"
            for name in ("events", "steps", "options", "bytes")
        )


def size_of(document: _Object) -> Size:
    """The size of a scenario document."""
    turns = cast("list[_Object]", cast("_Object", document["script"])["turns"])
    actions = [one for turn in turns for one in cast("list[_Object]", turn["do"])]
    held: _Object = {name: document[name] for name in _PLAYED if name in document}
    return Size(
        events=sum(bool(_WRITES & one.keys()) for one in actions),
        steps=sum(_steps_in(step) for step in cast("list[_Object]", document["steps"])),
        options=sum(
            len(node)
            for place, node in walk({name: held.get(name, {}) for name in ("client", "steps")})
            if place and place[-1] in _OPTIONS and isinstance(node, dict)
        ),
        bytes=len(canonical(held)),
    )


def _steps_in(step: _Object) -> int:
    match step:
        case {"together": {"turns": list() as turns}}:
            return len(turns)
        case _:
            return 1


def ready_for_a_report(
    document: _Object, *, name: str, title: str, origin: str, keep_deadline: bool
) -> _Object:
    """The document as a scenario of its own: id, title and provenance of the reduction, nothing that says nothing.

    Args:
        document: what was left.
        name: what is put behind the id, such as ``min-0123456789ab``.
        title: the sentence of the divergence.
        origin: what it was reduced from, for whom.
        keep_deadline: whether the deadline matters, which it does for a host that hangs.
    """
    kept = {
        key: value
        for key, value in document.items()
        if not (key in {"client", "files"} and value == {}) and (keep_deadline or key != "deadline")
    }
    return {
        **kept,
        "id": f"{document['id']}-{name}",
        "title": title if len(title) >= 10 else f"{title} differs",
        "provenance": {"kind": "derived", "from": origin},
    }
