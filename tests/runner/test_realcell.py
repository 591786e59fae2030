"""A cell of the lane `real` with a small program in place of the released binary: what the launcher sees and changes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from harness.client.kernel import is_alive
from harness.jsonvalue import JsonValue
from harness.real.releases import Release
from harness.real.surroundings import DUMMY_KEY
from harness.redaction.labels import journaled
from harness.root import find_root, load_schemas
from harness.runner.realcell import real_cell
from harness.runner.workspace import Seat, Workspace, invocation
from tests.real.test_lane import SCENARIO

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform == "win32", reason="the launcher is for POSIX"),
]

SPEAKS = """#!{python}
import json, os, sys
print(json.dumps({{"argv": sys.argv, "env": dict(os.environ), "cwd": os.getcwd(), "pid": os.getpid()}}), flush=True)
sys.stdin.read()
"""
PYTHON = sys.executable
CASE = replace(SCENARIO, files={"a.txt": "hello"}, model={"turns": []})
ARGV = ["exec", "--image", "a,b.png", "--output-schema", "schema.json", "-"]


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace that is removed."""
    made = Workspace()
    yield made
    made.remove()


def release(folder: Path) -> Release:
    """A `released` program that says what it was given and waits for the end of its stdin."""
    binary = folder / "binary"
    binary.write_text(SPEAKS.format(python=PYTHON), "utf-8")
    binary.chmod(0o755)
    return Release(version="1", binary=binary, sha256="", package="", platform="")


def start(
    codex: Path, argv: list[str], env: dict[str, str], cwd: Path
) -> tuple[subprocess.Popen[bytes], dict[str, JsonValue]]:
    """Start it as a client does; returns it and what the program behind the launcher said."""
    process = subprocess.Popen(
        [str(codex), *argv], env=env, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def finish(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        stream.close()
    process.wait(20)


def played(
    workspace: Workspace,
    folder: Path,
    env: dict[str, str],
    cwd: str | None = None,
) -> tuple[dict[str, JsonValue], dict[str, JsonValue], Path, Seat]:
    """One start in a fresh cell: the journal while it runs, what the program said, the cell and the seat."""

    async def one() -> tuple[dict[str, JsonValue], dict[str, JsonValue], Path, Seat]:
        seat = workspace.seat()
        where = seat.root / "cwd" if cwd is None else folder / cwd
        where.mkdir(exist_ok=True)
        (where / "schema.json").write_bytes(b"{}")
        (where / "a").touch()
        async with real_cell(workspace, CASE, seat, release(folder)) as cell:
            process, said = start(cell.codex, ARGV, env, where)
            try:
                (journal,) = cell.journals()
                assert journal["pid"] == said["pid"] == process.pid
                assert cell.spawned() == frozenset()
            finally:
                finish(process)
            (ended,) = cell.journals()
            assert ended["stage"] == "ended"
            return journal, said, cell.root, seat

    return asyncio.run(one())


def test_the_launcher_writes_down_how_it_was_called_and_keeps_its_process(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Ours: `schemas/journal.json`; the id of a process survives execve."""
    env = {"PATH": "/bin:/usr/bin", "HOME": "/nowhere", "OPENAI_API_KEY": "x", "LC_ALL": "C"}
    journal, said, root, seat = played(workspace, tmp_path, env)

    assert journal["argv"] == ARGV
    assert journal["env"] == {**env, "OPENAI_API_KEY": journaled("x")}
    assert journal["cwd"] == str(seat.root / "cwd")
    assert journal["schema"] == b"{}".hex()
    assert journal["images"] == [["a", True], ["b.png", False]]
    assert (
        load_schemas(find_root(None)).first_problem("journal", cast("JsonValue", journal)) is None
    )
    seen = invocation(journal, alive=False, free_end=True)
    assert (seen.stdin, seen.end, seen.signals) == (None, None, ())
    assert said["argv"] == [str(tmp_path / "binary"), *ARGV]
    assert Path(str(said["cwd"])) == root / "work"


@pytest.mark.requirement("F18")
def test_codex_gets_a_home_of_its_own_and_no_key_of_the_caller(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Issue 4: a fresh CODEX_HOME and HOME, no keys."""
    given = {"PATH": "/bin:/usr/bin", "OPENAI_API_KEY": "secret", "KEPT": "yes", "HOME": "/root"}
    _, said, root, _ = played(workspace, tmp_path, given)

    env = cast("dict[str, str]", said["env"])
    assert env["CODEX_HOME"] == str(root / "codex-home")
    assert env["HOME"] == str(root / "home")
    assert env["TMPDIR"] == str(root / "tmp")
    assert env["CODEX_API_KEY"] == DUMMY_KEY
    assert env["KEPT"] == "yes"
    assert "OPENAI_API_KEY" not in env


def test_a_folder_that_the_client_chose_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    """Ours: only a client that chooses none gets the working folder of the cell."""
    _, said, _, _ = played(workspace, tmp_path, {"PATH": "/bin:/usr/bin"}, cwd="chosen")
    assert Path(str(said["cwd"])) == tmp_path / "chosen"


@pytest.mark.requirement("P-9", "F6", "R3-33")
def test_a_tool_in_a_group_of_its_own_is_seen_and_swept(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Measured on 0.169.0: tools live in process groups of their own, and outlive codex."""

    async def one() -> int:
        seat = workspace.seat()
        async with real_cell(workspace, CASE, seat, release(tmp_path)) as cell:
            tool = subprocess.Popen(  # noqa: ASYNC220 - the test starts it, the harness ends it
                ["sleep", "600"],
                env={"PATH": "/bin:/usr/bin", "CODEX_HOME": str(cell.root / "codex-home")},
                start_new_session=True,
            )
            assert cell.spawned() == {tool.pid}
        assert not is_alive(tool.pid)
        tool.wait(20)
        return tool.returncode

    assert asyncio.run(one()) == -9


def test_an_interpreter_with_a_long_path_is_started_through_a_shell(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux: a first line of more than 127 bytes is cut by older kernels."""
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    (deep / "python 3").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(deep / "python 3"))
    journal, _, _, _ = played(workspace, tmp_path, {"PATH": "/bin:/usr/bin"})
    assert journal["argv"] == ARGV
