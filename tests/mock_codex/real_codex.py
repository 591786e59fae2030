"""Runs the released codex binary on one probe: fresh home, scripted loopback server that answers every turn with 400.

``python -m tests.mock_codex.real_codex PATH_OF_CODEX`` asks the binary all cases of ``probes.json`` again and rewrites
the answers; the diff is the change of behaviour. Must not know how the mock works.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROBES = Path(__file__).with_name("probes.json")
NOTICES = ("Reading prompt from stdin...\n", "Reading additional input from stdin...\n")

_CONFIG = """model_provider = "mock"
model = "gpt-5.5"
[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
supports_websockets = false
request_max_retries = 0
stream_max_retries = 0
[features]
plugins = false
"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.bodies: list[bytes] = []


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it
        """Say nothing."""

    def do_GET(self) -> None:
        self._reply(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        turn = self.path.endswith("/responses")
        if turn and isinstance(self.server, _Server):
            self.server.bodies.append(body)
        self._reply(400 if turn else 404)

    def _reply(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


@contextmanager
def _serving() -> Iterator[_Server]:
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def ask(codex: str, case: dict[str, object]) -> dict[str, object]:
    """What the binary did: ``{"exit", "stdout", "stderr"}`` or ``{"accepted": prompt, "stderr": notice}``."""
    base = Path(tempfile.mkdtemp())
    try:
        with _serving() as server:
            done = _run(codex, case, base, server.server_port)
            if server.bodies:
                turn = json.loads(server.bodies[0])
                said = [item for item in turn["input"] if item.get("role") == "user"][-1]
                notice = next((text for text in NOTICES if text.encode() in done.stderr), "")
                return {"accepted": said["content"][-1]["text"], "stderr": notice}
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return {
        "exit": done.returncode,
        "stdout": done.stdout.decode(),
        "stderr": "".join(
            line
            for line in done.stderr.decode().splitlines(keepends=True)
            if "could not create PATH aliases: Refusing" not in line
        ),
    }


def _run(
    codex: str, case: dict[str, object], base: Path, port: int
) -> subprocess.CompletedProcess[bytes]:
    for name in ("home", "codex", "work"):
        (base / name).mkdir()
    (base / "codex" / "config.toml").write_text(_CONFIG.format(port=port), encoding="utf-8")
    files = case.get("files", {})
    assert isinstance(files, dict)
    if case.get("git", True):
        files = {".git/HEAD": "", **files}
    for name, text in files.items():
        path = base / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    argv, stdin, more = case["argv"], case.get("stdin", "hello"), case.get("env", {})
    assert isinstance(argv, list)
    assert isinstance(stdin, str)
    assert isinstance(more, dict)
    env = {
        "PATH": os.defpath,
        "HOME": str(base / "home"),
        "CODEX_HOME": str(base / "codex"),
        "CODEX_API_KEY": "dummy",
        "LANG": "C.UTF-8",
    }
    return subprocess.run(
        [codex, *argv],
        cwd=base / "work",
        env={**env, **more},
        input=stdin.encode("utf-8", "surrogateescape"),
        capture_output=True,
        timeout=20,
        check=False,
    )


def main() -> None:
    """Ask everything again and rewrite the answers."""
    probes = json.loads(PROBES.read_text(encoding="utf-8"))
    for case in probes["cases"]:
        question = {
            key: case[key]
            for key in ("name", "argv", "stdin", "git", "files", "env")
            if key in case
        }
        case.clear()
        case.update(question, **ask(sys.argv[1], question))
    lines = ",\n".join(json.dumps(case) for case in probes["cases"])
    PROBES.write_text(
        f'{{"codex": {json.dumps(probes["codex"])}, "cases": [\n{lines}\n]}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
