"""``python -m ci_local WORKFLOW [--job NAME]... [--input NAME=VALUE]...``: run a workflow on this machine.

Exit codes: 0 every job that ran was a success, 1 one was not, 2 wrong use, or the file says what is not known here,
130 interrupted.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from ci_local.document import parse_workflow
from ci_local.errors import Refused
from ci_local.job import read_yaml
from ci_local.run import HERE, Row, Run

PLATFORMS: Final = "platforms"
"""The input of a workflow that says on which systems it plays: this machine is one, unless somebody says otherwise."""


def main() -> int:
    """Run the workflow and say how it went."""
    words = _arguments()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Both, and SIGINT even where the caller ignores it, as a shell does for what runs in its background.
        signal.signal(name, _interrupt)
    root = Path.cwd()
    given = dict(words.input)
    run = Run(
        checkout=root,
        out=root / "reports" / "ci_local" / words.workflow,
        kept=root / ".parity" / "ci_local",
        say=lambda line: print(line, flush=True),
    )
    try:
        if PLATFORMS not in given and _declares_platforms(root, words.workflow):
            given[PLATFORMS] = HERE
            print(
                f"{PLATFORMS}={HERE}: other systems are not planned here; --input {PLATFORMS}=... says otherwise"
            )
        fine = run.play(words.workflow, given, words.job)
    except Refused as refused:
        print(f"error: {refused}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    for line in table(run.rows):
        print(line)
    print(f"logs, summaries and artifacts: {run.out.relative_to(root)}")
    return 0 if fine else 1


def table(rows: list[Row]) -> list[str]:
    """What is said at the end: a line per instance, what stood in for what, and how many did not run here."""
    wide = max(len(row.name) for row in rows)
    lines = [""]
    for row in rows:
        took = f"{row.end.seconds:6.0f} s" if row.end else " " * 8
        lines.append(f"{row.result:<9} {row.name:<{wide}} {took}  {row.note}".rstrip())
    stood = Counter(one for row in rows if row.end for one in row.end.stand_ins)
    lines += [f"not as on GitHub: {what} ({count} times)" for what, count in sorted(stood.items())]
    elsewhere = Counter(row.note for row in rows if row.result == "elsewhere")
    lines += [f"{note}: {count} of {len(rows)} jobs" for note, count in sorted(elsewhere.items())]
    return lines


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci_local", description=__doc__)
    parser.add_argument("workflow", help="name of a file in .github/workflows, without .yml")
    parser.add_argument(
        "--job", action="append", default=[], help="only this job and those it needs; repeatable"
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="an input of the workflow; repeatable",
    )
    return parser.parse_args()


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"`{text}` is not NAME=VALUE")
    return name, value


def _declares_platforms(root: Path, name: str) -> bool:
    place = f".github/workflows/{name}.yml"
    return PLATFORMS in parse_workflow(read_yaml(root / place), place).inputs


if __name__ == "__main__":
    sys.exit(main())
