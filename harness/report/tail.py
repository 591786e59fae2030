"""A run that goes on, as lines for somebody who watches its file. CORE: takes parsed lines one by one, reads no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from harness.report.records import JsonObject
from harness.report.visible import visible
from harness.report.words import duration

QUIET: Final = frozenset({"match", "known", "not_applicable"})
"""Verdicts of cells that nobody needs to look at now."""

_EVERY: Final = 50


@dataclass(slots=True)
class Tail:
    """What was heard so far. ``exit`` is that of the run, None until its footer has come.

    ``every`` tells each result, not only those to look at and a count now and then.
    """

    every: bool = False
    exit: int | None = None
    _done: int = 0
    _all: int = 0

    def hear(self, line: JsonObject) -> list[str]:
        """Take one line of ``run.jsonl``; returns what to say of it."""
        match line.get("kind"):
            case "header":
                return [self._header(line)]
            case "result":
                return self._result(line)
            case "rerun":
                return [
                    f"alone          {_cell(line)}: {line['differing']} of {line['plays']} plays differ"
                ]
            case "footer":
                self.exit = cast("int", line["exit"])
                took = duration(cast("float", line["duration_ms"]))
                return [
                    f"ended after {took} with exit {self.exit}: {visible(str(line['exit_reason']))}"
                ]
            case _:
                return []

    def _header(self, line: JsonObject) -> str:
        reference = line["reference"]
        names = [
            str(one["name"])
            for one in cast("list[JsonObject]", line["subjects"])
            if one["name"] != reference
        ]
        self._all = len(names) * len(cast("list[str]", line["scenarios"]))
        return f"run {line['run_id']} since {line['started_at']}: {self._all} cells of {visible(', '.join(names))}, lane {line['lane']}"

    def _result(self, line: JsonObject) -> list[str]:
        self._done += 1
        said = []
        if self.every or line["verdict"] not in QUIET:
            said.append(f"{line['verdict']:<14} {_cell(line)}")
        if self._done % _EVERY == 0 or self._done == self._all:
            said.append(f"{self._done} of {self._all} cells")
        return said


def _cell(line: JsonObject) -> str:
    return visible(f"{line['subject']} {line['scenario']}")
