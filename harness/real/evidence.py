"""What a run of a released codex has confirmed of the mock: ``fixtures/fidelity/<version>.json``. CORE: text in, text out.

A claim of the mock that no run confirms is ``synthetic``. Evidence holds only for the very scenario that was played: a
scenario or a `model` part that changed since then is not confirmed any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue, canonical
from harness.scenario import Scenario

JsonObject: TypeAlias = dict[str, JsonValue]
Pair: TypeAlias = tuple[str, str]
"""An area of coverage and a part of it, such as ``("event_types", "turn.failed")``."""

_FORM: Final = 1
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one release confirmed.

    ``agreed``: scenario id to the :func:`identity` it had when both lanes showed the same. ``not_offered``: scenario id to
    the tool or the option that the release does not have. ``shown``: the parts of the event stream that its runs wrote.
    """

    codex: str
    binary_sha256: str
    platform: str
    played_on: str
    agreed: Mapping[str, str]
    not_offered: Mapping[str, str]
    shown: frozenset[Pair]

    def confirms(self, scenario: Scenario) -> bool:
        """Whether this very scenario was played in both lanes with one outcome."""
        return self.agreed.get(scenario.id) == identity(scenario)

    def text(self) -> str:
        """The file."""
        areas: dict[str, list[str]] = {}
        for area, part in sorted(self.shown):
            areas.setdefault(area, []).append(part)
        document = {
            "form": _FORM,
            "codex": self.codex,
            "binary_sha256": self.binary_sha256,
            "platform": self.platform,
            "played_on": self.played_on,
            "agreed": dict(sorted(self.agreed.items())),
            "not_offered": dict(sorted(self.not_offered.items())),
            "shown": areas,
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def parse(text: str, where: str) -> Evidence:
    """Read a file of evidence.

    Raises:
        HarnessFault: it is not one of ours.
    """
    try:
        data = cast("JsonObject", json.loads(text))
        areas = cast("dict[str, list[str]]", {_FORM: data["shown"]}[cast("int", data["form"])])
        return Evidence(
            codex=cast("str", data["codex"]),
            binary_sha256=cast("str", data["binary_sha256"]),
            platform=cast("str", data["platform"]),
            played_on=cast("str", data["played_on"]),
            agreed=cast("dict[str, str]", data["agreed"]),
            not_offered=cast("dict[str, str]", data["not_offered"]),
            shown=frozenset((area, part) for area, parts in areas.items() for part in parts),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HarnessFault(
            f"not a file of evidence ({error})",
            where=where,
            hint="`codex-parity fidelity VERSION --write` makes it anew.",
        ) from error


def identity(scenario: Scenario) -> str:
    """What evidence is bound to: the scenario with its lines, and what its model says."""
    parts: list[JsonValue] = [scenario.sha256, scenario.model]
    return hashlib.sha256(canonical(parts)).hexdigest()[:_DIGITS]


def confirmed_by(scenario: Scenario, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The releases that confirm a scenario; none: what the mock plays there is synthetic."""
    return tuple(one.codex for one in evidence if one.confirms(scenario))


def stale(scenarios: Iterable[Scenario], evidence: Evidence) -> tuple[str, ...]:
    """Ids that ``evidence`` speaks of and that changed since, or are gone."""
    now = {one.id: identity(one) for one in scenarios}
    return tuple(sorted(name for name, then in evidence.agreed.items() if now.get(name) != then))
