"""Drivers that do nothing of what they should. None may ever get a `match`, and no run with one may exit 0."""

from __future__ import annotations

from typing import Final

NULL_DRIVERS: Final[dict[str, str]] = {
    "does_nothing": "pass",
    "crashes_at_start": "raise SystemExit('no')",
    "echoes": "import sys\nfor line in sys.stdin: print(line, end='', flush=True)",
    "sleeps": "import threading; threading.Event().wait()",
    "says_done": (
        "import json, sys\n"
        "hello = {'kind': 'hello', 'protocol': 1, 'sdk': 'null', 'version': '1', 'language': 'Python',"
        " 'runtime': 'none', 'capabilities': ['run', 'stream', 'thread.skip_git_repo_check'], 'cannot_express': []}\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    answer = {'hello': hello, 'run': {'id': request.get('id'), 'kind': 'done'}}.get(request['op'])\n"
        "    if answer: print(json.dumps(answer), flush=True)\n"
    ),
}
"""Name -> Python program of the driver."""


def subject_toml(name: str) -> str:
    """The text of a subject.toml for a null driver."""
    return (
        f'name = "null-{name.replace("_", "-")}"\nsdk = "null"\nversion = "1"\nlanguage = "Python"\nruntime = "none"\n'
        f"command = [\"{{python}}\", \"-c\", '''\n{NULL_DRIVERS[name]}''']\n"
    )
