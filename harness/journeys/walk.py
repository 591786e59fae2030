"""IO: walks the journeys through the report of one run and writes what they leave; the way in for command and gate."""

from __future__ import annotations

import difflib
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from harness.errors import UsageFault
from harness.journeys import index
from harness.journeys.browser import Chromium, Pictures, Stage, carried, chromium
from harness.journeys.facts import Facts, facts_of
from harness.journeys.log import Log
from harness.journeys.outcome import Film, Journey, Kept, Status, Walked, ended
from harness.journeys.video import FRAMES, film, last_picture
from harness.journeys.walks import PLANS, Plan
from harness.jsonvalue import JsonValue
from harness.report.files import read_model
from harness.storage import write_atomically
from harness.wire.schemas import SchemaSet

NAMES: Final = tuple(plan.name for plan in PLANS)
"""Every journey, in the order in which they are walked."""

DEADLINE_S: Final = 90.0
"""How long one journey may take; the longest takes 20 s on a machine that does nothing else (docs/journeys.md)."""

ASSERTIONS: Final = "assertions.jsonl"
SUMMARY: Final = "summary.json"
INDEX: Final = "index.md"

_AROUND_S: Final = 15.0
"""How long opening and closing the page of a journey may take beside its deadline."""

OnJourney = Callable[[Journey], None]


async def walk(
    report: Path,
    out: Path,
    names: Sequence[str] | None = None,
    on_journey: OnJourney = lambda _: None,
    *,
    schemas: SchemaSet | None = None,
    pace: float = 1.0,
    deadline_s: float = DEADLINE_S,
) -> Walked:
    """Walk journeys through a report and keep pictures, video and assertions of each.

    Args:
        report: folder with ``index.html`` and the ``run.jsonl`` it was made of, or that ``index.html``.
        out: folder of what is kept; what an earlier walk left there is replaced.
        names: journeys of ``NAMES``, or None for all.
        on_journey: told each journey when it has ended.
        schemas: the contracts; None: those of the project around the current folder.
        pace: factor of every pause; 1 for a video that a person watches.
        deadline_s: seconds after which a journey is ended.

    Returns:
        How each journey ended, and the exit code of the whole. A failed assertion is a status, never an exception.

    Raises:
        NothingWalked: no Chromium, or no Playwright (exit code 4).
        UsageFault: no such report, no such journey, or ``out`` holds what no walk has left there.
        RunUnreadable, RunContradiction: ``run.jsonl`` is not the file of a run.
    """
    plans = _chosen(names)
    page = _page(report)
    facts = facts_of(read_model(page.parent / "run.jsonl", schemas))
    _look_at(out)
    async with chromium() as running:
        browser = await running.start()
        _clear(out)
        done: list[Journey] = []
        for plan in plans:
            walker = _Walker(plan=plan, facts=facts, page=page, out=out / plan.name, pace=pace)
            done.append(await walker.walk(running, deadline_s))
            on_journey(done[-1])
    walked = Walked(run_id=facts.run_id, browser=browser, journeys=tuple(done))
    _write(walked, out)
    return walked


def _look_at(out: Path) -> None:
    """Whether what would be removed is what an earlier walk has left: journeys have short names, such as ``open``."""
    for name in NAMES:
        folder = out / name
        if folder.exists() and not (folder / ASSERTIONS).is_file():
            raise UsageFault(
                "a folder that no walk has made",
                where=str(folder),
                hint="Give another folder with --out.",
            )


def _clear(out: Path) -> None:
    """Remove what an earlier walk left."""
    for name in NAMES:
        shutil.rmtree(out / name, ignore_errors=True)
    for name in (SUMMARY, INDEX):
        (out / name).unlink(missing_ok=True)


