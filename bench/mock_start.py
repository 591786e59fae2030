"""What one turn of the mock costs beside what its interpreter costs: ``python -m bench.mock_start [--json FILE]``.

Every kind is started once per round, in turn, so that a busy machine slows all alike; the medians and their ratios are
printed, and nothing is asserted about them. The mock plays a recorded turn of the real binary and journals it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORDING = ROOT / "fixtures" / "wire" / "0.169.0" / "items.agent-message.1.jsonl"
ARGV = ["exec", "--experimental-json", "--config", 'web_search="live"', "--skip-git-repo-check"]


def build(folder: Path) -> str:
    """A mock that plays the recording; gives the path of its executable."""
    lines = RECORDING.read_text(encoding="utf-8").split("\n")[:-1]
    script = {"turns": [{"do": [{"json": line} for line in lines]}]}
    done = subprocess.run(
        [sys.executable, "-m", "mock_codex.shell", "build", "--out", str(folder)],
        input=json.dumps({"scripts": {"bin": script}}),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    return str(json.loads(done.stdout)["codex"])


def spawn(argv: list[str], prompt: Path) -> int:
    """Start and wait; nanoseconds."""
    with prompt.open("rb") as stdin:
        begun = time.perf_counter_ns()
        if sys.platform == "win32":
            subprocess.run(
                argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
            )
        else:
            silent = os.open(os.devnull, os.O_WRONLY)
            files = [(os.POSIX_SPAWN_DUP2, stdin.fileno(), 0)]
            files += [(os.POSIX_SPAWN_DUP2, silent, number) for number in (1, 2)]
            process = os.posix_spawn(argv[0], argv, os.environ, file_actions=files)
            _, status = os.waitpid(process, 0)
            assert status == 0, argv
            os.close(silent)
        return time.perf_counter_ns() - begun


def measure(rounds: int) -> dict[str, float]:
    """Medians in milliseconds, by kind."""
    bare = str(getattr(sys, "_base_executable", None) or sys.executable)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prompt = folder / "prompt"
        prompt.write_text("hello", encoding="utf-8")
        kinds = {
            "python -I -S -c pass": [bare, "-I", "-S", "-c", "pass"],
            "mock, recorded turn": [build(folder), *ARGV],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        if sys.platform != "win32":
            kinds = {"/bin/sh -c :": ["/bin/sh", "-c", ":"], **kinds}
        spent: dict[str, list[int]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind, argv in kinds.items():
                spent[kind].append(spawn(argv, prompt))
    return {kind: statistics.median(times) / 1e6 for kind, times in spent.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the medians there too")
    asked = parser.parse_args()
    medians = measure(asked.rounds)
    unit = medians["python -I -S -c pass"]
    print(f"{'spawn to exit, median of ' + str(asked.rounds):<40}{'ms':>8}{'ratio':>8}")
    for kind, median in medians.items():
        print(f"{kind:<40}{median:>8.2f}{median / unit:>8.2f}")
    if asked.json:
        ratios = {kind: median / unit for kind, median in medians.items()}
        found = {"rounds": asked.rounds, "median_ms": medians, "ratio": ratios}
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
