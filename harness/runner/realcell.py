"""IO: a cell of the lane `real`: the launcher in place of the mock, a model server of its own, and whatever codex starts.

<cell>/bin/{codex,launcher.json,journal/}   the launcher (harness/real/launcher.py) and what it saw
<cell>/{work,tmp,home,codex-home}           where codex lives; the same names as those of a recording (real/place.py)
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from harness.client.kernel import is_alive, kill, living_in, was_started_as
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.normalize.argv import meaning
from harness.real import effect, lane, launcher
from harness.real.model_server import ModelServer
from harness.real.place import Place
from harness.real.recorder import configure
from harness.real.releases import Release
from harness.real.script import parse
from harness.real.surroundings import changes
from harness.runner.workspace import Cell, Seat, Workspace
from harness.scenario import Scenario

_SHEBANG: Final = 127
"""Bytes of a first line that every Linux reads."""

_SETTLE_S: Final = 5.0
"""How long a real codex may take to end by itself: it writes its session and ends its tools first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCell(Cell):
    """A cell with a released codex behind the launcher, and a scripted model in front of it."""

    server: ModelServer
    settle_s: float = _SETTLE_S

    def journals(self) -> list[dict[str, JsonValue]]:
        """What the launcher wrote; the stage is what kernel and model server say: waiting for the model, or ended."""
        return [self._completed(entry) for entry in Cell.journals(self)]

    def _completed(self, entry: dict[str, JsonValue]) -> dict[str, JsonValue]:
        stage = "started"
        if not is_alive(cast("int", entry["pid"])):
            stage = "ended"
        elif self.server.holding.is_set():
            stage = "hanging"
        argv = tuple(cast("list[str]", entry["argv"]))
        there = dict(cast("list[tuple[str, bool]]", entry["images"]))
        images: list[JsonValue] = [
            [path, there.get(path, False)]
            for path in cast("list[str]", meaning(argv).get("images", []))
        ]
        return {**entry, "stage": stage, "images": images}

    def spawned(self) -> frozenset[int]:
        """Every process of this cell but codex itself: its tools, MCP servers, and what those started."""
        own = {cast("int", entry["pid"]) for entry in Cell.journals(self)}
        return frozenset(
            pid for pid in living_in(self.root) - own if not was_started_as(pid, self.codex)
        )

    def places(self) -> dict[str, str]:
        """Labels of what only a real codex shows; see ``Place.places``."""
        return {"<CODEX_HOME>": str(self.root / "codex-home"), "<MODEL>": self.server.url}

    def requests(self) -> tuple[JsonValue, ...]:
        """What reached the model, in order."""
        # Of the paths of the cell only: HOME and the temp folder of codex are not those of the client.
        places = {**Place(root=self.root).places(), "<MODEL>": self.server.url}
        return tuple(effect.effects(self.server.responder.seen, places))

    def not_offered(self) -> tuple[str, ...]:
        """Tools that the model wanted to call and this release does not offer, under any of its names."""
        missing = (missed for one in self.server.responder.seen for missed in one.not_offered)
        return tuple(dict.fromkeys(" or ".join(one.wanted) for one in missing))

    def unforeseen(self) -> tuple[str, ...]:
        """Requests that the `model` part does not foresee; the model server has refused them."""
        return tuple(
            f"{one.method} {one.path} was {one.fate}"
            for one in self.server.responder.seen
            if one.fate in {"unscripted", "unknown"}
        )

    def labels(self, texts: Sequence[str]) -> dict[str, str]:
        """Labels for what is new in each play: the ids of threads in ``texts``."""
        return lane.thread_labels(texts)

    def observes_descendants(self, scenario: Scenario) -> bool:
        """A real codex may always leave something: its tools live in process groups of their own."""
        del scenario
        return True


@asynccontextmanager
async def real_cell(
    workspace: Workspace, scenario: Scenario, seat: Seat, release: Release
) -> AsyncIterator[RealCell]:
    """A fresh cell with ``release`` in it and a model server that plays ``scenario``; nothing lives on afterwards.

    Raises:
        UsageFault: this system cannot start the launcher.
    """
    if sys.platform == "win32":  # pragma: no cover - POSIX is what the launcher is written for
        raise UsageFault("the lane `real` needs a POSIX system", hint="Run it in WSL.")
    script = parse(scenario.model)
    async with ModelServer(script) as server:
        cell = RealCell(root=workspace.bare_cell(scenario).root, server=server)
        home = Place(root=cell.root)
        for folder in (home.codex_home, home.home):
            folder.mkdir()
        configure(home, server.url, script)
        _install(cell, home, seat, release.binary)
        try:
            yield cell
        finally:
            await kill(living_in(cell.root))


def _install(cell: RealCell, home: Place, seat: Seat, binary: Path) -> None:
    folder = cell.codex.parent
    folder.mkdir()
    given = changes(codex_home=str(home.codex_home), home=str(home.home), temp=str(home.temp))
    orders = {
        **given.to_json(),
        "binary": str(binary),
        # A client that starts codex where it stands itself gives it no folder: then it is that of the recordings.
        "not_in": os.path.realpath(seat.root / "cwd"),
        "in": str(home.work),
    }
    (folder / "launcher.json").write_text(json.dumps(orders), "utf-8")
    source = Path(launcher.__file__).read_bytes()
    (folder / "launcher.py").write_bytes(source)
    first = f"#!{sys.executable} -ISXutf8\n".encode()
    if len(first) > _SHEBANG or b" " in os.fsencode(sys.executable):
        # The rules of the normaliser know what a shell adds to the environment.
        words = f"'{sys.executable}' -ISXutf8 '{folder / 'launcher.py'}'"
        first, source = b"#!/bin/sh\n", f'exec {words} "$@"\n'.encode()
    cell.codex.write_bytes(first + source)
    cell.codex.chmod(0o755)
