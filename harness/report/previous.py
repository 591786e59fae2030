"""A run beside an earlier one: which cells got worse, better, other, and which came and went. CORE: two models in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.report.groups import Cell, CellKey
from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.records import COMPARED, Verdict

_DIFFERS: Final[frozenset[Verdict]] = frozenset({"divergence", "known", "changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One cell then and now; ``target`` is the id of its place on the page, None when it is gone."""

    scenario: str
    subject: str
    then: str
    now: str
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What moved since an earlier run. ``same`` counts the cells that did not."""

    run_id: str
    started_at: str
    regressed: tuple[Move, ...]
    fixed: tuple[Move, ...]
    changed: tuple[Move, ...]
    new: tuple[Move, ...]
    gone: tuple[Move, ...]
    same: int

    @property
    def sorts(self) -> tuple[tuple[str, str, tuple[Move, ...]], ...]:
        """Each sort with what it means."""
        return (
            ("regressed", "equal then, differs or fails now", self.regressed),
            ("changed", "differed then, differs otherwise now", self.changed),
            ("fixed", "differed or failed then, equal now", self.fixed),
            ("new", "was not in the earlier run", self.new),
            ("gone", "is not in this run", self.gone),
        )


def since(now: RunModel, then: RunModel) -> Since:
    """Compare two runs cell by cell. A cell differs otherwise when its set of fingerprints or its verdict is another."""
    found: dict[str, list[Move]] = {
        name: [] for name in ("regressed", "fixed", "changed", "new", "gone")
    }
    same = 0
    for key, cell in now.cells.items():
        before = then.cells.get(key)
        if before is None:
            found["new"].append(_move(key, None, cell))
            continue
        sort = _sort(before, cell)
        if sort is None:
            same += 1
        else:
            found[sort].append(_move(key, before, cell))
    found["gone"] = [
        _move(key, cell, None) for key, cell in then.cells.items() if key not in now.cells
    ]
    moves: Mapping[str, tuple[Move, ...]] = {name: tuple(rows) for name, rows in found.items()}
    return Since(
        run_id=then.head.run_id,
        started_at=then.head.started_at,
        regressed=moves["regressed"],
        fixed=moves["fixed"],
        changed=moves["changed"],
        new=moves["new"],
        gone=moves["gone"],
        same=same,
    )


def _sort(before: Cell, after: Cell) -> str | None:
    then, now = before.result.verdict, after.result.verdict
    if then == now and _causes(before) == _causes(after):
        return None
    if now in {"match", "fixed"}:
        return None if then in {"match", "fixed"} else "fixed"
    if then in _DIFFERS and now in _DIFFERS:
        return "changed"
    return "regressed" if then in COMPARED or then == "not_applicable" else "changed"


def _causes(cell: Cell) -> frozenset[str]:
    return frozenset(one.fingerprint for one in cell.result.differences if one.level != "cosmetic")


def _move(key: CellKey, then: Cell | None, now: Cell | None) -> Move:
    scenario, subject = key
    return Move(
        scenario=scenario,
        subject=subject,
        then="no result" if then is None else then.result.verdict,
        now="no result" if now is None else now.result.verdict,
        target=None if now is None else cell_id(scenario, subject),
    )
