"""What a report costs to build and to open: ``python -m bench.report [--json FILE] [--run FILE]``.

Runs of one scenario with more and more events (one of them inserted), and a run file of yours if there is one, are read and
made into reports by the harness' own functions; the page is opened from disk in Chromium, each time in a fresh profile.
Milliseconds are medians; the ratio is to the smallest run, so that what grows faster than its input stands out.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias, cast

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.diff import inserted, stream
from harness import catalogue
from harness.jsonvalue import JsonValue, allow_deep_values
from harness.normalize.chain import NORMALISER
from harness.observation import Observation, TurnRecord
from harness.report import files
from harness.root import Root, find_root, load_schemas
from harness.runner.judge import Cell, GoldenRead, observation_lines, result_line, scenario_line
from harness.runner.records import PlayKey, SubjectState
from harness.storage import write_atomically

Row: TypeAlias = dict[str, float]

SIZES: Final = (1_000, 10_000, 100_000)
SCENARIO: Final = "exec.stream.many-events"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_PAINT: Final = """() => new Promise(done => {
  const told = () => performance.getEntriesByName("first-contentful-paint")[0];
  const tell = () => done({fcp: told().startTime, load: performance.timing.loadEventEnd - performance.timing.navigationStart,
                           nodes: document.getElementsByTagName("*").length});
  if (told()) tell(); else new PerformanceObserver(() => told() && tell()).observe({type: "paint", buffered: true});
})"""


def run_of(events: int, root: Root) -> Iterator[dict[str, JsonValue]]:
    """The lines of a run of one scenario in which the SDK hands on one event more than the reference."""
    (scenario,) = catalogue.load(root, load_schemas(root)).select(SCENARIO)
    sides = {"reference": stream(events), "sdk": stream(events)}
    inserted(sides["sdk"])
    states = {name: SubjectState(name=name, declared={}) for name in sides}
    plays = {
        name: Observation(
            scenario=scenario.id,
            subject=name,
            mode="stream",
            turns=(TurnRecord(events=tuple(side), outcome="end", thread_id="T"),),
        )
        for name, side in sides.items()
    }
    golden = GoldenRead.of(scenario, None)
    result = result_line(
        Cell(
            scenario=scenario,
            state=states["sdk"],
            reference_state=states["reference"],
            reference={"stream": plays["reference"]},
            sdk={"stream": plays["sdk"]},
            golden=golden,
            expected=(),
            expected_of_golden=(),
        )
    )
    yield _header(scenario.id, [*sides])
    yield scenario_line(scenario, golden)
    for name, play in plays.items():
        yield from observation_lines(
            PlayKey(scenario=scenario.id, subject=name, mode="stream"), play
        )
    yield result
    yield _footer(str(result["verdict"]))


def _header(scenario: str, names: list[str]) -> dict[str, JsonValue]:
    subjects: list[JsonValue] = [
        {"name": name, "sdk": name, "version": "1", "language": "python", "runtime": "python", "state": "ready",
         "reason": None, "capabilities": ["run", "stream"], "cannot_express": []}
        for name in names
    ]  # fmt: skip
    return {
        "kind": "header", "schema": 1, "run_id": "bench", "started_at": "2026-01-01T00:00:00.000+00:00",
        "tool": {"version": "0", "python": "3", "platform": "bench", "cpus": 1}, "lane": "mock",
        "reference": names[0], "normaliser": NORMALISER, "command": ["bench"], "filter": None, "complete": True,
        "subjects": subjects, "scenarios": [scenario],
    }  # fmt: skip


def _footer(verdict: str) -> dict[str, JsonValue]:
    return {
        "kind": "footer", "counts": {verdict: 1}, "levels": {}, "exit": 1, "exit_reason": "bench", "baseline": [],
        "not_verified": [], "finished_at": "2026-01-01T00:00:01.000+00:00", "duration_ms": 1000.0,
    }  # fmt: skip


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Median CPU milliseconds of a few calls."""
    taken: list[float] = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return round(statistics.median(taken), 1)


def measure(run: Path, out: Path, browser: Browser, times: int) -> Row:
    """What one run file costs: reading it, making all reports of it, opening the page."""
    read = cpu_ms(lambda: files.read_model(run), times)
    build = cpu_ms(lambda: files.write_all(run, out), times)
    page = out / "index.html"
    seen = [_open(browser, page) for _ in range(times)]
    return {
        "run_mb": round(run.stat().st_size / 1e6, 2),
        "read_ms": read,
        "build_ms": round(build - read, 1),
        "page_mb": round(page.stat().st_size / 1e6, 2),
        **{name: round(statistics.median(one[name] for one in seen), 1) for name in seen[0]},
    }


def _open(browser: Browser, page: Path) -> Row:
    context = browser.new_context(offline=True, java_script_enabled=True)
    try:
        tab = context.new_page()
        tab.goto(page.as_uri(), wait_until="load", timeout=300_000)
        found = cast("Row", tab.evaluate(_PAINT))
    finally:
        context.close()
    return {"paint_ms": found["fcp"], "load_ms": found["load"], "nodes": found["nodes"]}


def everything(sizes: list[int], given: Path | None, times: int, program: str) -> dict[str, Row]:
    """A row per run, by name."""
    root = find_root(None)
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as held, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for size in sizes:
            run = Path(held) / f"{size}.jsonl"
            text = "".join(json.dumps(line) + "\n" for line in run_of(size, root))
            write_atomically(run, text.encode("utf-8"))
            del text
            rows[f"one scenario, {size} events"] = measure(
                run, Path(held) / str(size), browser, times
            )
        if given is not None:
            rows["the run given"] = measure(given, Path(held) / "given", browser, times)
        browser.close()
    return rows


def table(rows: dict[str, Row]) -> Table:
    """One line per run; in brackets the ratio to the first."""
    first = next(iter(rows.values()))
    shown = Table(title="report: CPU ms to read and build, ms to first paint and load in Chromium")
    for name in ("run", *first):
        shown.add_column(name, justify="left" if name == "run" else "right")
    for run, row in rows.items():
        cells = [f"{value:g} ({value / (first[name] or 1):.1f}x)" for name, value in row.items()]
        shown.add_row(run, *cells)
    return shown


def main() -> None:
    """Measure and print a table; with ``--json`` keep it."""
    last = Path("reports/parity/run.jsonl")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="events")
    parser.add_argument("--times", type=int, default=3, help="measurements of each kind")
    parser.add_argument(
        "--run", type=Path, default=last if last.is_file() else None, help=f"default: {last}"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, BROWSERS)]
    program = next((one for one in named if one), None)
    if program is None:
        parser.error(f"no browser: none of {', '.join(BROWSERS)} on PATH, and CHROMIUM is not set")
    allow_deep_values()
    rows = everything(arguments.sizes, arguments.run, arguments.times, program)
    Console(width=180).print(table(rows))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
