"""Our diff of two event streams beside deepdiff, dictdiffer and jsondiff: ``python -m bench.diff [--json FILE]``.

Every measurement is a process of its own: it makes the two streams, then spends CPU on the diff alone, so that nobody pays
for another's memory. Methods take turns on one pair of streams before the next pair begins; what is printed are CPU
seconds, how many differences were reported (the truth stands beside them) and the ratio to ours. A method that needs more
than ``--cap`` CPU seconds is stopped there, and is not asked again about more events of that case: both are said.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias, cast

from rich.console import Console
from rich.table import Table

from harness.compare.events import StreamComparer
from harness.jsonvalue import JsonValue, allow_deep_values

Event: TypeAlias = dict[str, JsonValue]
Stream: TypeAlias = list[Event]
Row: TypeAlias = dict[str, JsonValue]

SIZES: Final = (100, 1_000, 10_000, 100_000)
CAP: Final = 150
_ENOUGH: Final = 0.3
"""CPU seconds that a measurement takes at least: some kernels count CPU in steps of 10 ms, so what is quick is repeated."""
_PARALLEL: Final = 20
_CAPPED: Final = "capped"


def stream(size: int) -> Stream:
    """``size`` events of one turn as codex writes them, about 200 bytes each: commands that start and complete."""
    events: Stream = [{"type": "thread.started", "thread_id": "T"}, {"type": "turn.started"}]
    while len(events) < size - 1:
        number, ended = divmod(len(events) - 2, 2)
        item: Event = {
            "id": f"item_{number}",
            "type": "command_execution",
            "command": f"bash -lc 'cat file_{number}.txt'",
            "aggregated_output": f"line {number}\n" * 3 if ended else "",
            "exit_code": 0 if ended else None,
            "status": "completed" if ended else "in_progress",
        }
        events.append({"type": "item.completed" if ended else "item.started", "item": item})
    events.append({"type": "turn.completed", "usage": {"input_tokens": 1, "output_tokens": 2}})
    return events


def identical(events: Stream) -> int:
    """The same again."""
    return 0 * len(events)


def changed(events: Stream) -> int:
    """One event of a hundred has another exit code."""
    ended = [event for event in events if event["type"] == "item.completed"]
    chosen = random.Random(5).sample(ended, len(events) // 100)
    for event in chosen:
        cast("Event", event["item"])["exit_code"] = 1
    return len(chosen)


def inserted(events: Stream) -> int:
    """One event more, before all others."""
    events.insert(0, {"type": "error", "message": "reconnecting"})
    return 1


def renumbered(events: Stream) -> int:
    """One item more, before all others, so that every later id is one higher."""
    for event in events[2:-1]:
        item = cast("Event", event["item"])
        item["id"] = f"item_{int(str(item['id']).removeprefix('item_')) + 1}"
    note: JsonValue = {"id": "item_0", "type": "agent_message", "text": "new"}
    events.insert(2, {"type": "item.completed", "item": note})
    return 1


def shuffled(events: Stream) -> int:
    """Here and there two items run in parallel: the second starts before the first has completed. That is told once."""
    for at in range(3, len(events) - 4, _PARALLEL):
        events[at], events[at + 1] = events[at + 1], events[at]
    return 1


CASES: Final[dict[str, Callable[[Stream], int]]] = {
    "identical": identical,
    "1 % changed": changed,
    "one inserted at the head": inserted,
    "one inserted, ids shifted": renumbered,
    "shuffled parallel items": shuffled,
}
"""Each changes a stream in place and says how many differences there are then."""


def ours(left: Stream, right: Stream) -> int:
    """What a run does with the events of one turn."""
    return len(StreamComparer(check="surfaced.events").compare(0, left, right)[0])


def by_deepdiff(left: Stream, right: Stream) -> int:
    """deepdiff as it comes."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - who measures one pays for that one alone

    return sum(len(found) for found in DeepDiff(left, right).values())


def by_dictdiffer(left: Stream, right: Stream) -> int:
    """dictdiffer as it comes; what it adds or removes in one go counts one by one."""
    import dictdiffer  # noqa: PLC0415 - as above

    found = dictdiffer.diff(left, right)
    return sum(1 if kind == "change" else len(what) for kind, _, what in found)


def by_jsondiff(left: Stream, right: Stream) -> int:
    """jsondiff as it comes; events that it names count."""
    import jsondiff  # noqa: PLC0415 - as above

    found = jsondiff.diff(left, right)
    return sum(
        len(what) if key in (jsondiff.insert, jsondiff.delete) else 1 for key, what in found.items()
    )


