"""CORE: the plan of a run over several machines: legs, each split into shards. Its form is ``schemas/plan.json``.

A leg is a platform and what stands behind the clients there, such as ``linux-mock`` or ``macos-0.169.0``. A shard is some of
the scenarios of a leg for all of its subjects, so that the reference plays each scenario once. A plan holds everything
that a shard needs, and has an id that is a hash over all of it: the same inputs give the same plan.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

from harness.errors import NothingSelected, UsageFault
from harness.jsonvalue import JsonValue, canonical
from harness.matrix.balance import Durations, deal
from harness.observation import Lane
from harness.real.lane import choose
from harness.scenario import Scenario
from harness.wire.schemas import SchemaSet

JsonObject: TypeAlias = dict[str, JsonValue]
Platform: TypeAlias = Literal["linux", "macos", "windows"]

PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)
MOCK: Final = "mock"
SCHEMA: Final = 1
JOBS_OF_GITHUB: Final = 256
"""The most jobs that GitHub Actions makes of one matrix (docs.github.com, "Running variations of jobs in a workflow")."""

RUNNERS: Final[dict[Platform, str]] = {
    "linux": "ubuntu-24.04",
    "macos": "macos-15",
    "windows": "windows-2025",
}
"""The image of GitHub Actions for each platform; pinned, since `latest` moves by itself."""

PYTHON: Final = "3.11"
"""The Python of a job: what the other workflows play with, and what the baselines speak of.

Python 3.12.1 cannot read the deepest scenario at all (its C code stops at 1,500 levels), and on 3.13 the Python SDKs read it,
which a baseline says they do not (measured)."""

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?")
_GRAMMAR: Final = f"A leg is written PLATFORM[/CODEX], such as linux, macos/mock or linux/0.169.0; a platform is one of {', '.join(PLATFORMS)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A leg as a person writes it; ``codex`` None: the mock."""

    platform: Platform
    codex: str | None = None

    @property
    def name(self) -> str:
        """``linux-mock``, ``linux-0.169.0``."""
        return f"{self.platform}-{self.codex or MOCK}"

    @property
    def lane(self) -> Lane:
        """The lane that is played there."""
        return "mock" if self.codex is None else "real"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A subject of a plan: its name in reports, and how it was given."""

    name: str
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some scenarios of a leg: id -> :func:`content`. ``expected_ms`` is what their plays take one after the other."""

    name: str
    leg: str
    expected_ms: int
    scenarios: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A place, the selected scenarios that it cannot play, and its shards."""

    place: Place
    not_in_lane: tuple[str, ...]
    shards: tuple[Shard, ...]

    @property
    def spread(self) -> float:
        """The longest shard over the mean: 1.0 is a plan in which nobody waits."""
        times = [one.expected_ms for one in self.shards] or [1]
        return round(max(times) * len(times) / sum(times), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who plays what where, by which version of codex-parity and of its normaliser.

    ``filter`` is the selection, None: the whole catalogue; ``named`` says whether a person named the subjects.
    """

    version: str
    normaliser: str
    filter: str | None
    reference: str
    named: bool
    subjects: tuple[Chosen, ...]
    legs: tuple[Leg, ...]

    @property
    def id(self) -> str:
        """The sha256 over the canonical JSON of everything else."""
        return hashlib.sha256(canonical(self._body())).hexdigest()

    @property
    def shards(self) -> tuple[Shard, ...]:
        """The shards of all legs, in order."""
        return tuple(shard for leg in self.legs for shard in leg.shards)

    def find(self, name: str) -> tuple[Leg, Shard]:
        """A shard by its name, and its leg.

        Raises:
            UsageFault: there is none; names those there are.
        """
        for leg in self.legs:
            for shard in leg.shards:
                if shard.name == name:
                    return leg, shard
        names = ", ".join(one.name for one in self.shards)
        raise UsageFault(f"no shard `{name}` in the plan", hint=f"There is {names}.")

    def to_json(self) -> JsonObject:
        """The plan as ``schemas/plan.json`` describes it."""
        return {"schema": SCHEMA, "id": self.id, **self._body()}

    def _body(self) -> JsonObject:
        return {
            "tool": {"version": self.version},
            "normaliser": self.normaliser,
            "filter": self.filter,
            "reference": self.reference,
            "named": self.named,
            "subjects": [{"name": one.name, "given": one.given} for one in self.subjects],
            "legs": [
                {
                    "name": leg.place.name,
                    "platform": leg.place.platform,
                    "lane": leg.place.lane,
                    "codex": leg.place.codex,
                    "os": RUNNERS[leg.place.platform],
                    "python": PYTHON,
                    "not_in_lane": [*leg.not_in_lane],
                    "spread": leg.spread,
                }
                for leg in self.legs
            ],
            "shards": [
                {
                    "name": one.name,
                    "leg": one.leg,
                    "expected_ms": one.expected_ms,
                    "scenarios": {**one.scenarios},
                }
                for one in self.shards
            ],
        }

    def for_github(self) -> JsonObject:
        """What goes into ``strategy.matrix`` of a workflow of GitHub Actions: one job per shard.

        Raises:
            UsageFault: more jobs than GitHub makes of one matrix.
        """
        if len(self.shards) > JOBS_OF_GITHUB:
            raise UsageFault(
                f"{len(self.shards)} shards, and GitHub Actions makes {JOBS_OF_GITHUB} jobs of a matrix at the most",
                hint="Ask for fewer --shards or fewer legs.",
            )
        return {
            "include": [
                {
                    "shard": one.name,
                    "leg": one.leg,
                    "os": RUNNERS[leg.place.platform],
                    "python": PYTHON,
                }
                for leg in self.legs
                for one in leg.shards
            ]
        }


