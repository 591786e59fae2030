"""Reads typed fields out of a raw JSON object and writes down what is wrong with them, never refusing.

Used by the views of events and items. It must not know any event.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from harness.jsonvalue import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]
_T = TypeVar("_T")


class Fields:
    """The fields of one raw value, which may be no object at all.

    A field that is missing or of the wrong type reads as the neutral value of its type.

    Args:
        raw: the value.
        path: its ``$`` path.
        problems: where ``path: reason`` is added; shared with the fields of inner objects.
    """

    def __init__(self, raw: JsonValue, path: str, problems: list[str]) -> None:
        self.raw = raw
        self.path = path
        self.problems = problems
        self._object: JsonObject = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            problems.append(f"{path}: not an object")

    def __repr__(self) -> str:
        return f"Fields({self.path}, problems={len(self.problems)})"

    def get(self, name: str) -> JsonValue:
        """The field as it is; None when it is absent, which is no problem."""
        return self._object.get(name)

    def text(self, name: str) -> str:
        """A required string; ``""`` when there is none."""
        return self._required(name, str, "a string", "")

    def flag(self, name: str) -> bool:
        """A required boolean; False when there is none."""
        return self._required(name, bool, "a boolean", neutral=False)

    def word(self, name: str, known: tuple[str, ...]) -> str:
        """A required string of a known set; another word is kept and is a problem."""
        value = self._object.get(name)
        if isinstance(value, str) and value not in known:
            self._problem(name, f"`{value}` is not one of {', '.join(known)}")
        return self.text(name)

    def optional_text(self, name: str) -> str | None:
        """A string, or None when it is absent or null."""
        return None if self._object.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        """A required integer; 0 when there is none."""
        value = self._object.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(name, "an integer")
        return 0

    def optional_number(self, name: str) -> int | None:
        """An integer, or None when it is absent or null."""
        return None if self._object.get(name) is None else self.number(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A required array of strings; entries that are none are left out."""
        entries = self._array(name)
        strings = tuple(entry for entry in entries if isinstance(entry, str))
        if len(strings) != len(entries):
            self._problem(name, "not all strings")
        return strings

    def each(self, name: str) -> list[Fields]:
        """The fields of each entry of a required array of objects."""
        return [
            Fields(entry, f"{self.path}.{name}[{index}]", self.problems)
            for index, entry in enumerate(self._array(name))
        ]

    def inner(self, name: str) -> Fields:
        """The fields of a required object."""
        if isinstance(self.raw, dict) and name not in self._object:
            self._problem(name, "missing")
            return Fields({}, f"{self.path}.{name}", [])
        return Fields(self._object.get(name), f"{self.path}.{name}", self.problems)

    def members(self) -> list[tuple[str, Fields]]:
        """The fields of each member of this object, which is a map of name to object."""
        return [
            (name, Fields(value, f"{self.path}.{name}", self.problems))
            for name, value in self._object.items()
        ]

    def _array(self, name: str) -> list[JsonValue]:
        return self._required(name, list, "an array", [])

    def _required(self, name: str, kind: type[_T], noun: str, neutral: _T) -> _T:
        value = self._object.get(name)
        if isinstance(value, kind):
            return value
        self._wrong(name, noun)
        return neutral

    def _wrong(self, name: str, noun: str) -> None:
        # Of a value that is no object at all the constructor has said so once.
        if isinstance(self.raw, dict):
            self._problem(name, f"not {noun}" if name in self._object else "missing")

    def _problem(self, name: str, reason: str) -> None:
        self.problems.append(f"{self.path}.{name}: {reason}")
