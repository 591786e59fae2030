"""``python -m tests.mock_codex.record_profile VERSION...``: what installed releases say of their own command line.

Writes ``mock_codex/data/codex-VERSION.json``: help texts as they are, and the options, values and subcommands in them.
Then asks the binary every case of ``probes.json``, two minutes a release, and writes to ``probes-older.json`` what became
of each command line in the parser.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.real.releases import find
from harness.root import find_root
from tests.mock_codex.real_codex import ask
from tests.mock_codex.small_world import CASES

DATA = Path(__file__).parents[2] / "mock_codex" / "data"
OLDER = Path(__file__).with_name("probes-older.json")
COMMANDS: dict[str, list[str]] = {
    "codex": [],
    "exec": ["exec"],
    "resume": ["exec", "resume"],
    "fork": ["exec", "fork"],
    "review": ["exec", "review"],
}
_OPTION = re.compile(r"^ {2,6}(?:-(\w), )?--([\w-]+)(?: <([^>]+)>(\.\.\.)?)?", re.MULTILINE)
_VALUES = re.compile(r"\[possible\s+values:\s+([^\]]+)\]")


def options(text: str) -> list[dict[str, object]]:
    """The options in the text of ``-h``, in its order."""
    found = list(_OPTION.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    made: list[dict[str, object]] = []
    for one, end in zip(found, ends, strict=True):
        values = _VALUES.search(text, one.end(), end)
        made.append(
            {
                "long": one[2],
                "short": one[1] or "",
                "metavar": one[3],
                "choices": re.split(r",\s+", values[1]) if values else [],
                "greedy": one[4] is not None,
            }
        )
    return made


def record(version: str) -> dict[str, object]:
    """The data of one release."""
    binary = find(find_root().home, version).binary
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "CODEX_HOME": home, "PATH": os.environ["PATH"]}

        def said(*words: str, stream: str = "stdout") -> str:
            done = subprocess.run([binary, *words], env=env, cwd=home, capture_output=True, check=False, timeout=30)  # fmt: skip
            return str(getattr(done, stream).decode())

        below = re.findall(r"^  (resume|fork|review|help) ", said("exec", "-h"), re.MULTILINE)
        here = {name: words for name, words in COMMANDS.items() if len(words) < 2 or name in below}
        texts = {
            f"{name} {form}": said(*words, form)
            for name, words in here.items()
            for form in ("-h", "--help")
        }
        refusals = said("exec", "resume", "--last", "x", stream="stderr")
        features = [line.split()[0] for line in said("features", "list").split("\n") if line]
    levels: dict[str, dict[str, object]] = {}
    subcommands = {"codex": ["exec", "e", "help"], "exec": below}
    for name in here:
        text = texts[f"{name} -h"]
        usage = re.search(r"^Usage: .*(?:\n {7}codex.*)*", text, re.MULTILINE)
        assert usage is not None, name
        levels[name] = {
            "options": options(text),
            "subcommands": subcommands.get(name, []),
            # A usage of several lines is a fixed one; else it shows what was given.
            "usage": usage[0] if "\n" in usage[0] else "",
            "conflicts": {},
        }
    if "--last' cannot be used with" in refusals:
        levels["resume"]["conflicts"] = {"last": ["SESSION_ID"]}
    return {"codex": version, "features": features, "help": texts, "levels": levels}


def parsed(said: dict[str, object]) -> str:
    """What became of a command line in the parser: ``taken``, ``told`` (help or version), or the refusal's first line."""
    if said.get("exit") == 2:
        lines = str(said["stderr"]).split("\n")
        return next((line for line in lines if line.startswith("error: ")), lines[0])
    return "told" if said.get("exit") == 0 else "taken"


def _asked(binary: str, case: dict[str, object]) -> str:
    try:
        return parsed(ask(binary, case))
    except subprocess.TimeoutExpired:
        return "taken"  # it waits for a provider that is not there


def probe(version: str) -> dict[str, str]:
    """What became of each case in the parser of an installed release."""
    binary = str(find(find_root().home, version).binary)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda case: _asked(binary, case), CASES)
        return {str(case["name"]): said for case, said in zip(CASES, answers, strict=True)}


if __name__ == "__main__":
    for one in sys.argv[1:]:
        path = DATA / f"codex-{one}.json"
        path.write_text(json.dumps(record(one), indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(path)
        older = json.loads(OLDER.read_text("utf-8")) if OLDER.exists() else {}
        OLDER.write_text(json.dumps({**older, one: probe(one)}, indent=1) + "\n", "utf-8")
