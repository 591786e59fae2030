"""The HTML report: one file, no network, readable without JavaScript and in a sandboxed frame. CORE: text in, text out.

The same model and the same templates give the same bytes. Every value passes one of two doors: ``finalize`` (whatever a
template writes with ``{{ }}``) or the filters ``v`` and ``lines``; all make the invisible visible before HTML is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from harness.report import words
from harness.report.model import RunModel
from harness.report.names import cause_id
from harness.report.page import page
from harness.report.visible import runs, visible

TEMPLATES: Final = ("report.html.j2", "parts.html.j2")
STYLE: Final = "report.css"
SCRIPT: Final = "report.js"
SOURCES: Final = (*TEMPLATES, STYLE, SCRIPT)
"""The texts that :func:`render` needs, by the names of their files in ``assets/``."""


def render(model: RunModel, template_sources: Mapping[str, str]) -> str:
    """The whole page as text.

    Args:
        model: the run.
        template_sources: file name -> text of every file in :data:`SOURCES`.
    """
    script = template_sources[SCRIPT].strip() + "\n"
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    environment = Environment(
        loader=DictLoader({name: template_sources[name] for name in TEMPLATES}),
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
        "three_way": words.THREE_WAY,
    }
    environment.globals.update(
        cause_id=cause_id,
        plural=words.plural,
        listed=words.listed,
        duration=words.duration,
        web=web_address,
    )
    return environment.get_template("report.html.j2").render(
        page=page(model),
        model=model,
        style=Markup(template_sources[STYLE].strip()),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=f"sha256-{digest}",
    )


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
