"""A real codex reaches loopback and nothing else, and writes where it was told to and nowhere else.

Two witnesses: the system calls of codex and of all it starts (strace), and a machine whose only interface is loopback
(a network namespace), on which everything works all the same.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness import catalogue
from harness.client import kernel
from harness.real.recorder import Recording, record
from harness.root import find_root, load_schemas
from harness.scenario import Scenario
from tests.real.real_codex import RELEASE, needs_real_codex, real_codex

ROOT = find_root(Path(__file__).parent)
SCENARIOS = catalogue.load(ROOT, load_schemas(ROOT))

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]

_ADDRESS = re.compile(r'sa_family=AF_INET6?, .*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"')
_MADE = re.compile(r'(?:openat\([^,]+, |mkdir\(|mkdirat\([^,]+, |rename\("[^"]*", )"([^"]*)".* = (?!-1)')  # fmt: skip


def _works(*argv: str) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, timeout=20, check=False).returncode == 0
    except OSError:
        return False


STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(
    STRACE is None or not _works("strace", "-o", os.devnull, "true"),
    reason="no strace that may trace here: the system calls of codex were not looked at",
)
needs_namespace = pytest.mark.skipif(
    not _works("unshare", "-rn", "ip", "link", "set", "lo", "up"),
    reason="no network namespace may be made here: codex was not cut off from the network",
)


@pytest.fixture
def traced(tmp_path: Path) -> Path:
    """A program that is codex, with its system calls and those of its children in ``calls`` beside it."""
    program = tmp_path / "codex"
    calls = "connect,sendto,openat,mkdir,mkdirat,rename"
    program.write_text(
        f'#!/bin/sh\nexec {STRACE} -f -qq -A -s 300 -e signal=none -e trace={calls} -o "{tmp_path}/calls" "{real_codex()}" "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    return program


def play(name: str, binary: Path) -> Recording:
    (scenario,) = SCENARIOS.select(name)
    assert isinstance(scenario, Scenario)
    return asyncio.run(record(scenario, binary, os.environ))


def witnessed(calls: str) -> tuple[set[str], list[str]]:
    """The addresses that were connected to, and the paths that were made or written, in the words of strace."""
    lines = calls.split("\n")
    connected = {found[1] for line in lines if (found := _ADDRESS.search(line))}
    makers = ("O_CREAT", "mkdir", "rename")
    made = [
        found[1]
        for line in lines
        if any(word in line for word in makers) and (found := _MADE.search(line))
    ]
    return connected, made


def test_the_witness_sees_what_would_be_wrong() -> None:
    """Captured: lines of strace 6.1."""
    calls = """1 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS
2 sendto(3, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(1), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 1
3 openat(AT_FDCWD, "/etc/made", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
4 openat(AT_FDCWD, "/etc/refused", O_WRONLY|O_CREAT, 0666) = -1 EACCES (Permission denied)
5 openat(AT_FDCWD, "/etc/read", O_RDONLY) = 3
6 mkdir("/var/made", 0755) = 0
7 rename("/a", "/var/renamed") = 0
"""
    connected, made = witnessed(calls)
    assert connected == {"192.0.2.1", "2001:db8::1"}
    assert made == ["/etc/made", "/var/made", "/var/renamed"]


@needs_real_codex
@needs_strace
@pytest.mark.parametrize(
    "name",
    ["exec.items.mcp-ok", "exec.items.web-search", "exec.items.file-change", "exec.turn.failed"],
)
def test_codex_connects_to_loopback_alone_and_writes_in_its_folders_alone(
    name: str, traced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captured: the system calls of the released binary, and of whatever it starts."""
    places = tmp_path / "places"
    places.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(places))
    assert play(name, traced).complaints() == ()
    connected, made = witnessed((traced.parent / "calls").read_text("utf-8", "replace"))
    assert connected == {"127.0.0.1"}
    absolute = [path for path in made if path.startswith("/")]
    outside = {path for path in absolute if not path.startswith((str(places), "/dev/"))}
    assert absolute
    assert outside == set()
    assert list(places.iterdir()) == []


@needs_real_codex
@needs_namespace
def test_everything_works_on_a_machine_that_has_loopback_only_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    """Provenance: issue text: offline after the installation; no process and no file outside its folders."""
    home, temp = tmp_path / "home", tmp_path / "temp"
    home.mkdir()
    temp.mkdir()
    command = f'"{sys.executable}" -m harness.cli record {RELEASE} --filter exec.items.mcp-ok,exec.resume.two-turns --into "{tmp_path}/out"'
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", f"ip link set lo up && {command}"],
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        cwd=ROOT.fixtures.parent,
        env={**os.environ, "HOME": str(home), "TMPDIR": str(temp)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 scenarios recorded, 3 turns" in done.stdout
    assert [*home.iterdir(), *temp.iterdir()] == []
    assert kernel.living_in(temp) == frozenset()
