"""IO: ``publish``: the report of a finished run as a comment on an issue or a pull request."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from pathlib import Path

import click

from harness.cli.common import console
from harness.errors import EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY, UsageFault
from harness.publish.bundle import read_manifest, read_papers
from harness.publish.gh import Gh
from harness.publish.places import parse_place
from harness.publish.publish import Order, dry_run
from harness.publish.publish import publish as carry_out
from harness.root import find_root, load_schemas

_EXITS = {"published": EXIT_PARITY, "blocked": EXIT_INCOMPLETE, "failed": EXIT_HARNESS}
_THREAD = re.compile(r"(?:([\w.-]+)/)?([\w.-]+/[\w.-]+)#([1-9]\d{0,9})")


@click.command()
@click.argument("thread", metavar="[HOST/]OWNER/NAME#NUMBER")
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a run's reports, or of a gate. Default: reports/parity.",
)
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="URL",
    help="Where the folder was uploaded: a release (.../releases/download/TAG/), a commit (.../blob/COMMIT/FOLDER/), an artifact or a run of Actions; repeatable.",
)
@click.option(
    "--patience",
    type=click.IntRange(0, 3600),
    default=60,
    show_default=True,
    help="Seconds to wait for a rate limit, in all.",
)
@click.option(
    "--dry-run",
    "only_look",
    is_flag=True,
    help="Ask nobody: write the comment into the folder, print it and what forbids it.",
)
def publish(
    thread: str, folder: Path | None, places: tuple[str, ...], patience: int, *, only_look: bool
) -> None:
    """Publish the report of a run or a gate as a comment on an issue or a pull request, through gh.

    Prints `published: URL`, `blocked(reason)` (nothing was written) or `failed(action): reason`; exit 0, 4 or 3. What was
    done is in publication.json in the folder.
    """
    order = _order(thread, folder, places, patience)
    if only_look:
        text, refused = dry_run(order)
        sys.stdout.write(text)
        for one in refused:
            console(stderr=True).print(f"refused: {one}", markup=False, soft_wrap=True)
        sys.exit(EXIT_INCOMPLETE if refused else EXIT_PARITY)
    end = asyncio.run(carry_out(order, Gh(host=order.host), os.environ))
    console().print(str(end), markup=False, soft_wrap=True)
    if end.hint:
        console(stderr=True).print(f"  {end.hint}", markup=False, soft_wrap=True)
    if end.word != "published":
        console(stderr=True).print(f"  again: {order.again}", markup=False, soft_wrap=True)
    sys.exit(_EXITS[end.word])


def _order(thread: str, folder: Path | None, places: tuple[str, ...], patience: int) -> Order:
    found = _THREAD.fullmatch(thread)
    if found is None:
        raise UsageFault(
            f"`{thread}` is no thread", hint="Write OWNER/NAME#NUMBER, as in octo/sdk#12."
        )
    host = found[1] or "github.com"
    root = find_root()
    where = folder or root.reports / "parity"
    papers = read_papers(where, load_schemas(root))
    given = [word for url in places for word in ("--place", url)]
    return Order(
        folder=where,
        papers=papers,
        manifest=read_manifest(where, papers.run_id),
        host=host,
        repo=found[2],
        thread=int(found[3]),
        places=tuple(parse_place(url, host) for url in places),
        patience_s=patience,
        again=shlex.join(["codex-parity", "publish", thread, "--run", str(where), *given]),
    )
