"""IO: the folders of a run. One workspace per run, one cell per play, one seat per driver process; all below one folder.

<workspace>/mock/<scenario>/{codex,codex.script}      built once per run by `mock-codex build`
<workspace>/cells/<n>/{bin,work,tmp}                  one play: the executable, the working folder, a folder outside any repository
<workspace>/seats/<n>/{cwd,tmp,home}                  where one driver process lives
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.observation import Invocation
from harness.scenario import Scenario

EXECUTABLE: Final = "codex.exe" if sys.platform == "win32" else "codex"
FOREIGN_PROGRAM: Final = b"\x7fELF 2>/dev/null\ncat >/dev/null\nexit 126\n".ljust(64, b"\n")
"""An ELF program for a machine that does not exist: ``execve`` says ENOEXEC.

Whoever then hands it to a shell, as ``execvp`` does, has it read the prompt to its end, so that nothing is left to
chance, and gets 126 from every shell.
"""
_NEEDED_ON_WINDOWS: Final = ("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR")


SETTLE_S: Final = 0.5
"""How long the mock may take to end by itself before it counts as left alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The folders of one play in front of the mock. ``settle_s``: how long its codex may take to end by itself."""

    root: Path
    settle_s: float = SETTLE_S

    @property
    def codex(self) -> Path:
        """What the client is given as the path of codex."""
        return self.root / "bin" / EXECUTABLE

    @property
    def work(self) -> Path:
        """The working folder, a (fake) git repository with the scenario's files."""
        return self.root / "work"

    def fill(self, template: JsonValue) -> JsonValue:
        """Replace the labels ``<CWD>`` and ``<CELL>`` in every string of a JSON value."""
        match template:
            case str():
                return template.replace("<CWD>", str(self.work)).replace("<CELL>", str(self.root))
            case list():
                return [self.fill(child) for child in template]
            case dict():
                return {key: self.fill(child) for key, child in template.items()}
            case _:
                return template

    def modes(self) -> dict[str, int]:
        """Permission bits of every file the play was given, by path relative to the cell."""
        found = {}
        for folder in (self.codex.parent, self.work):
            for path in sorted(folder.rglob("*")):
                if "journal" not in path.parts and path.is_file():
                    found[path.relative_to(self.root).as_posix()] = path.stat().st_mode & 0o777
        return found

    def journals(self) -> list[dict[str, JsonValue]]:
        """What the mock journaled so far, oldest invocation first.

        Raises:
            HarnessFault: a journal is not JSON (they are written atomically, so that is our bug).
        """
        found = []
        for path in (self.codex.parent / "journal").glob("*.json"):
            try:
                found.append(cast("dict[str, JsonValue]", json.loads(path.read_bytes())))
            except ValueError as error:
                raise HarnessFault("a journal is not JSON", where=str(path)) from error
        return sorted(
            found, key=lambda entry: (cast("int", entry["started_ns"]), cast("int", entry["pid"]))
        )

    def spawned(self) -> frozenset[int]:
        """Every process that a codex of this play has started."""
        return frozenset(
            pid for entry in self.journals() for pid in cast("list[int]", entry["spawned"])
        )

    def observes_descendants(self, scenario: Scenario) -> bool:
        """Whether what codex started can live on: only where the script starts something."""
        return scenario.spawns

    def places(self) -> dict[str, str]:
        """Labels to paths of this lane alone; none in front of the mock."""
        return {}

    def labels(self, texts: Sequence[str]) -> dict[str, str]:
        """Labels for what codex makes anew in each play and shows in ``texts``; the mock makes nothing."""
        del texts
        return {}

    def not_offered(self) -> tuple[str, ...]:
        """Tools that the model wanted to call and codex did not offer."""
        return ()

    def unforeseen(self) -> tuple[str, ...]:
        """Requests that no script foresees."""
        return ()

    def requests(self) -> tuple[JsonValue, ...] | None:
        """What reached the model; None: there is no model."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where one driver process lives: its working folder, temp folder and home, all empty when a play begins."""

    root: Path

    def environment(self) -> dict[str, str]:
        """The whole environment of the driver: nothing of the caller's but PATH (and what Windows needs to start)."""
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "LANG": "C.UTF-8",
            "PARITY_INHERITED": "yes",
        }
        if sys.platform == "win32":  # pragma: no cover - covered on Windows only
            env |= {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
            env |= {"TEMP": env["TMPDIR"], "TMP": env["TMPDIR"], "USERPROFILE": env["HOME"]}
        return env

    def leftovers(self) -> tuple[str, ...]:
        """Everything in the temp folder, as absolute paths."""
        return tuple(str(path) for path in sorted((self.root / "tmp").rglob("*")))

    def sweep(self) -> None:
        """Empty the temp folder for the next play."""
        for path in (self.root / "tmp").iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


class Workspace:
    """The folder of one run, made in the system's temp folder and removed at the end."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="parity-")).resolve()
        self._cells = 0
        self._seats = 0

    def __repr__(self) -> str:
        return f"Workspace({self.root}, cells={self._cells}, seats={self._seats})"

    @property
    def mock(self) -> Path:
        """Where the mock's executables are built, one folder per scenario."""
        return self.root / "mock"

    def cell(self, scenario: Scenario) -> Cell:
        """A fresh cell for one play of ``scenario``."""
        cell = self.bare_cell(scenario)
        shutil.copytree(self.mock / scenario.id, cell.codex.parent)
        match scenario.codex:
            case "mock":
                pass
            case "missing":
                cell.codex.unlink()
            case "not_executable":
                cell.codex.chmod(0o644)
            case "wrong_format":
                cell.codex.write_bytes(FOREIGN_PROGRAM)
            case "directory":
                cell.codex.unlink()
                cell.codex.mkdir()
        return cell

    def bare_cell(self, scenario: Scenario) -> Cell:
        """A fresh cell without an executable: the working folder with the scenario's files, and ``tmp``."""
        self._cells += 1
        cell = Cell(root=self.root / "cells" / str(self._cells))
        _make_repository(cell.work)
        (cell.root / "tmp").mkdir()
        for name, text in scenario.files.items():
            target = cell.work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8"))
        return cell

    def seat(self) -> Seat:
        """A fresh seat for one driver process."""
        self._seats += 1
        seat = Seat(root=self.root / "seats" / str(self._seats))
        for name in ("tmp", "home"):
            (seat.root / name).mkdir(parents=True)
        _make_repository(seat.root / "cwd")
        return seat

    def discard(self, cell: Cell) -> None:
        """Remove the folders of a play that was recorded."""
        shutil.rmtree(cell.root, ignore_errors=True)

    def remove(self) -> None:
        """Remove the whole workspace."""
        shutil.rmtree(self.root, ignore_errors=True)


def _make_repository(folder: Path) -> None:
    # As much of a git repository as codex looks at.
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")


def invocation(
    journal: Mapping[str, JsonValue], *, alive: bool, free_end: bool, told: str | None = None
) -> Invocation:
    """A journal (``schemas/journal.json``) as an ``Invocation``.

    Args:
        journal: the file's content.
        alive: what the kernel said after the play.
        free_end: whether the script of the turn ends by itself.
        told: what the script of the turn writes to stderr, where the scenario asks for that.
    """
    return Invocation(
        argv=tuple(cast("list[str]", journal["argv"])),
        env=cast("dict[str, str]", journal["env"]),
        cwd=cast("str", journal["cwd"]),
        stdin=_text(journal["stdin"]),
        schema=_text(journal["schema"]),
        images=tuple(
            (path, there) for path, there in cast("list[tuple[str, bool]]", journal["images"])
        ),
        signals=tuple(cast("list[str]", journal["signals"])),
        turn=cast("int | None", journal["turn"]),
        wrote=cast("int", journal["wrote"]),
        stage=cast("str", journal["stage"]),
        end=cast("str | None", journal["end"]),
        pid=cast("int", journal["pid"]),
        started_ns=cast("int", journal["started_ns"]),
        ended_ns=cast("int | None", journal["ended_ns"]),
        alive_after=alive,
        free_end=free_end,
        told=told,
    )


def prompt_of(journal: Mapping[str, JsonValue]) -> str | None:
    """What the codex of a journal read on stdin, None when it has read nothing (yet)."""
    return _text(journal["stdin"])


def _text(hexed: JsonValue) -> str | None:
    return (
        None
        if hexed is None
        else bytes.fromhex(cast("str", hexed)).decode("utf-8", "surrogateescape")
    )