def parse_place(text: str) -> Place:
    """Read ``PLATFORM[/CODEX]``.

    Raises:
        UsageFault: another platform, or a codex that is neither ``mock`` nor a version.
    """
    platform, slash, codex = text.partition("/")
    if platform not in PLATFORMS:
        raise UsageFault(f"no platform `{platform}`", where=f"--leg {text}", hint=_GRAMMAR)
    if not slash or codex == MOCK:
        return Place(platform=platform)
    if _VERSION.fullmatch(codex) is None:
        raise UsageFault(f"no codex `{codex}`", where=f"--leg {text}", hint=_GRAMMAR)
    return Place(platform=platform, codex=codex)


def content(scenario: Scenario, lane: Lane) -> str:
    """The sha256 over what a lane plays of a scenario: the one of the scenario, and with its `model` part in the lane `real`."""
    if lane == "mock":
        return scenario.sha256
    return hashlib.sha256(canonical([scenario.sha256, scenario.model])).hexdigest()


def make(
    *,
    version: str,
    normaliser: str,
    scenarios: Sequence[Scenario],
    selection: str | None,
    reference: str,
    subjects: Sequence[Chosen],
    named: bool,
    places: Sequence[Place],
    shards: int,
    durations: Durations,
) -> Plan:
    """Split every leg into shards that take about as long as each other. The order of what is given does not matter.

    Args:
        version, normaliser: of this codex-parity.
        scenarios: what ``selection`` fits.
        selection: the filter, None: the whole catalogue.
        reference: how the reference was given.
        subjects: who is tested.
        named: whether a person named them.
        places: the legs, one or more.
        shards: per leg; a leg with fewer scenarios has as many shards as scenarios.
        durations: of earlier runs.

    Raises:
        UsageFault: less than one shard, or a leg twice.
        NothingSelected: a leg has nothing to play.
    """
    if shards < 1:
        raise UsageFault(f"{shards} shards", hint="A leg has one shard at least.")
    names = [place.name for place in places]
    if again := next((one for one in names if names.count(one) > 1), None):
        raise UsageFault(f"the leg {again} twice", where="--leg")
    by_id = sorted(scenarios, key=lambda one: one.id)
    asked = tuple(sorted(subjects, key=lambda one: one.name))
    return Plan(
        version=version,
        normaliser=normaliser,
        filter=selection,
        reference=reference,
        named=named,
        subjects=asked,
        legs=tuple(
            _leg(place, by_id, [one.name for one in asked], shards, durations)
            for place in sorted(places, key=lambda one: one.name)
        ),
    )


def _leg(
    place: Place,
    scenarios: Sequence[Scenario],
    subjects: Sequence[str],
    shards: int,
    durations: Durations,
) -> Leg:
    chosen = choose(scenarios)
    played = tuple(scenarios) if place.lane == "mock" else chosen.played
    if not played:
        raise NothingSelected(
            f"nothing to play in the leg {place.name}",
            hint=f"{len(scenarios)} scenarios are selected, none of them has a `model` part.",
        )
    sha256 = {one.id: content(one, place.lane) for one in played}
    costs = {name: durations.cost_ms(place.lane, name, subjects) for name in sha256}
    return Leg(
        place=place,
        not_in_lane=() if place.lane == "mock" else chosen.others,
        shards=tuple(
            Shard(
                name=f"{place.name}-{number}",
                leg=place.name,
                expected_ms=sum(costs[name] for name in pile),
                scenarios={name: sha256[name] for name in pile},
            )
            for number, pile in enumerate(deal(costs, shards), start=1)
        ),
    )


def parse(document: JsonValue, where: str, schemas: SchemaSet) -> Plan:
    """Read a plan file.

    Raises:
        UsageFault: it does not fit ``schemas/plan.json``, or was changed since it was made.
    """
    problem = schemas.first_problem("plan", document)
    if problem is not None:
        raise UsageFault(
            problem.message,
            where=f"{where} {problem.path}",
            hint="Is this a plan of `codex-parity matrix plan`? Its form is in schemas/plan.json.",
        )
    data = cast("JsonObject", document)
    shards = [_shard(one) for one in cast("list[JsonObject]", data["shards"])]
    plan = Plan(
        version=cast("str", cast("JsonObject", data["tool"])["version"]),
        normaliser=cast("str", data["normaliser"]),
        filter=cast("str | None", data["filter"]),
        reference=cast("str", data["reference"]),
        named=cast("bool", data["named"]),
        subjects=tuple(
            Chosen(name=one["name"], given=one["given"])
            for one in cast("list[dict[str, str]]", data["subjects"])
        ),
        legs=tuple(_read_leg(one, shards) for one in cast("list[JsonObject]", data["legs"])),
    )
    if canonical(plan.to_json()) != canonical(data):
        raise UsageFault(
            "the plan was changed since it was made: its id is not that of its content",
            where=where,
            hint="Make it again with `codex-parity matrix plan`.",
        )
    return plan


def _read_leg(data: JsonObject, shards: Sequence[Shard]) -> Leg:
    return Leg(
        place=Place(
            platform=cast("Platform", data["platform"]), codex=cast("str | None", data["codex"])
        ),
        not_in_lane=tuple(cast("list[str]", data["not_in_lane"])),
        shards=tuple(one for one in shards if one.leg == data["name"]),
    )


def _shard(data: JsonObject) -> Shard:
    return Shard(
        name=cast("str", data["name"]),
        leg=cast("str", data["leg"]),
        expected_ms=cast("int", data["expected_ms"]),
        scenarios=cast("dict[str, str]", data["scenarios"]),
    )
