"""Sentences about ``harness.real.releases``: a registry on loopback, packages of a few bytes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.errors import HarnessFault, RuntimeMissing
from harness.real import releases
from harness.real.versions import platform_of

TRIPLE = "x86_64-unknown-linux-musl"


def npm_package() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in (
            ("package/package.json", b"{}"),
            (f"package/vendor/{TRIPLE}/bin/codex", b"#!/bin/sh\n"),
            (f"package/vendor/{TRIPLE}/codex-resources/voice/lib.so", b"big"),
            (f"package/vendor/{TRIPLE}/../../../evil", b"evil"),
            ("package/vendor/other-triple/bin/codex", b"other"),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mode = 0o644
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


class Registry(ThreadingHTTPServer):
    """Serves one package; ``ranges`` says whether it goes on where a download was cut."""

    package = npm_package()
    ranges = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str | None] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/codex.tgz"

    @property
    def integrity(self) -> str:
        return "sha512-" + base64.b64encode(hashlib.sha512(self.package).digest()).decode()


class _Handler(BaseHTTPRequestHandler):
    server: Registry

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        asked = self.headers.get("range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        data = self.server.package
        if self.server.ranges and start >= len(data):
            self.send_error(416)
            return
        partial = self.server.ranges and start > 0
        self.send_response(206 if partial else 200)
        body = data[start:] if partial else data
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def npm(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    async def view(name: str, what: str) -> object:
        known = name == "@openai/codex@0.169.0-linux-x64" and what == "dist"
        return {"tarball": registry.address, "integrity": registry.integrity} if known else None

    monkeypatch.setattr(releases, "_npm_view", view)
    monkeypatch.setattr(releases, "platform_of", lambda *_: platform_of("linux", "x86_64"))
    return registry


def install(home: Path, version: str = "0.169.0") -> tuple[releases.Release, list[int]]:
    steps: list[int] = []
    found = asyncio.run(
        releases.install(home, version, lambda here, _total: steps.append(here), "npm")
    )
    return found, steps


def test_a_release_is_checked_unpacked_and_found_again_without_the_registry(
    npm: Registry, tmp_path: Path
) -> None:
    found, steps = install(tmp_path)
    assert found.binary.read_bytes() == b"#!/bin/sh\n"
    assert found.binary.stat().st_mode & 0o100
    assert found.sha256 == hashlib.sha256(b"#!/bin/sh\n").hexdigest()
    assert steps[-1] == len(npm.package)
    again, nothing = install(tmp_path)
    assert (again, nothing, len(npm.asked)) == (found, [], 1)
    assert releases.installed(tmp_path) == (found,)
    assert releases.find(tmp_path, "0.169.0") == found


def test_only_what_this_platform_needs_is_unpacked_and_nothing_outside_of_the_folder(
    npm: Registry, tmp_path: Path
) -> None:
    install(tmp_path)
    files = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["codex", "release.json"]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_was_cut_goes_on_or_begins_again(
    npm: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, ranges: bool
) -> None:
    monkeypatch.setattr(npm, "ranges", ranges)
    part = releases.cache(tmp_path) / "0.169.0.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(npm.package[:10])
    found, _ = install(tmp_path)
    assert npm.asked == ["bytes=10-"]
    assert found.binary.is_file()


def test_a_download_that_was_whole_but_not_unpacked_is_not_loaded_again(
    npm: Registry, tmp_path: Path
) -> None:
    part = releases.cache(tmp_path) / "0.169.0.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(npm.package)
    found, _ = install(tmp_path)
    assert found.binary.is_file()


@pytest.mark.requirement("R1-35")
def test_a_download_that_is_not_what_the_registry_promised_is_refused_and_removed(
    npm: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = releases.cache(tmp_path) / "0.169.0.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 10)
    with pytest.raises(HarnessFault, match="not what the registry promised"):
        install(tmp_path)
    assert not part.exists()
    assert releases.installed(tmp_path) == ()


def test_a_release_that_nobody_has_is_said_with_what_was_tried(
    npm: Registry, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeMissing, match=r"npm: @openai/codex 9\.9\.9 is not there"):
        install(tmp_path, "9.9.9")


def test_a_release_that_is_not_installed_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeMissing) as caught:
        releases.find(tmp_path, "0.169.0")
    assert caught.value.hint == "Run `codex-parity codex install 0.169.0`."


def test_a_wheel_holds_the_same_release(tmp_path: Path) -> None:
    home = tmp_path / "home"
    releases.cache(home).mkdir(parents=True)
    wheel = tmp_path / "openai_codex_cli_bin-0.163.0.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("codex_cli_bin/bin/codex", "#!/bin/sh\n")
        archive.writestr("openai_codex_cli_bin-0.163.0.dist-info/METADATA", "")
    found = releases._unpack(home, "0.163.0", "pypi", wheel, "linux-x64", TRIPLE)
    assert found.binary.read_bytes() == b"#!/bin/sh\n"
    marker = json.loads((found.binary.parents[2] / releases.MARKER).read_text("utf-8"))
    assert marker["version"] == "0.163.0"
