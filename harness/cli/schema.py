"""IO: ``codex schema``: the schemas of a release, from its recordings and from the binary itself."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Final

import click

from harness.cli.codex import chosen
from harness.cli.common import console
from harness.cli.recorded import recorded
from harness.client import process
from harness.errors import EXIT_STALE, HarnessFault
from harness.jsonvalue import JsonValue
from harness.real import releases
from harness.real.eventschema import event_schema
from harness.real.place import place
from harness.real.releases import Release
from harness.real.surroundings import environment
from harness.real.versions import stable
from harness.root import Root, find_root
from harness.storage import read_text, write_atomically

EVENTS: Final = "exec-events.json"
APP_SERVER: Final = "app-server.json"
_BUNDLE: Final = "codex_app_server_protocol.schemas.json"
_DEADLINE_S: Final = 60.0


@click.command("schema")
@click.argument("versions", nargs=-1, metavar="[VERSION...]")
@click.option("--check", is_flag=True, help="Write nothing; exit 5 when a schema is not as it would be made.")  # fmt: skip
def schema(versions: tuple[str, ...], *, check: bool) -> None:
    """Write what releases were seen to write as JSON Schemas: schemas/codex/VERSION/exec-events.json.

    Without VERSION: every release that is recorded in fixtures/wire. Where the release is installed, the schema of its
    app-server goes, as the binary itself prints it, to reports/schemas/VERSION/app-server.json.
    """
    root = find_root(None)
    stale = 0
    for version in chosen(versions) if versions else recorded_versions(root):
        path = root.schemas / "codex" / version / EVENTS
        text = schema_text(root, version)
        if check:
            same = read_text(path) == text
            stale += not same
            console().print(f"{path}: {'as it would be made' if same else 'stale'}", soft_wrap=True)
            continue
        write_atomically(path, text.encode("utf-8"))
        console().print(f"codex {version}: {path}", soft_wrap=True)
        _app_server(root, version)
    if stale:
        console(stderr=True).print("Run `nox -s schemas` and look at what changed.")
        sys.exit(EXIT_STALE)


def recorded_versions(root: Root) -> tuple[str, ...]:
    """The releases that are recorded in the repository, oldest first."""
    return stable(path.parent.name for path in root.wire.glob("*/provenance.json"))


def schema_text(root: Root, version: str) -> str:
    """The file of the schema of what ``version`` was seen to write.

    Raises:
        UsageFault: it is not recorded.
    """
    turns = [turn for turns in recorded(root.wire / version).turns.values() for turn in turns]
    return _text(event_schema(version, turns))


def _app_server(root: Root, version: str) -> None:
    here = {one.version: one for one in releases.installed(root.home)}
    if version not in here:
        console().print(f"  codex {version} is not installed: no schema of its app-server")
        return
    target = root.reports / "schemas" / version / APP_SERVER
    write_atomically(target, _printed(here[version]))
    console().print(f"  {target}", soft_wrap=True)


def _printed(release: Release) -> bytes:
    """The schema of the app-server as the binary prints it.

    Raises:
        HarnessFault: it prints none.
    """
    with place({}) as here:
        out = here.temp / "schema"
        env = environment(
            codex_home=str(here.codex_home),
            home=str(here.home),
            temp=str(here.temp),
            given={"PATH": os.environ.get("PATH", os.defpath)},
        )
        argv = [str(release.binary), "app-server", "generate-json-schema", "--out", str(out)]
        ended = asyncio.run(process.run(argv, env=env, cwd=str(here.work), timeout_s=_DEADLINE_S))
        bundle: Path = out / _BUNDLE
        if ended.returncode != 0 or not bundle.is_file():
            said = ended.stderr.decode("utf-8", "replace").strip()
            raise HarnessFault(
                f"no schema of the app-server: exit {ended.returncode}",
                where=f"codex {release.version}",
                hint=said[-300:] or None,
            )
        return bundle.read_bytes()


def _text(value: JsonValue) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
