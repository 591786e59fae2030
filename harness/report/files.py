"""IO: reads the JSONL of a run and writes every report beside it, each file atomically. The only module here with a disk.

Works for an old run and for an interrupted one. What a report says is decided in the CORE modules of this room.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.report import allure, badge, ctrf, html, junit, markdown, overview_text, summary
from harness.report.model import RunContradiction, RunModel, fold
from harness.report.overview import Overview
from harness.report.reading import RunUnreadable
from harness.report.records import JsonObject
from harness.root import find_root, load_schemas
from harness.storage import write_atomically
from harness.wire.lines import LineReader
from harness.wire.schemas import SchemaSet

ASSETS: Final = Path(__file__).resolve().parent / "assets"
ALLURE: Final = "allure-results"
SCENARIOS: Final = "scenarios"
"""The folder of the pages that hold one scenario each, when a report is too large for one page."""


NAMES: Final = (
    "run.jsonl",
    "index.html",
    "summary.json",
    "junit.xml",
    "summary.md",
    "ctrf.json",
    "badge.json",
)
"""The files of a run's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The reports of one run and where they are; ``allure`` is a folder."""

    model: RunModel
    html: Path
    summary: Path
    junit: Path
    markdown: Path
    ctrf: Path
    allure: Path


def write_all(
    run_jsonl: Path, out: Path, schemas: SchemaSet | None = None, *, previous: Path | None = None
) -> Written:
    """Read a run and write index.html (with scenarios/ when it is too large for one page) and every report beside it.

    Those are summary.json, badge.json, junit.xml, summary.md, ctrf.json and allure-results/.

    Args:
        run_jsonl: the run, finished, interrupted or old.
        out: folder of the reports; made when it is missing.
        schemas: the contracts; None: those of the project around the current folder.
        previous: an earlier run, to say what has moved since.

    Raises:
        RunUnreadable: the file is not the JSONL of a run.
        RunContradiction: its lines contradict each other.
        OSError: it cannot be read, or the folder cannot be written.
    """
    model = read_model(run_jsonl, schemas)
    earlier = None if previous is None else read_model(previous, schemas)
    written = Written(
        model=model,
        html=out / "index.html",
        summary=out / "summary.json",
        junit=out / "junit.xml",
        markdown=out / "summary.md",
        ctrf=out / "ctrf.json",
        allure=out / ALLURE,
    )
    _write_pages(html.pages(model, template_sources(), earlier=earlier), out)
    text = json.dumps(summary.summarise(model), indent=2) + "\n"
    write_atomically(written.summary, text.encode("utf-8"))
    write_atomically(out / "badge.json", (json.dumps(badge.badge(model)) + "\n").encode("ascii"))
    write_atomically(written.ctrf, (json.dumps(ctrf.render(model)) + "\n").encode("utf-8"))
    write_atomically(written.junit, junit.render(model))
    write_atomically(written.markdown, markdown.render(model).encode("utf-8"))
    _write_allure(model, written.allure)
    return written


def clear(out: Path) -> None:
    """Remove a run and its reports, so that what is written next, or fails to be, is not taken for them."""
    for name in NAMES:
        (out / name).unlink(missing_ok=True)
    shutil.rmtree(out / ALLURE, ignore_errors=True)


def write_overview(found: Overview, out: Path) -> Path:
    """Write index.html, summary.json and summary.md over several legs; returns the page.

    Raises:
        OSError: the folder cannot be written.
    """
    sources = {name: (ASSETS / name).read_text(encoding="utf-8") for name in overview_text.SOURCES}
    page = overview_text.html(found, sources)
    summed = json.dumps(found.to_json(), indent=2) + "\n"
    write_atomically(out / "summary.json", summed.encode("utf-8"))
    write_atomically(out / "summary.md", overview_text.markdown(found).encode("utf-8"))
    write_atomically(out / "index.html", page.encode("utf-8"))
    return out / "index.html"


def read_model(run_jsonl: Path, schemas: SchemaSet | None = None) -> RunModel:
    """Read a run without writing anything.

    Raises:
        RunUnreadable, RunContradiction, OSError: as :func:`write_all`; with the file in front of the place.
    """
    contracts = load_schemas(find_root()) if schemas is None else schemas
    return _folded(run_jsonl, run_jsonl.read_bytes(), contracts)[1]


def read_lines(run_jsonl: Path, schemas: SchemaSet) -> tuple[list[JsonObject], bool]:
    """The lines of a run as they were written, and whether the last one was cut off (it is left out).

    Raises:
        RunUnreadable, RunContradiction, OSError: as :func:`write_all`; with the file in front of the place.
    """
    data = run_jsonl.read_bytes()
    lines, _ = _folded(run_jsonl, data, schemas)
    return [cast("JsonObject", line) for _, line in lines], bool(data) and not data.endswith(b"\n")


def _folded(
    run_jsonl: Path, data: bytes, schemas: SchemaSet
) -> tuple[list[tuple[int, JsonValue]], RunModel]:
    try:
        lines = list(_parsed(data))
        return lines, fold(lines, schemas)
    except (RunUnreadable, RunContradiction) as error:
        raise type(error)(
            error.what, where=f"{run_jsonl} {error.where}", hint=error.hint
        ) from error


def template_sources() -> dict[str, str]:
    """The texts of ``assets/`` that the page is made of, by file name."""
    return {name: (ASSETS / name).read_text(encoding="utf-8") for name in html.SOURCES}


def _parsed(data: bytes) -> Iterator[tuple[int, JsonValue]]:
    """Lines as numbered JSON values. A last line without its end is what a killed run leaves: it is left out."""
    reader = LineReader()
    for number, line in enumerate(reader.feed(data), start=1):
        if not line:
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RunUnreadable(
                f"not JSON ({error})",
                where=f"line {number} $",
                hint="A run is JSON lines; was the file edited?",
            ) from error


def _write_pages(pages: Mapping[str, str], out: Path) -> None:
    """Write the pages; pages of an earlier report that this one does not have are removed."""
    for name, text in pages.items():
        write_atomically(out / name, text.encode("utf-8"))
    for path in (out / SCENARIOS).glob("*.html"):
        if f"{SCENARIOS}/{path.name}" not in pages:
            path.unlink()


def _write_allure(model: RunModel, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{ALLURE}.") as held:
        fresh, old = Path(held) / "new", Path(held) / "old"
        allure.write(model, fresh)
        if folder.exists():
            folder.replace(old)
        fresh.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
