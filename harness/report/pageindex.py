"""The index that the page's script searches and filters: one short row per cell, and the words of every table. CORE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.jsonvalue import JsonValue
from harness.report import words
from harness.report.cellview import CellView
from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.payload import Chunk
from harness.report.records import JsonObject


def index(
    model: RunModel,
    cells: Iterable[CellView],
    chunks: Sequence[Chunk],
    pages: Mapping[str, str],
) -> JsonObject:
    """What the script must know before it opens any scenario.

    Args:
        model: the run.
        cells: all cells, in the order of the run.
        chunks: the data within this page.
        pages: scenario -> file name, for those whose data lies in a page of its own.
    """
    places: JsonObject = {
        name: [number, at]
        for number, chunk in enumerate(chunks)
        for at, name in enumerate(chunk.scenarios)
    }
    return {
        "reference": model.head.reference,
        "subjects": [
            {"name": one.name, "sdk": one.sdk, "version": one.version, "runtime": one.runtime}
            for one in model.head.subjects
        ],
        "scenarios": {
            one.id: [one.family, one.title, one.expect, one.level]
            for one in model.scenarios.values()
        },
        "cells": [_row(one) for one in cells],
        "places": places,
        "pages": {**pages},
        "words": _words(),
    }


def _row(view: CellView) -> JsonValue:
    """Id, scenario, subject, verdict, headline, and what its differences are made of."""
    cell = view.cell
    found = cell.result.differences
    return [
        cell_id(cell.scenario.id, cell.subject.name),
        cell.scenario.id,
        cell.subject.name,
        cell.result.verdict,
        view.headline,
        _once(one.level for one in found),
        _once(one.plane for one in found),
        _once(one.kind for one in found),
        _once(one.check for one in found),
        _once(one.sentence for one in found),
        _once(one.fingerprint for one in found),
    ]


def ledger_line(view: CellView) -> list[str]:
    """Each rule that hid something in a cell, with its hits over all checks, modes and both sides."""
    hits: dict[str, int] = {}
    for entry in view.ledger:
        modes = entry.modes.count("+") + 1
        hits[entry.line.rule] = hits.get(entry.line.rule, 0) + entry.line.hits * modes
    return [f"{rule} {count}\N{MULTIPLICATION SIGN}" for rule, count in hits.items()]


def _once(texts: Iterable[str]) -> list[JsonValue]:
    return [*dict.fromkeys(texts)]


def _words() -> JsonObject:
    tables = {"verdict": words.VERDICT, "class": words.CLASS, "level": words.LEVEL}
    return {
        **{
            name: {
                key: [word.glyph, word.word, word.tone, word.meaning]
                for key, word in table.items()  # type: ignore[attr-defined]
            }
            for name, table in tables.items()
        },
        "check": {**words.CHECK},
        "plane": {str(plane): text for plane, text in words.PLANE.items()},
        "reason": {**words.REASON},
        "three_way": {**words.THREE_WAY},
    }
