"""IO: plays what chance made to the reference and to SDKs until the time is over; shrinks and keeps what is news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from harness.baseline.entries import Entry
from harness.catalogue import to_yaml
from harness.errors import ScenarioInvalid
from harness.fuzz.generate import Drawn, Object, batch
from harness.fuzz.news import Find, Known, finds
from harness.fuzz.streams import events_by_type
from harness.jsonvalue import JsonValue
from harness.observation import MODES, Mode
from harness.runner.bench import Bench, Tried
from harness.runner.shrinking import Outcome, Shrinking, Wish
from harness.shrink.report import ready_for_a_report
from harness.storage import write_atomically

BATCH: Final = 12
"""Documents that are made at a time; one build of the mock serves them."""

_SHRINK_PLAYS: Final = 240
_DEADLINE: Final = 5.0
_SHRUNK: Final = frozenset({Outcome.SMALLEST, Outcome.OUT_OF_PLAYS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One distinct find: whose, what it is, how often it showed, and the file it is in.

    ``file`` is None when the find did not show again (``outcome`` says how the reduction ended).
    """

    subject: str
    find: Find
    origin: str
    outcome: Outcome
    file: Path | None


@dataclass(slots=True, kw_only=True)
class Fuzzing:
    """A search as it goes on. ``going`` says whether there is time for one more batch.

    Args:
        schema: of exec events.
        sdks: names of the subjects under test.
        base: the seed.
        most: at most so many documents, or None.
        folder: where finds are kept.
    """

    schema: JsonValue
    sdks: Sequence[str]
    expected: Mapping[str, Sequence[Entry]]
    base: int
    most: int | None
    folder: Path
    going: Callable[[], bool]
    on_find: Callable[[Kept], None] = field(default=lambda _: None)
    on_batch: Callable[[int, int], None] = field(default=lambda _, __: None)
    streams: int = 0
    valid: int = 0
    plays: int = 0
    refused: int = 0
    known: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    shared: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    async def run(self, bench: Bench) -> None:
        """Play batch after batch; the result is in the fields."""
        able = frozenset.intersection(*(bench.states[name].capabilities() for name in self.sdks))
        modes = [mode for mode in MODES if mode in able]
        events = events_by_type(self.schema)
        number = 0
        try:
            while self.going() and (self.most is None or self.streams < self.most):
                size = BATCH if self.most is None else min(BATCH, self.most - self.streams)
                drawn = batch(events, able, modes, base=self.base, number=number, size=size)
                number += 1
                await self._play(bench, drawn, modes)
                self.on_batch(self.streams, bench.plays)
        finally:
            self.plays = bench.plays

    async def _play(self, bench: Bench, drawn: Sequence[Drawn], modes: Sequence[Mode]) -> None:
        for mode in modes:
            group = [one for one in drawn if one.mode == mode]
            tried = await bench.try_all([one.document for one in group], self.sdks, mode)
            self.streams += len(group)
            self.valid += sum(one.valid for one in group)
            for one, by_sdk in zip(group, tried, strict=True):
                await self._look(bench, one, by_sdk)

    async def _look(self, bench: Bench, drawn: Drawn, by_sdk: Mapping[str, Tried]) -> None:
        news: dict[str, list[Find]] = {}
        for sdk, tried in by_sdk.items():
            if tried.driver:
                self.broken.append(f"{sdk}: {tried.reason} ({drawn.origin})")
            elif tried.seen is None:
                self.refused += 1
            else:
                news[sdk] = self._news(
                    sdk, finds(tried.seen, Known(entries=self.expected[sdk]), valid=drawn.valid)
                )
        if len(news) > 1:
            common = set.intersection(*({one.key for one in each} for each in news.values()))
            self.shared.update(common)
        for sdk, each in news.items():
            for find in each:
                await self._keep(bench, drawn, sdk, find)

    def _news(self, sdk: str, found: Sequence[Find]) -> list[Find]:
        for one in found:
            if one.known:
                self.known[f"{sdk} {one.key}"] += 1
        return [one for one in found if not one.known]

    async def _keep(self, bench: Bench, drawn: Drawn, sdk: str, find: Find) -> None:
        """Shrink and save a find, once per cause."""
        self.again[f"{sdk} {find.key}"] += 1
        if (sdk, find.key) in self._seen:
            return
        self._seen.add((sdk, find.key))
        work = Shrinking(
            wish=Wish(
                document=drawn.document,
                sdk=sdk,
                modes=[drawn.mode],
                check=None,
                fingerprint=str(find.row["fingerprint"]),
                max_plays=_SHRINK_PLAYS,
                deadline_s=_DEADLINE,
            )
        )
        await work.run(bench)
        kept = Kept(
            subject=sdk,
            find=find if work.row is None else replace(find, row=work.row),
            origin=drawn.origin,
            outcome=work.outcome,
            file=self._saved(work, drawn, sdk),
        )
        self.kept.append(kept)
        self.on_find(kept)

    def _saved(self, work: Shrinking, drawn: Drawn, sdk: str) -> Path | None:
        if work.best is None or work.target is None or not work.shown:
            return None
        row = work.row or work.target.row
        document: Object = ready_for_a_report(
            work.best,
            name=work.target.fingerprint,
            title=str(row["sentence"]),
            origin=f"{drawn.origin}; reduced for {sdk}",
            keep_deadline=work.target.hangs,
        )
        path = self.folder / f"{sdk}-{work.target.fingerprint}.yaml"
        try:
            text = to_yaml(document)
        except ScenarioInvalid as error:
            self.broken.append(f"{drawn.origin}: {error}")
            return None
        write_atomically(path, text.encode("utf-8"))
        return path