class _Walker:
    """One journey: its folder, its log, its clock."""

    def __init__(self, *, plan: Plan, facts: Facts, page: Path, out: Path, pace: float) -> None:
        self.plan = plan
        self.facts = facts
        self.page = page
        self.out = out
        self.pace = pace
        self._began = time.monotonic()
        self._trouble: str | None = None
        out.mkdir(parents=True)
        self._lines = out / ASSERTIONS
        self._lines.touch()
        self.log = Log(now=self._now, keep=self._keep)

    async def walk(self, running: Chromium, deadline_s: float) -> Journey:
        """Walk it, however it ends, and keep what it leaves."""
        unfit = self.plan.need(self.facts)
        if unfit is not None:
            return self._journey(("not_applicable", unfit, None), None)
        # Not in a temporary folder: a walk that is killed leaves nothing but what the next one removes.
        pictures = Pictures(folder=self.out / FRAMES)
        pictures.folder.mkdir()
        await running.ready()
        outside = await carried(
            self._on_stage(running, pictures, deadline_s), deadline_s + _AROUND_S
        )
        trouble = self._trouble or outside
        if trouble is not None:
            self.log.holds("the walk comes to its end", "no error", trouble, ok=False)
        if not list(self.out.glob("*.png")):
            await last_picture(pictures, self.out / "01-end.png")
        measured, fallbacks = await film(pictures, self.out, self.log)
        failed = [f"{one.step}: {one.what}" for one in self.log.failed]
        return self._journey(ended(failed, trouble, fallbacks), measured)

    async def _on_stage(self, running: Chromium, pictures: Pictures, deadline_s: float) -> None:
        async with running.stage(
            self.plan.view, self.page, self.log, self.out, pictures, self.pace
        ) as stage:
            self._trouble = await carried(self._steps(stage), deadline_s)
            if self._trouble is not None:
                await stage.last_shot()

    async def _steps(self, stage: Stage) -> None:
        await stage.chapter(self.plan.title, self.plan.told)
        await stage.open()
        await self.plan.walk(stage, self.facts)
        made, failed = len(self.log.made), len(self.log.failed)
        said = f"{failed} of {made} assertions fail" if failed else f"all {made} assertions hold"
        await stage.chapter(self.plan.title, said)

    def _now(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    def _keep(self, line: str) -> None:
        with self._lines.open("a", encoding="utf-8", newline="") as file:
            file.write(line)

    def _journey(
        self, end: tuple[Status, str | None, str | None], measured: Film | None
    ) -> Journey:
        status, reason, fallback = end
        return Journey(
            name=self.plan.name,
            title=self.plan.title,
            status=status,
            reason=reason,
            fallback=fallback,
            assertions=len(self.log.made),
            failed=len(self.log.failed),
            viewport=(self.plan.view.width, self.plan.view.height),
            colours=self.plan.view.colours,
            duration_ms=self._now(),
            film=measured,
            files=tuple(_kept(path, self.out) for path in _files(self.out)),
        )


def _chosen(names: Sequence[str] | None) -> list[Plan]:
    """The plans of these names, in the order of ``NAMES``."""
    for name in names or ():
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(NAMES)}."
            raise UsageFault(f"no journey `{name}`", where="--journey", hint=hint)
    return [plan for plan in PLANS if not names or plan.name in names]


def _page(report: Path) -> Path:
    """The index.html of a report, whole path; its run file lies beside it."""
    folder = report.parent if report.is_file() else report
    for name in ("index.html", "run.jsonl"):
        if not (folder / name).is_file():
            raise UsageFault(
                f"no {name}",
                where=str(folder),
                hint="Give the folder of a finished run, such as reports/parity; of a merged one the folder of one leg.",
            )
    return folder.resolve() / "index.html"


def _write(walked: Walked, out: Path) -> None:
    summaries = []
    for one in walked.journeys:
        path = out / one.name / SUMMARY
        _write_json(path, one.to_json(walked.run_id, walked.browser))
        summaries.append(_kept(path, out))
    _write_json(out / SUMMARY, walked.to_json(summaries))
    write_atomically(out / INDEX, index.render(walked).encode("utf-8"))


def _write_json(path: Path, value: JsonValue) -> None:
    write_atomically(path, (json.dumps(value, indent=2) + "\n").encode("utf-8"))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMMARY)


def _kept(path: Path, folder: Path) -> Kept:
    data = path.read_bytes()
    shown = path.relative_to(folder).as_posix()
    return Kept(path=shown, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
