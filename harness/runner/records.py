"""CORE: what the rooms of a run hand each other: which play, how it came out, how each subject was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.observation import Mode, Observation

Fault: TypeAlias = Literal["runtime", "driver"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayKey:
    """What identifies a play: one scenario, one subject, one mode."""

    scenario: str
    subject: str
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPlayed:
    """A play that gave no observation: the SDK lacks what it needs, or its driver broke the protocol."""

    why: Literal["not_applicable", "driver"]
    reason: str


PlayResult: TypeAlias = Observation | NotPlayed


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectState:
    """A subject as the run found it: what its driver said of itself, or why it could not run and whose fault that is.

    ``declared`` is what ``subject.toml`` says (sdk, version, language, runtime), used when there was no hello.
    """

    name: str
    declared: dict[str, str]
    hello: dict[str, JsonValue] | None = None
    fault: Fault | None = None
    reason: str | None = None

    @property
    def ready(self) -> bool:
        """Whether its driver said hello."""
        return self.hello is not None

    def fact(self, name: str) -> str:
        """``sdk``, ``version``, ``language`` or ``runtime``: as the driver said, else as declared."""
        return str((self.hello or {}).get(name) or self.declared[name])

    def capabilities(self) -> frozenset[str]:
        """What the driver declared; empty when it never said hello."""
        return frozenset(cast("list[str]", (self.hello or {}).get("capabilities", [])))

    def cannot_express(self) -> frozenset[str]:
        """What the SDK's types lose, as declared."""
        return frozenset(cast("list[str]", (self.hello or {}).get("cannot_express", [])))

    def to_json(self) -> dict[str, JsonValue]:
        """The subject as the header of a run gives it."""
        return {
            "name": self.name,
            "sdk": self.fact("sdk"),
            "version": self.fact("version"),
            "language": self.fact("language"),
            "runtime": self.fact("runtime"),
            "state": "ready" if self.ready else "could_not_run",
            "fault": self.fault,
            "reason": self.reason,
            "capabilities": [*sorted(self.capabilities())],
            "cannot_express": [*sorted(self.cannot_express())],
        }
