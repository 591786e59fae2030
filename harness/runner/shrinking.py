"""IO: plays the candidates of a reduction (``harness/shrink``) until the smallest scenario with the same difference is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue, canonical
from harness.observation import MODES, Mode
from harness.runner.bench import SIDE_BY_SIDE, Bench, Tried
from harness.shrink.likely import Kind, misfits
from harness.shrink.plainer import inline
from harness.shrink.reduce import Reducer
from harness.shrink.report import Size, size_of
from harness.shrink.target import Row, Seen, Target, choose

Document: TypeAlias = "dict[str, JsonValue]"

PROOFS: Final = 3
"""How often the whole scenario, and what is left of it, is played to see that the difference is no chance."""

_DEADLINE: Final = 10.0


class Outcome(Enum):
    """How a reduction came out."""

    SMALLEST = "no single part can be taken away"
    OUT_OF_PLAYS = "the plays are used up; what is left may get smaller still"
    ABSENT = "the difference does not show"
    FLAKY = "the difference does not show every time"
    VANISHED = "what was left does not show the difference every time"
    INTERRUPTED = "interrupted; what is left may get smaller still"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to reduce, how far, at what cost.

    Args:
        document: the scenario, recordings put in.
        modes: where to look for the difference.
        max_plays: at most so many plays.
        deadline_s: of one play, unless the scenario's own is shorter.
    """

    document: Document
    sdk: str
    modes: Sequence[Mode]
    check: str | None
    fingerprint: str | None
    max_plays: int
    deadline_s: float


@dataclass(slots=True, kw_only=True)
class Shrinking:
    """One reduction as it goes on; whoever interrupts it finds the smallest scenario so far in ``best``.

    ``row`` is the difference as ``best`` showed it; ``beside`` are the other differences of the whole scenario; ``shown`` counts in how many of the last ``PROOFS`` plays
    the difference showed; ``plays`` is what it took; ``reason`` is why the scenario could not be played.
    """

    wish: Wish
    on_step: Callable[[Size, int], None] = field(default=lambda _, __: None)
    plays: int = 0
    target: Target | None = None
    best: Document | None = None
    row: Row | None = None
    outcome: Outcome = Outcome.ABSENT
    beside: tuple[Row, ...] = ()
    shown: int = 0
    reason: str = ""
    _fitting: dict[bytes, bool] = field(default_factory=dict)
    _allowed: frozenset[Kind] | None = None

    async def run(self, bench: Bench) -> None:
        """Reduce; the result is in the fields.

        Raises:
            DriverFault: a driver broke the protocol while the whole scenario was played.
        """
        began = bench.plays
        try:
            await self._run(bench, began)
        finally:
            self.plays = bench.plays - began

    async def _run(self, bench: Bench, began: int) -> None:
        whole = await self._find(bench)
        if whole is None or self.target is None:
            return
        self.shown = 1 + await self._count(bench, whole, PROOFS - 1)
        if self.shown < PROOFS:
            self.outcome = Outcome.FLAKY
            return
        self.best, self.outcome = whole, Outcome.INTERRUPTED
        outcome = await self._reduce(bench, whole, began + self.wish.max_plays)
        self.shown = await self._count(bench, self.best, PROOFS)
        self.outcome = outcome if self.shown == PROOFS else Outcome.VANISHED

    async def _find(self, bench: Bench) -> Document | None:
        """Play the whole scenario and pick the difference; gives the document in which it is looked for from then on."""
        found: list[tuple[Row, Seen, Document]] = []
        declared = cast("list[Mode]", self.wish.document.get("modes", list(MODES)))
        for mode in declared:
            if mode in self.wish.modes:
                document: Document = {**inline(self.wish.document), "modes": [mode]}
                (tried,) = await self._play(bench, [document], mode)
                if tried.driver:
                    raise DriverFault(tried.reason, where=f"mode {mode}")
                if tried.seen is None:
                    self.reason = tried.reason
                    continue
                found += [(row, tried.seen, document) for row in tried.seen.rows]
        rows = [row for row, _, _ in found]
        chosen = choose(rows, check=self.wish.check, fingerprint=self.wish.fingerprint)
        self.beside = tuple(row for row in rows if row is not chosen)
        for row, seen, document in found:
            if row is chosen:
                self.target = Target.of(row, seen)
                return {**document, "deadline": self._deadline()}
        return None

    def _deadline(self) -> float:
        given = cast("float", self.wish.document.get("deadline", _DEADLINE))
        return min(given, self.wish.deadline_s)

    async def _play(self, bench: Bench, documents: Sequence[Document], mode: Mode) -> list[Tried]:
        sdk = self.wish.sdk
        return [one[sdk] for one in await bench.try_all(documents, [sdk], mode)]

    def _likely(self, bench: Bench, document: Document) -> bool:
        """Whether codex would write it as far as it would write the whole scenario: else the bug is another one."""

        def fits(event: JsonValue) -> bool:
            name = canonical(event)
            if name not in self._fitting:
                problem = bench.rig.schemas.first_problem("exec-events", event)
                self._fitting[name] = problem is None
            return self._fitting[name]

        try:
            if self._allowed is None:
                self._allowed = misfits(inline(self.wish.document), fits)
            return misfits(document, fits) <= self._allowed
        except (LookupError, TypeError, AttributeError, ValueError):
            return False  # no scenario, or no JSON

    async def _count(self, bench: Bench, document: Document, times: int) -> int:
        return sum([await self._first(bench, [document]) == 0 for _ in range(times)])

    async def _reduce(self, bench: Bench, whole: Document, last: int) -> Outcome:
        reducer = Reducer(whole)
        told = size_of(whole)
        while reducer.candidates:
            left = last - bench.plays - 2 * PROOFS
            found = await self._first(bench, reducer.candidates, left)
            if found == _SPENT:
                return Outcome.OUT_OF_PLAYS
            reducer.tell(found)
            if found is not None:
                self.best = reducer.best
                if size_of(self.best) != told:
                    told = size_of(self.best)
                    self.on_step(told, bench.plays)
        return Outcome.SMALLEST

    async def _first(
        self, bench: Bench, candidates: Sequence[Document], left: int | None = None
    ) -> int | None:
        """The index of the first candidate that shows the difference, though two are played at a time."""
        assert self.target is not None, "there is no reduction without a target"
        (mode,) = cast("list[Mode]", candidates[0]["modes"])
        before = bench.plays
        likely = [index for index, one in enumerate(candidates) if self._likely(bench, one)]
        for start in range(0, len(likely), SIDE_BY_SIDE):
            chosen = likely[start : start + SIDE_BY_SIDE]
            pair = [candidates[index] for index in chosen]
            if left is not None and bench.plays - before + 2 * len(pair) > left:
                return _SPENT
            for index, tried in zip(chosen, await self._play(bench, pair, mode), strict=True):
                if tried.seen is not None and self.target.shows_in(tried.seen):
                    self.row = self.target.row_of(tried.seen)
                    return index
        return None


_SPENT: Final = -1
"""What ``_first`` gives when the plays are used up."""