METHODS: Final[dict[str, Callable[[Stream, Stream], int]]] = {
    "ours": ours,
    "deepdiff": by_deepdiff,
    "dictdiffer": by_dictdiffer,
    "jsondiff": by_jsondiff,
}


def once(method: str, case: str, size: int) -> Row:
    """Measure in this very process: CPU seconds of the diff, what it reported, peak of memory in MB."""
    allow_deep_values()
    left, right = stream(size), stream(size)
    truth = CASES[case](right)
    METHODS[method](stream(10), stream(10))  # whatever is imported or built on first use
    gc.collect()
    before = _peak_mb()
    times, spent, start = 0, 0.0, time.process_time()
    while spent < _ENOUGH:
        reported = METHODS[method](left, right)
        times, spent = times + 1, time.process_time() - start
    return {
        "cpu_s": spent / times,
        "reported": reported,
        "truth": truth,
        "peak_mb": _peak_mb(),
        "grown_mb": _peak_mb() - before,
    }


def _peak_mb() -> int:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def apart(method: str, case: str, size: int, cap: int) -> Row:
    """:func:`once` in a process of its own that the kernel stops after ``cap`` seconds of CPU."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.diff", "--one", method, case, str(size)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (cap, cap + 5)),
    )
    if done.returncode == -signal.SIGXCPU:
        return {_CAPPED: True, "cpu_s": cap}
    if done.returncode:
        raise SystemExit(f"{method} failed on {case} with {size} events: {done.returncode}")
    return cast("Row", json.loads(done.stdout))


def everything(sizes: tuple[int, ...], cap: int, repeat: int) -> Iterator[Row]:
    """A row per case and size, as soon as it is measured: the quickest of ``repeat`` of each method, and its ratio to ours."""
    for case in CASES:
        over: set[str] = set()
        for size in sizes:
            found: Row = {}
            for method in METHODS:
                if method in over:
                    continue
                rows = [apart(method, case, size, cap) for _ in range(repeat)]
                best = min(rows, key=lambda row: cast("float", row["cpu_s"]))
                if _CAPPED in best:
                    over.add(method)
                found[method] = best
            mine = cast("float", cast("Row", found["ours"])["cpu_s"])
            for row in found.values():
                one = cast("Row", row)
                one["ratio"] = round(cast("float", one["cpu_s"]) / mine, 1)
            yield {"case": case, "events": size, "methods": found}


def table(rows: list[Row], cap: int) -> Table:
    """What a person reads: one line per case and size."""
    shown = Table(title=f"CPU seconds (ratio to ours) and differences reported; stopped at {cap} s")
    for name in ("case", "events", "truth", *METHODS, "MB"):
        shown.add_column(name, justify="left" if name == "case" else "right")
    for row in rows:
        methods = cast("dict[str, Row]", row["methods"])
        mine = methods["ours"]
        cells = [_cell(methods.get(name), mine=name == "ours") for name in METHODS]
        shown.add_row(
            str(row["case"]),
            str(row["events"]),
            str(mine["truth"]),
            *cells,
            f"{mine['peak_mb']} (+{mine['grown_mb']})",
        )
    return shown


def _cell(row: Row | None, *, mine: bool) -> str:
    if row is None:
        return "not asked"
    if _CAPPED in row:
        return f"> {row['cpu_s']} s (> {row['ratio']}x)"
    ratio = "" if mine else f" ({row['ratio']}x)"
    return f"{row['cpu_s']:.4g} s{ratio}: {row['reported']}"


def main() -> None:
    """Measure and print a table; with ``--json`` keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="events")
    parser.add_argument(
        "--cap", type=int, default=CAP, help="CPU seconds after which one is stopped"
    )
    parser.add_argument(
        "--repeat", type=int, default=1, help="measurements of which the best counts"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(
        "--one", nargs=3, metavar=("METHOD", "CASE", "EVENTS"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.one:
        method, case, size = arguments.one
        print(json.dumps(once(method, case, int(size))))
        return
    rows: list[Row] = []
    for row in everything(tuple(arguments.sizes), arguments.cap, arguments.repeat):
        Console(stderr=True).print(f"{row['case']}, {row['events']} events: measured")
        rows.append(row)
    Console(width=160).print(table(rows, arguments.cap))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
