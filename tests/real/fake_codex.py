"""A program in the place of codex, for the tests of the recorder: it asks the model server and does as its prompt says.

``python fake_codex.py exec ... < prompt``; what a prompt asks for is in ``main``. It notes its environment beside itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import tomllib
import urllib.request
from pathlib import Path

LEFT = "import threading; threading.Event().wait(60)"


def main() -> None:
    """Play one turn."""
    prompt = sys.stdin.read()
    home = Path(os.environ["CODEX_HOME"])
    note = {
        "env": dict(os.environ),
        "cwd": str(Path.cwd()),
        "argv": sys.argv[1:],
        "pid": os.getpid(),
    }
    with Path(__file__).with_name("notes.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")
    if prompt == "thread":
        identity = f"01a1fd9f-56de-7fe3-a877-{os.urandom(6).hex()}"
        sys.stdout.write(f'{{"type":"thread.started","thread_id":"{identity}"}}\n')
    if prompt == "refuse":
        sys.stderr.write("Reading prompt from stdin...\nerror: not with me\n")
        sys.exit(2)
    sys.stdout.write(f'{{"type":"turn.started","in":"{Path.cwd()}"}}\n')
    sys.stdout.flush()
    if prompt == "hang":
        subprocess.Popen([sys.executable, "-c", LEFT], start_new_session=True)
        threading.Event().wait(60)
    if prompt == "leave":
        silent = subprocess.DEVNULL
        subprocess.Popen(
            [sys.executable, "-c", LEFT],
            start_new_session=True,
            stdin=silent,
            stdout=silent,
            stderr=silent,
        )
        return
    config = tomllib.loads((home / "config.toml").read_text("utf-8"))
    url = config["model_providers"][config["model_provider"]]["base_url"]
    text = {"type": "input_text", "text": prompt}
    body = {"input": [{"type": "message", "role": "user", "content": [text]}]}
    request = urllib.request.Request(
        f"{url}/responses", data=json.dumps(body).encode(), method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        sys.stdout.write(
            json.dumps({"type": "turn.completed", "said": b"Hello!" in answer.read()}) + "\n"
        )


main()
