"""IO: what ``run`` is asked for: by options, or by a shard of a plan, which no option may contradict."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from harness.cli.common import Project
from harness.errors import UsageFault
from harness.matrix.plan import Leg, Plan, Platform, Shard, content, parse
from harness.normalize.chain import NORMALISER
from harness.observation import Lane
from harness.runner.part import Part
from harness.scenario import Scenario

_PLATFORMS: Final[dict[str, Platform]] = {"darwin": "macos", "win32": "windows"}
_OF_THE_PLAN: Final = ("names", "reference", "selection", "lane", "version", "matrix", "cells")
"""The parameters of ``run`` whose place a shard takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to play to whom. ``named``: a person named the subjects; ``part``: the shard that this is.

    ``others`` and ``subjects`` are what the plan says is not in the lane, and the names that ``names`` must lead to.
    """

    scenarios: tuple[Scenario, ...]
    selection: str | None
    names: tuple[str, ...]
    named: bool
    reference: str
    lane: Lane
    codex: str | None
    matrix: bool = False
    others: tuple[str, ...] | None = None
    subjects: tuple[str, ...] | None = None
    part: Part | None = None


def platform_here() -> Platform:
    """The platform of this machine as plans name it; any Unix that is not macOS counts as Linux."""
    return _PLATFORMS.get(sys.platform, "linux")


def read_plan(path: Path, found: Project) -> Plan:
    """Read a plan file.

    Raises:
        UsageFault: it is not there, or is no plan.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        hint = "`codex-parity matrix plan -o FILE` writes one."
        raise UsageFault(
            f"no plan: {error.strerror or error}", where=str(path), hint=hint
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageFault(f"not a plan: not JSON ({error})", where=str(path)) from error
    return parse(document, str(path), found.schemas)


def order_of(found: Project, file: Path | None, name: str | None) -> Order:
    """The order that a shard of a plan is.

    Raises:
        UsageFault: another option says what the plan says, one of plan and shard is missing, the plan has no such shard,
            was made by another version or from another catalogue, or the shard is for another platform.
    """
    _alone()
    if file is None:
        raise UsageFault("`--shard` without `--plan`", hint="Name the plan file that has it.")
    plan = read_plan(file, found)
    if name is None:
        names = ", ".join(one.name for one in plan.shards)
        raise UsageFault("`--plan` without `--shard`", hint=f"The plan has {names}.")
    leg, shard = plan.find(name)
    _made_by_us(plan, file)
    if leg.place.platform != platform_here():
        raise UsageFault(
            f"the shard {name} is for {leg.place.platform}, and this machine is {platform_here()}",
            where=str(file),
            hint=f"Plan a leg for this machine: `codex-parity matrix plan --leg {platform_here()}`.",
        )
    return Order(
        scenarios=_scenarios(found, leg, shard, file),
        selection=plan.filter,
        names=tuple(one.given for one in plan.subjects),
        named=plan.named,
        reference=plan.reference,
        lane=leg.place.lane,
        codex=leg.place.codex,
        others=leg.not_in_lane,
        subjects=tuple(one.name for one in plan.subjects),
        part=Part(
            plan=plan.id,
            leg=leg.place.name,
            name=shard.name,
            shards=tuple(one.name for one in plan.shards),
        ),
    )


def same_subjects(order: Order, names: Sequence[str]) -> None:
    """Refuse subjects whose names are not those of the plan: a file that a person gave is another one here.

    Raises:
        UsageFault: names one that is not.
    """
    for wanted, name in zip(order.subjects or names, names, strict=True):
        if wanted != name:
            raise UsageFault(
                f"the plan means the subject {wanted}, and what it names is {name} here",
                hint="Make the plan and play its shards from one commit.",
            )


def _alone() -> None:
    context = click.get_current_context()
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if parameter.name in _OF_THE_PLAN and given is not ParameterSource.DEFAULT:
            said = parameter.opts[-1] if isinstance(parameter, click.Option) else "NAME"
            raise UsageFault(
                f"`{said}` together with `--plan`",
                hint="The plan says who plays what. Make another plan, or leave --plan out.",
            )


def _made_by_us(plan: Plan, file: Path) -> None:
    for what, theirs, ours in (
        ("codex-parity", plan.version, version("codex-parity")),
        ("the normaliser", plan.normaliser, NORMALISER),
    ):
        if theirs != ours:
            raise UsageFault(
                f"the plan was made with {what} {theirs}, and this is {ours}",
                where=str(file),
                hint="Make the plan and play its shards with one version.",
            )


def _scenarios(found: Project, leg: Leg, shard: Shard, file: Path) -> tuple[Scenario, ...]:
    there = {one.id: one for one in found.catalogue.scenarios}
    wrong: Sequence[str] = [name for name in shard.scenarios if name not in there]
    if wrong:
        raise UsageFault(
            f"the plan was made from another catalogue: there is no scenario `{wrong[0]}` here",
            where=str(file),
            hint="Make the plan and play its shards from one commit.",
        )
    for name, sha256 in shard.scenarios.items():
        if content(there[name], leg.place.lane) != sha256:
            raise UsageFault(
                f"the plan was made from another catalogue: the scenario `{name}` has changed since",
                where=str(file),
                hint="Make the plan and play its shards from one commit.",
            )
    return tuple(there[name] for name in shard.scenarios)
