"""A small GitHub on a unix socket, to which the real ``gh`` talks when its configuration names the socket (measured, 2.23).

It keeps threads and comments as GitHub does: tokens and what each may do, a limit of length, rate limits. What a test wants
to go wrong is said in ``broken``: request (``POST comments``) -> status, for one time or for ever.
"""

from __future__ import annotations

import json
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final

LIMIT = 65_536
WRITER, READER, EXPIRED = "ghp_writerwriter", "ghp_readerreader", "ghp_expiredexpired"

ALL: Final = frozenset({"issues: write", "pull-requests: write", "contents: read", "actions: read"})
NEEDS: Final = (
    (r"GET issues/\d+", "{thread}: read"),
    (r"POST issues/\d+/comments", "{thread}: write"),
    (r"(GET|PATCH) issues/comments/\d+", "{thread}: write"),
    (r"GET (releases/tags/|git/trees/).*", "contents: read"),
    (r"GET actions/.*", "actions: read"),
)
"""Request -> permission of a fine-grained token or of an App (docs.github.com, "Permissions required for fine-grained
personal access tokens"); a comment of a pull request is served to who may write either kind of thread."""

Reply = tuple[int, Any, dict[str, str]]


@dataclass
class Github:
    """What this GitHub knows and was asked."""

    config: Path
    repo: str = "octo/sdk"
    threads: dict[int, str] = field(default_factory=lambda: {12: "issues", 14: "pull"})
    comments: dict[int, str] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, list[Reply]] = field(default_factory=dict)
    grants: dict[str, frozenset[str]] = field(
        default_factory=lambda: {WRITER: ALL, READER: frozenset({"issues: read", "contents: read"})}
    )
    asked: list[str] = field(default_factory=list)
    thread: int = 12
    """The one that was asked for last."""
    shows: Callable[[str], str] = str
    """What it makes of the text of a comment that is read."""

    def environment(self, token: str | None = WRITER) -> dict[str, str]:
        """What a program needs to reach this GitHub through gh."""
        found = {"GH_CONFIG_DIR": str(self.config)}
        return found if token is None else {**found, "GH_TOKEN": token}

    def answer(self, method: str, path: str, token: str, body: Any) -> Reply:
        """One request, as the REST API answers it."""
        short = f"{method} {path.removeprefix(f'/repos/{self.repo}/')}"
        self.asked.append(short)
        for pattern, replies in self.broken.items():
            if replies and re.fullmatch(pattern, short):
                return replies.pop(0)
        if token not in self.grants:
            return 401, {"message": "Bad credentials"}, {}
        if path == "/":
            return 200, {}, {}
        if not self._may(short, self.grants[token]):
            return 403, {"message": "Resource not accessible by personal access token"}, {}
        return self._served(method, short.split(" ", 1)[1], body)

    def _may(self, request: str, granted: frozenset[str]) -> bool:
        """Whether these permissions are enough; which thread a comment is on is known from the one that has comments."""
        for pattern, need in NEEDS:
            if re.fullmatch(pattern, request):
                number = re.search(r"issues/(\d+)", request)
                if number is not None:
                    self.thread = int(number[1])
                kinds = ["issues", "pull-requests"] if self.threads.get(self.thread) == "pull" else ["issues"]  # fmt: skip
                wanted = {need.format(thread=kind) for kind in kinds}
                writing = {one.replace(": read", ": write") for one in wanted if "{" in need}
                return bool((wanted | writing) & granted)
        return True

    def _served(self, method: str, path: str, body: Any) -> Reply:
        if (found := re.fullmatch(r"issues/(\d+)", path)) and int(found[1]) in self.threads:
            return 200, {"number": int(found[1]), "html_url": self._url()}, {}
        if (found := re.fullmatch(r"issues/(\d+)/comments", path)) and method == "POST":
            return self._keep(len(self.comments) + 501, body, 201)
        if (found := re.fullmatch(r"issues/comments/(\d+)", path)) and int(
            found[1]
        ) in self.comments:
            if method == "PATCH":
                return self._keep(int(found[1]), body, 200)
            return 200, self._comment(int(found[1])), {}
        if path in self.places:
            return 200, self.places[path], {}
        return 404, {"message": "Not Found"}, {}

    def _keep(self, number: int, body: Any, status: int) -> Reply:
        if len(body["body"]) > LIMIT:
            return 422, {"message": "Validation Failed: body is too long (maximum is 65536 characters)"}, {}  # fmt: skip
        self.comments[number] = body["body"]
        return status, self._comment(number), {}

    def _comment(self, number: int) -> dict[str, Any]:
        text = self.shows(self.comments[number])
        return {"id": number, "html_url": f"{self._url()}#issuecomment-{number}", "body": text}

    def _url(self) -> str:
        return f"https://github.com/{self.repo}/{self.threads[self.thread]}/{self.thread}"


def _handler(github: Github) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("token ")
            data = self._data()
            body = json.loads(data) if data else None
            status, said, headers = github.answer(self.command, self.path, token, body)
            out = json.dumps(said).encode("ascii")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(out))}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(out)

        do_GET = do_POST = do_PATCH = handle_request  # noqa: N815 - http.server asks for these names

        def _data(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def log_message(self, *_: object) -> None:
            """Nothing: what was asked is kept."""

        def address_string(self) -> str:
            return "socket"

    return Handler


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def get_request(self) -> tuple[socket.socket, Any]:
        taken, _ = super().get_request()
        return taken, ("socket", 0)


@contextmanager
def github(folder: Path) -> Iterator[Github]:
    """Serve a GitHub until the end of the block; its socket and gh's configuration are in ``folder``.

    The path of a unix socket may have about 100 bytes: ``folder`` should be short.
    """
    where = folder / "gh.sock"
    config = folder / "gh"
    config.mkdir()
    (config / "config.yml").write_text(f"http_unix_socket: {where}\n", encoding="utf-8")
    known = Github(config=config)
    with _Server(str(where), _handler(known)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
