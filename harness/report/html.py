"""The HTML report: a page that is read without JavaScript, with the data of the run for a script that shows the rest. CORE.

The same model and the same sources give the same bytes. Every value passes one of two doors: ``finalize`` (whatever a
template writes with ``{{ }}``) or the filters ``v`` and ``lines``; all make the invisible visible before HTML is escaped.
Data for the script is base64 of deflated JSON: no value of a run stands in the page in a form that could be markup.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from harness.report import words
from harness.report.bundle import bundled
from harness.report.cellview import CellView
from harness.report.model import RunModel
from harness.report.names import cause_id, slug
from harness.report.page import Page, cells, page
from harness.report.pageindex import index, ledger_line
from harness.report.payload import Chunk, document, packed
from harness.report.records import JsonObject
from harness.report.visible import runs, visible

TEMPLATES: Final = ("report.html.j2", "parts.html.j2")
STYLES: Final = ("report.css", "page.css")
MODULES: Final = (
    "visible.js",
    "dom.js",
    "codec.js",
    "query.js",
    "route.js",
    "virtual.js",
    "hex.js",
    "values.js",
    "rows.js",
    "tables.js",
    "events.js",
    "evidence.js",
    "cell.js",
    "overview.js",
    "main.js",
)
ENTRY: Final = "main.js"
SOURCES: Final = (*TEMPLATES, *STYLES, *(f"page/{name}" for name in MODULES))
"""The texts that :func:`pages` needs, by the names of their files in ``assets/``."""

INDEX: Final = "index.html"
LIMIT: Final = 5_000_000
"""Bytes of one page. What would be larger is split: the largest scenarios get pages of their own until the rest fits."""

FULL_ROWS: Final = 8
BRIEF_ROWS: Final = 3
MEMBERS: Final = 6
MOVES: Final = 100


def pages(
    model: RunModel,
    sources: Mapping[str, str],
    *,
    earlier: RunModel | None = None,
    limit: int = LIMIT,
) -> dict[str, str]:
    """Every file of the report: ``index.html`` and, when that would be too large, ``scenarios/*.html`` beside it.

    Args:
        model: the run.
        sources: file name -> text of every file in :data:`SOURCES`.
        earlier: a run to compare with.
        limit: bytes of the index from which the largest scenarios move out.

    Returns:
        Path within the report's folder, with ``/`` -> text. The texts hold no character that UTF-8 cannot carry.
    """
    views = cells(model)
    documents = {
        name: document(model, model.scenarios[name], found) for name, found in views.items()
    }
    frame = _Frame(sources)
    chunks = packed(documents.values())
    whole = frame.index(model, views, chunks, {}, earlier)
    excess = len(whole.encode("utf-8")) - limit
    if excess <= 0 or not documents:
        return {INDEX: whole}
    elsewhere = _moved(documents, excess)
    kept = packed(one for name, one in documents.items() if name not in elsewhere)
    made = {INDEX: frame.index(model, views, kept, elsewhere, earlier)}
    for name, path in elsewhere.items():
        made[path] = frame.alone(model, name, views[name], packed([documents[name]]))
    return made


def _moved(documents: Mapping[str, JsonObject], excess: int) -> dict[str, str]:
    """The scenarios that get a page of their own, largest first, until what they take has gone."""
    sizes = {name: len(packed([one])[0].text) for name, one in documents.items()}
    found: dict[str, str] = {}
    for name in sorted(sizes, key=lambda one: (-sizes[one], one)):
        if excess <= 0:
            break
        found[name] = f"scenarios/{slug(name)}.html"
        excess -= sizes[name]
    return {name: found[name] for name in documents if name in found}


class _Frame:
    """The templates, the style and the script, made ready once for all pages of a report."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        modules = {name: sources[f"page/{name}"] for name in MODULES}
        self._script = bundled(modules, ENTRY)
        digest = hashlib.sha256(self._script.encode("utf-8")).digest()
        self._hash = f"sha256-{base64.b64encode(digest).decode('ascii')}"
        self._style = "\n".join(sources[name].strip() for name in STYLES)
        self._template = _template(sources)

    def index(
        self,
        model: RunModel,
        views: Mapping[str, tuple[CellView, ...]],
        chunks: Sequence[Chunk],
        elsewhere: Mapping[str, str],
        earlier: RunModel | None,
    ) -> str:
        """The page of the whole run."""
        shown = page(model, views, earlier=earlier, pages=elsewhere)
        every = [one for found in views.values() for one in found]
        return self._render(shown, chunks, index(model, every, chunks, elsewhere), None)

    def alone(
        self, model: RunModel, name: str, views: tuple[CellView, ...], chunks: Sequence[Chunk]
    ) -> str:
        """The page of one scenario."""
        shown = page(model, {name: views})
        return self._render(shown, chunks, index(model, views, chunks, {}), name)

    def _render(
        self, shown: Page, chunks: Sequence[Chunk], known: JsonObject, solo: str | None
    ) -> str:
        (packed_index,) = packed([{"id": "index", **known}])
        return self._template.render(
            page=shown,
            model=shown.model,
            solo=solo,
            chunks=chunks,
            index=packed_index.text,
            style=Markup(self._style),  # noqa: S704 - our own file
            script=Markup(self._script),  # noqa: S704 - our own file
            script_hash=self._hash,
        )


def _template(sources: Mapping[str, str]) -> Template:
    environment = Environment(
        loader=DictLoader({name: sources[name] for name in TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["v"] = inline
    environment.filters["lines"] = block
    environment.globals["words"] = {
        "verdict": words.VERDICT,
        "class": words.CLASS,
        "level": words.LEVEL,
        "plane": words.PLANE,
        "check": words.CHECK,
        "reason": words.REASON,
        "lane": words.lane,
        "part": words.part,
        "three_way": words.THREE_WAY,
    }
    environment.globals.update(
        cause_id=cause_id,
        plural=words.plural,
        listed=words.listed,
        duration=words.duration,
        web=web_address,
        ledger_line=ledger_line,
        full_rows=FULL_ROWS,
        brief_rows=BRIEF_ROWS,
        members=MEMBERS,
        most_moves=MOVES,
    )
    return environment.get_template("report.html.j2")


def _finalize(value: object) -> object:
    """What ``{{ }}`` writes: markup stays, anything else is text whose invisible characters are made visible."""
    return value if isinstance(value, Markup) else visible(str(value))


def inline(text: str) -> Markup:
    """Text for one line of the page; each sign that stands for an invisible character is set apart."""
    return _markup(text, keep="")


def block(text: str) -> Markup:
    """Text for a preformatted block: line ends and tabs stay."""
    return _markup(text, keep="\n\t")


def _markup(text: str, *, keep: str) -> Markup:
    pieces = (
        Markup('<span class="inv">{}</span>').format(piece) if sign else escape(piece)
        for sign, piece in runs(text, keep=keep)
    )
    return Markup("").join(pieces)


def web_address(text: str | None) -> bool:
    """Whether a link may lead there: a page of the web and nothing else."""
    return text is not None and text.startswith(("https://", "http://"))
