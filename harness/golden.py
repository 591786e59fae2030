"""Golden files: the normalised observation of the official TypeScript SDK for one scenario. CORE: text in, text out.

``fixtures/golden/<family>/<scenario id>.jsonl``: the first line says where it comes from, then one line per check, and one
line per surfaced event, so that a change reads well in a diff. No clock time: the same observation gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.observation import Mode, Normalised

GoldenState: TypeAlias = Literal["ok", "stale", "missing"]

_EVENTS: Final = "surfaced.events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a golden comes from; a golden whose scenario or normaliser hash is not today's is stale."""

    subject: str
    sdk: str
    version: str
    runtime: str
    lane: str
    scenario_sha256: str
    normaliser: str
    cannot_express: tuple[str, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """The provenance as the first line of the file and the report give it."""
        return {
            "subject": self.subject,
            "sdk": self.sdk,
            "version": self.version,
            "runtime": self.runtime,
            "lane": self.lane,
            "scenario_sha256": self.scenario_sha256,
            "normaliser": self.normaliser,
            "cannot_express": list(self.cannot_express),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A golden: provenance and, per mode, the facts that were observed."""

    scenario: str
    provenance: Provenance
    facts: Mapping[Mode, dict[str, JsonValue]] = field(default_factory=dict)

    def normalised(self, mode: Mode) -> Normalised | None:
        """The golden as something to compare with, or None when the mode was not observed."""
        facts = self.facts.get(mode)
        return None if facts is None else Normalised(mode=mode, facts=facts)

    def state(self, *, scenario_sha256: str, normaliser: str) -> tuple[GoldenState, str]:
        """Whether the golden still speaks of today's scenario and normaliser, and why not."""
        if self.provenance.scenario_sha256 != scenario_sha256:
            return "stale", "the scenario changed after the golden was recorded"
        if self.provenance.normaliser != normaliser:
            return "stale", "the normaliser changed after the golden was recorded"
        return "ok", ""


def file_name(scenario: str) -> str:
    """Where the golden of a scenario lies below ``fixtures/golden``: ``<family>/<id>.jsonl``."""
    return f"{scenario.split('.')[1]}/{scenario}.jsonl"


def render(golden: Golden) -> str:
    """The text of a golden file."""
    lines: list[JsonValue] = [
        {"kind": "golden", "scenario": golden.scenario, "provenance": golden.provenance.to_json()}
    ]
    for mode, facts in golden.facts.items():
        for check, fact in facts.items():
            if check == _EVENTS and isinstance(fact, list):
                lines.append({"mode": mode, "check": check, "turns": len(fact)})
                for index, turn in enumerate(fact):
                    lines.extend(_turn(mode, index, turn))
            else:
                lines.append({"mode": mode, "check": check, "fact": fact})
    return "".join(json.dumps(line) + "\n" for line in lines)


def _turn(mode: Mode, index: int, turn: JsonValue) -> list[JsonValue]:
    """One line per event; a turn with declared outcomes is one line that names them."""
    row: dict[str, JsonValue] = {"mode": mode, "check": _EVENTS, "turn": index}
    if isinstance(turn, list):
        return [{**row, "event": event} for event in turn]
    return [{**row, "fact": turn}]


def parse(text: str, where: str) -> Golden:
    """Read a golden file back.

    Raises:
        HarnessFault: the file was edited by hand, cut, or holds merge conflict marks.
    """
    try:
        rows = [json.loads(line) for line in text.split("\n") if line]
        header = rows[0]
        given = header["provenance"]
        provenance = Provenance(**{**given, "cannot_express": tuple(given["cannot_express"])})
        facts: dict[Mode, dict[str, JsonValue]] = {}
        for row in rows[1:]:
            of_mode = facts.setdefault(row["mode"], {})
            if "turns" in row:
                of_mode[row["check"]] = [[] for _ in range(row["turns"])]
            elif "event" in row:
                cast("list[list[JsonValue]]", of_mode[row["check"]])[row["turn"]].append(
                    row["event"]
                )
            elif "turn" in row:
                cast("list[JsonValue]", of_mode[row["check"]])[row["turn"]] = row["fact"]
            else:
                of_mode[row["check"]] = row["fact"]
        return Golden(scenario=header["scenario"], provenance=provenance, facts=facts)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise HarnessFault(
            f"not a golden file ({type(error).__name__}: {error})",
            where=where,
            hint="Record it again with `nox -s golden`.",
        ) from error
