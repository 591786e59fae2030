"""CORE: how much of what the mock claims a run of a released codex has confirmed, and what stays synthetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.coverage import exits
from harness.coverage.areas import Area
from harness.coverage.stream import facts_of
from harness.jsonvalue import JsonValue
from harness.real.evidence import Evidence, Pair, confirmed_by
from harness.scenario import Scenario
from harness.wire.shapes import ExecShapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One kind of claim: the parts that the mock plays, and those of them that no run of the release confirms."""

    name: str
    claimed: int
    synthetic: tuple[str, ...]

    @property
    def confirmed(self) -> int:
        """How many are confirmed."""
        return self.claimed - len(self.synthetic)

    @property
    def percent(self) -> float:
        """The confirmed share, rounded down to a tenth; 0 where nothing is claimed."""
        return self.confirmed * 1000 // self.claimed / 10 if self.claimed else 0.0

    def to_json(self) -> dict[str, JsonValue]:
        """As the reports give it."""
        return {
            "name": self.name,
            "claimed": self.claimed,
            "confirmed": self.confirmed,
            "percent": self.percent,
            "synthetic": [*self.synthetic],
        }


def shares(
    stream: Sequence[Area], exit_paths: Area, scenarios: Sequence[Scenario], evidence: Evidence
) -> tuple[Share, ...]:
    """Event shapes, exit paths, rejected command lines, and whole scenarios: how much of each ``evidence`` confirms.

    Args:
        stream: the areas of ``stream.areas``.
        exit_paths: that of ``exits.area``.
        scenarios: the catalogue.
        evidence: of one release.
    """
    played = {(area.name, part) for area in stream for part, ids in area.shown.items() if ids}
    agreed = {one.id for one in scenarios if evidence.confirms(one)}
    ways = [("exit paths", exits.SCRIPTED), ("rejected command lines", exits.REFUSED)]
    return (
        _share(
            "event shapes",
            [(f"{area}: {part}", (area, part) in evidence.shown) for area, part in sorted(played)],
        ),
        *(
            _share(
                name,
                [
                    (path.name, bool(agreed & set(exit_paths.shown[path.name])))
                    for path in paths
                    if exit_paths.shown[path.name]
                ],
            )
            for name, paths in ways
        ),
        _share("scenarios", [(one.id, one.id in agreed) for one in scenarios]),
    )


def _share(name: str, claims: Sequence[tuple[str, bool]]) -> Share:
    return Share(
        name=name,
        claimed=len(claims),
        synthetic=tuple(what for what, is_confirmed in claims if not is_confirmed),
    )


def shown_by(shapes: ExecShapes, events: Iterable[JsonValue]) -> frozenset[Pair]:
    """The parts of the event stream that events of a real run show."""
    return frozenset(
        pair for event in events if isinstance(event, dict) for pair in facts_of(shapes, event)
    )


def parts(
    areas: Iterable[Area], scenarios: Iterable[Scenario], evidence: Sequence[Evidence]
) -> dict[str, frozenset[str]]:
    """Per area, the parts that a scenario shows and a released codex has confirmed.

    Where runs say what they wrote (the areas of the event stream), that counts; elsewhere a part counts when a scenario
    that shows it is confirmed.
    """
    shown = {pair for one in evidence for pair in one.shown}
    written = {area for area, _ in shown}
    agreed = {one.id for one in scenarios if confirmed_by(one, evidence)}
    return {
        area.name: frozenset(
            part
            for part, ids in area.shown.items()
            if ids and ((area.name, part) in shown if area.name in written else agreed & set(ids))
        )
        for area in areas
    }
