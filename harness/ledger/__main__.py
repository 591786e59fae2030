"""IO: ``python -m harness.ledger``: show the ledger, hold it against the tests, write or check the checklist."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.errors import EXIT_STALE, ParityError
from harness.ledger import checklist, marks, outcomes
from harness.ledger.entries import parse
from harness.ledger.fold import Ledger, fold
from harness.root import Root, find_root, load_schemas
from harness.storage import read_text, write_atomically

REGENERATE = "Run `python -m harness.ledger --write` and look at what changed."


def read(root: Root, project: Path) -> Ledger:
    """The ledger of a checkout: its requirements against its tests.

    Raises:
        HarnessFault: a file of the ledger or a mark is wrong.
    """
    schemas = load_schemas(root)
    books = [
        parse(path.read_text("utf-8"), path.name, schemas)
        for path in sorted((root.fixtures / "requirements").glob("*.toml"))
    ]
    found = [
        mark
        for path in sorted((project / "tests").rglob("test_*.py"))
        for mark in marks.read(path.read_text("utf-8"), path.relative_to(project).as_posix())
    ]
    return fold(books, found)


def _unproven(ledger: Ledger, junit: Path | None) -> list[str]:
    if junit is None:
        return []
    seen = outcomes.read(junit.read_text("utf-8"), str(junit))
    tests = {row.entry.id: row.tests for row in ledger.rows}
    skipped = outcomes.unverified(tests, seen)
    if skipped:
        click.echo(f"not verified here, all their tests were skipped: {', '.join(skipped)}")
    return outcomes.unproven(tests, seen)


@click.command()
@click.option("--write", is_flag=True, help="Write docs/checklist.md.")
@click.option(
    "--check", is_flag=True, help="Show nothing but problems; exit 5 when the page is stale."
)
@click.option("--open", "only_open", is_flag=True, help="Show only what is not proven whole.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The JUnit file of a whole run of the tests: each requirement needs a test that was run in it, and none that failed.",
)
def main(*, write: bool, check: bool, only_open: bool, junit: Path | None) -> None:
    """Show for each requirement the tests that prove it, or why it is open; exit 5 when that does not hold."""
    root = find_root(None)
    project = root.fixtures.parent
    try:
        ledger = read(root, project)
        problems = [*ledger.problems, *_unproven(ledger, junit)]
    except ParityError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    page = project / "docs" / "checklist.md"
    text = checklist.page(ledger)
    if write and not problems:
        write_atomically(page, text.encode("utf-8"))
    elif read_text(page) != text:
        problems.append(f"docs/checklist.md is stale. {REGENERATE}")
    if not check:
        for line in checklist.listing(ledger, only_open=only_open):
            click.echo(line)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(EXIT_STALE)
    if check:
        click.echo(f"{len(ledger.rows)} requirements and their tests fit each other")


main()
