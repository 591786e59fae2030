"""CORE: the assertions of one journey: what was expected, what was seen, whether it held, when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.jsonvalue import JsonValue, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One line of ``assertions.jsonl``; ``ms`` are milliseconds since the journey began."""

    step: str
    what: str
    expected: JsonValue
    seen: JsonValue
    ok: bool
    ms: int

    def to_line(self) -> str:
        """The line with its end."""
        told = {
            "step": self.step,
            "what": self.what,
            "expected": self.expected,
            "seen": self.seen,
            "ok": self.ok,
            "ms": self.ms,
        }
        return json.dumps(told, ensure_ascii=True) + "\n"


@dataclass(slots=True)
class Log:
    """The assertions so far. An assertion that does not hold is noted, never raised: the walk goes on.

    Args:
        now: milliseconds since the journey began.
        keep: is given each line at once, so that a walk that is killed has left those it made.
    """

    now: Callable[[], int]
    keep: Callable[[str], None]
    step: str = "begin"
    made: list[Assertion] = field(default_factory=list)

    def equal(self, what: str, expected: JsonValue, seen: JsonValue) -> bool:
        """Assert that two JSON values are equal, by their canonical bytes."""
        return self.holds(what, expected, seen, ok=canonical(expected) == canonical(seen))

    def holds(self, what: str, expected: JsonValue, seen: JsonValue, *, ok: bool) -> bool:
        """Assert what the caller has judged; ``expected`` says in words or values what it was judged by."""
        line = Assertion(
            step=self.step, what=what, expected=expected, seen=seen, ok=ok, ms=self.now()
        )
        self.made.append(line)
        self.keep(line.to_line())
        return ok

    @property
    def failed(self) -> tuple[Assertion, ...]:
        """Those that did not hold."""
        return tuple(one for one in self.made if not one.ok)
