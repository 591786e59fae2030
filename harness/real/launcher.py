"""IO: what the lane `real` starts as `codex`: it writes down how it was called, then becomes the released binary.

Copied into each cell with the interpreter as its first line, so it may use the standard library only. It keeps its
process id through ``execve``: signals, the parent and the exit status are those of codex itself. What to become stands
in ``launcher.json`` beside it (``runner/realcell.py``), what it saw goes to ``journal/`` (``schemas/journal.json``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from typing import Any

_SECRET = re.compile(
    r"(?:^|_)(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)",
    re.IGNORECASE,
)
_SHORTEST = 8


def main() -> None:
    """Journal and become codex; nothing of the environment but what ``launcher.json`` says is changed."""
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))  # noqa: PTH100, PTH120 - pathlib costs 20 ms
    with open(f"{folder}/launcher.json", encoding="utf-8") as file:  # noqa: PTH123
        orders = json.load(file)
    cwd = os.getcwd()  # noqa: PTH109
    argv = sys.argv[1:]
    env = given_environment()
    write_journal(f"{folder}/journal", argv, env, cwd)
    for name in orders["remove"]:
        env.pop(name, None)
    for name, value in orders["default"].items():
        env[name] = env.get(name) or value
    env.update(orders["set"])
    if os.path.realpath(cwd) == orders["not_in"]:
        os.chdir(orders["in"])
    os.execve(orders["binary"], ["codex", *argv], env)  # noqa: S606


def given_environment() -> dict[str, str]:
    """The environment as the client gave it: Python may have added LC_CTYPE to its own (PEP 538)."""
    env = dict(os.environ)
    try:
        with open("/proc/self/environ", "rb") as file:  # noqa: PTH123
            names = {entry.partition(b"=")[0] for entry in file.read().split(b"\0")}
    except OSError:
        return env
    return {name: value for name, value in env.items() if os.fsencode(name) in names}


def write_journal(folder: str, argv: list[str], env: dict[str, str], cwd: str) -> None:
    """Write the journal of this start, whole or not at all."""
    schema = option(argv, ("--output-schema",))
    entry: dict[str, Any] = {
        "pid": os.getpid(),
        "stage": "started",
        "argv": argv,
        "env": env,
        "cwd": cwd,
        "stdin": None,
        "schema": None if not schema else content(schema[-1]),
        "images": existing(argv),
        "signals": [],
        "spawned": [],
        "turn": None,
        "wrote": 0,
        "started_ns": time.time_ns(),
        "ended_ns": None,
        "end": None,
    }
    entry = without_secrets(entry, env)
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    path = f"{folder}/{os.getpid()}.{entry['started_ns']}"
    with open(f"{path}.new", "w", encoding="ascii") as file:  # noqa: PTH123
        json.dump(entry, file)
    os.rename(f"{path}.new", f"{path}.json")  # noqa: PTH104


def without_secrets(entry: dict[str, Any], env: dict[str, str]) -> dict[str, Any]:
    """The entry with ``<secret sha256:...>`` in the place of each secret of ``env``; as ``mock_codex/journal.py`` does."""
    removed: dict[str, int] = {}
    secrets = {
        value: name for name, value in reversed(env.items()) if value and _SECRET.search(name)
    }

    def put(text: str, value: str) -> str:
        name = secrets[value]
        removed[name] = removed.get(name, 0) + text.count(value)
        digest = hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
        return text.replace(value, f"<secret sha256:{digest[:16]}>")

    def clean(text: str) -> str:
        if text in secrets:
            return put(text, text)
        for value in sorted(secrets, key=len, reverse=True):
            if len(value) >= _SHORTEST and value in text:
                text = put(text, value)
        return text

    cleaned = {
        **entry,
        "argv": [clean(word) for word in entry["argv"]],
        "env": {name: clean(value) for name, value in entry["env"].items()},
        "cwd": clean(entry["cwd"]),
        "images": [(clean(path), there) for path, there in entry["images"]],
    }
    if entry["schema"] is not None:
        text = clean(bytes.fromhex(entry["schema"]).decode("utf-8", "surrogateescape"))
        cleaned["schema"] = text.encode("utf-8", "surrogateescape").hex()
    return {**cleaned, "removed": removed} if removed else cleaned


def option(argv: list[str], names: tuple[str, ...]) -> list[str]:
    """The values of an option, written ``--name value`` or ``--name=value``."""
    found = []
    for index, word in enumerate(argv):
        name, equals, value = word.partition("=")
        if name in names and equals:
            found.append(value)
        elif word in names and index + 1 < len(argv):
            found.append(argv[index + 1])
    return found


def existing(argv: list[str]) -> list[tuple[str, bool]]:
    """Every part of the command line that may be a path, and whether it is there; which are images is known elsewhere."""
    parts = [part for word in argv for part in word.rpartition("=")[2].split(",") if part]
    return [(part, os.path.exists(part)) for part in dict.fromkeys(parts)]  # noqa: PTH110


def content(path: str) -> str | None:
    """The bytes of a file as hex, None when it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read().hex()
    except OSError:
        return None


if __name__ == "__main__":
    main()
