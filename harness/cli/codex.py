"""IO: ``codex install``, ``codex list``, ``codex effect``: released codex binaries on this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from harness.cli.common import console, print_json
from harness.jsonvalue import JsonValue
from harness.real import releases
from harness.real.judge import judge
from harness.real.releases import Release, Source
from harness.real.versions import expand
from harness.root import find_root


@click.group()
def codex() -> None:
    """Released codex binaries, for the lane `real`."""


@codex.command()
@click.argument("versions", nargs=-1, required=True, metavar="VERSION|latest|FIRST..LAST...")
@click.option(
    "--source",
    type=click.Choice(["npm", "pypi"]),
    help="Where to get it. Default: npm, and PyPI where npm cannot.",
)
def install(versions: tuple[str, ...], source: Source | None) -> None:
    """Get releases of codex into the cache; nothing to do for those that are there."""
    home = find_root(None).home
    for version in chosen(versions):
        found = get(home, version, source)
        console().print(
            f"codex {found.version}: {found.binary} (sha256 {found.sha256[:12]}, {found.package})",
            soft_wrap=True,
            markup=False,
        )


@codex.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--published", is_flag=True, help="What the registry has, not what is here.")
def list_(*, as_json: bool, published: bool) -> None:
    """List the releases on this machine."""
    if published:
        known = asyncio.run(releases.published())
        print_json([*known]) if as_json else click.echo("\n".join(known))
        return
    found = releases.installed(find_root(None).home)
    if as_json:
        print_json([_row(one) for one in found])
        return
    if not found:
        console().print("no release is installed; run `codex-parity codex install latest`")
        return
    table = Table("codex", "platform", "package", "sha256", box=None)
    for one in found:
        table.add_row(one.version, one.platform, one.package, one.sha256[:12])
    console().print(table)


@codex.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--codex", "version", default="0.169.0", show_default=True, help="The release.")
@click.option("--prompt", default="hello", show_default=True, help="What is written to stdin.")
@click.argument("argv", nargs=-1, type=click.UNPROCESSED, required=True)
def effect(version: str, prompt: str, argv: tuple[str, ...]) -> None:
    """Say what a command line does: run the release with it and print what reached the model.

    Two command lines of one effect differ in spelling only: `codex-parity codex effect -- exec --json -m gpt-5.1`
    """
    release = releases.find(find_root(None).home, version)
    found = asyncio.run(
        judge(release.binary, argv, path=os.environ.get("PATH", os.defpath), prompt=prompt)
    )
    print_json(
        {
            "argv": [*argv],
            "exit": found.returncode,
            "complaint": found.complaint,
            "requests": [*found.requests],
        }
    )


def chosen(words: tuple[str, ...]) -> tuple[str, ...]:
    """The releases that ``words`` name; the registry is asked only when a word needs it.

    Raises:
        UsageFault: a word names none.
        RuntimeMissing: the registry does not answer.
    """
    needs = any(".." in word or word == "latest" for word in words)
    return expand(words, asyncio.run(releases.published()) if needs else ())


def get(home: Path, version: str, source: Source | None = None) -> Release:
    """The release ``version``, loaded with a progress bar on stderr where it is not here yet; see ``releases.install``."""
    if any(one.version == version for one in releases.installed(home)):
        return releases.find(home, version)
    with _progress(version) as shown:
        return asyncio.run(releases.install(home, version, shown, source))


def _row(one: Release) -> JsonValue:
    return {
        "version": one.version,
        "binary": str(one.binary),
        "platform": one.platform,
        "package": one.package,
        "sha256": one.sha256,
    }


class _progress:  # noqa: N801 - used as a context manager, reads as a verb
    """A progress bar of one download, on stderr."""

    def __init__(self, version: str) -> None:
        self._bar = Progress(
            TextColumn(f"codex {version}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=console(stderr=True),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Callable[[int, int | None], None]:
        self._bar.start()
        return lambda here, total: self._bar.update(self._task, completed=here, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
