"""Declared outcomes: where a scenario says that several values of one check are equally right. CORE.

Some plays end by chance: a client that gives up while codex ends races with it. Such a scenario lists what may be seen
(``outcomes`` of ``schemas/scenario.json``) instead of leaving the check out. A set never covers a crash, a hang or
something left behind unless the alternative says so in ``covers``; :func:`parse_outcomes` refuses one that does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue, canonical
from harness.observation import ONLY_IN, Mode

Covers: TypeAlias = Literal["crash", "hang", "leftover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One right outcome: its name, the normalised value, why it is right, and who says so."""

    name: str
    because: str
    source: str
    fact: JsonValue
    covers: tuple[Covers, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """The alternative as the run file and the scenario file give it."""
        return {
            "name": self.name,
            "because": self.because,
            "source": self.source,
            "fact": self.fact,
            "covers": [*self.covers],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSet:
    """What one check may show: the whole value, or with ``at`` one element of its list (a turn, an invocation)."""

    check: str
    at: int | None
    modes: tuple[Mode, ...]
    alternatives: tuple[Alternative, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The alternatives by name, in the order of the file."""
        return tuple(one.name for one in self.alternatives)

    @property
    def place(self) -> str:
        """``lifecycle.signals`` or ``lifecycle.signals[0]``."""
        return self.check if self.at is None else f"{self.check}[{self.at}]"

    def to_json(self) -> dict[str, JsonValue]:
        """The set as the run file gives it."""
        return {
            "check": self.check,
            "at": self.at,
            "modes": [*self.modes],
            "any_of": [one.to_json() for one in self.alternatives],
        }


def parse_outcomes(
    rows: list[dict[str, JsonValue]],
    *,
    modes: tuple[Mode, ...],
    checks: tuple[str, ...],
    where: str,
) -> tuple[OutcomeSet, ...]:
    """Read the ``outcomes`` of a scenario that fits the schema.

    Args:
        rows: the list of sets.
        modes: those of the scenario.
        checks: its declared checks.
        where: the file, for the error.

    Raises:
        ScenarioInvalid: a set for a check that is not declared or not in that mode, two sets for one place, two
            alternatives alike, or one that covers a crash, a hang or a leftover and does not say so.
    """
    found: list[OutcomeSet] = []
    taken: set[tuple[str, int | None, Mode]] = set()
    for index, row in enumerate(rows):
        at = f"{where} $.outcomes[{index}]"
        check = cast("str", row["check"])
        if check not in checks:
            raise ScenarioInvalid(
                f"outcomes of `{check}`, which is not in `checks`", where=f"{at}.check"
            )
        one = _set(row, modes, at)
        for mode in one.modes:
            places = {(check, one.at, mode), (check, None, mode)}
            if taken & places or (one.at is None and any(
                (check, mode) == (name, other) for name, _, other in taken
            )):  # fmt: skip
                raise ScenarioInvalid(f"two sets for `{one.place}` in mode {mode}", where=at)
            taken.add((check, one.at, mode))
        found.append(one)
    return tuple(found)


def _set(row: dict[str, JsonValue], modes: tuple[Mode, ...], at: str) -> OutcomeSet:
    check = cast("str", row["check"])
    exists = tuple(mode for mode in modes if ONLY_IN.get(check, mode) == mode)
    wanted = cast("tuple[Mode, ...]", tuple(cast("list[str]", row.get("modes", [*exists]))))
    if not wanted or set(wanted) - set(exists):
        raise ScenarioInvalid(
            f"`{check}` is not seen in mode {', '.join(sorted({*wanted} - {*exists}) or modes)}",
            where=f"{at}.modes",
        )
    place = cast("int | None", row.get("at"))
    alternatives = tuple(
        _alternative(check, entry, f"{at}.any_of[{number}]")
        for number, entry in enumerate(cast("list[dict[str, JsonValue]]", row["any_of"]))
    )
    if len({one.name for one in alternatives}) != len(alternatives):
        raise ScenarioInvalid("two alternatives of one name", where=f"{at}.any_of")
    if len({canonical(one.fact) for one in alternatives}) != len(alternatives):
        raise ScenarioInvalid("two alternatives with the same fact", where=f"{at}.any_of")
    return OutcomeSet(check=check, at=place, modes=wanted, alternatives=alternatives)


def _alternative(check: str, entry: dict[str, JsonValue], at: str) -> Alternative:
    covers = cast("tuple[Covers, ...]", tuple(cast("list[str]", entry.get("covers", []))))
    for word in _grave(check, entry["fact"]):
        if word not in covers:
            raise ScenarioInvalid(
                f"this alternative allows a {word} and does not say so",
                where=f"{at}.fact",
                hint=f"Add `covers: [{word}]` if that is really right.",
            )
    return Alternative(
        name=cast("str", entry["name"]),
        because=cast("str", entry["because"]),
        source=cast("str", entry["source"]),
        fact=entry["fact"],
        covers=covers,
    )


def _grave(check: str, fact: JsonValue) -> Iterator[Covers]:
    """What must be said aloud before it is right."""
    words = {canonical(one) for one in _leaves(fact)}
    match check:
        case "lifecycle.host":
            if canonical("hung") in words:
                yield "hang"
            if canonical("crashed") in words:
                yield "crash"
        case "lifecycle.files" if words:
            yield "leftover"
        case "lifecycle.alive" | "lifecycle.descendants" if words - {b"0", b"null"}:
            yield "leftover"
        case "lifecycle.ending" if canonical("alive") in words:
            yield "leftover"
        case _:
            return


def _leaves(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _leaves(child)
    else:
        yield value
