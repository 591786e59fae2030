"""The finding of ``codex-parity noise`` for a person: Markdown out of the document of ``schemas/noise.json``. CORE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from harness.jsonvalue import JsonValue, canonical
from harness.report.markdown import code, escape
from harness.report.records import JsonObject
from harness.report.words import duration, plural

_SHOWN: Final = 5
_VALUE: Final = 160


def render(document: JsonObject) -> str:
    """The page as Markdown, ending in a line end.

    Args:
        document: fits ``schemas/noise.json``.
    """
    return "\n".join(_page(document)).rstrip() + "\n"


def sentences(document: JsonObject) -> tuple[str, ...]:
    """The finding in a few plain lines, for a terminal: what was played, what is noisy, what no play showed."""
    lines = [_played(document)]
    lines += [_title(cell) for cell in _noisy(document)]
    lines += _never(document)
    return (*lines, f"exit {document['exit']}: {document['exit_reason']}")


def _page(document: JsonObject) -> Iterator[str]:
    code_ = document["exit"]
    glyph = "✓" if code_ == 0 else "✗"
    yield f"## {glyph} Noise: {escape(str(document['exit_reason']))}"
    yield ""
    yield escape(_played(document))
    yield ""
    yield from _subjects(document)
    yield from _noisy_part(document)
    yield from _sets(document)
    yield from _not_played(document)


def _played(document: JsonObject) -> str:
    load = cast("int", document["load"])
    beside = f", beside {plural(load, 'busy process', 'busy processes')}" if load else ""
    chosen = "" if document["filter"] is None else f", filtered by {document['filter']}"
    return (
        f"{plural(cast('int', document['plays']), 'play')} of {plural(cast('int', document['scenarios']), 'scenario')}"
        f"{chosen}: each {plural(cast('int', document['times']), 'time')} per subject and mode{beside}, "
        f"in {duration(cast('float', document['duration_ms']))}."
    )


def _subjects(document: JsonObject) -> Iterator[str]:
    yield "| subject | cells | plays | one outcome | noisy | of them declared |"
    yield "|---|--:|--:|--:|--:|--:|"
    cells = _objects(document, "cells")
    for subject in _objects(document, "subjects"):
        own = [one for one in cells if one["subject"] == subject["name"] and one["plays"]]
        noisy = [one for one in own if one["noisy"]]
        declared = sum(one["declared"] is not None for one in noisy)
        plays = sum(cast("int", one["plays"]) for one in own)
        name = f"{subject['name']} {subject['version']}"
        if subject["state"] != "ready":
            name = f"{name}: could not run, {subject['reason']}"
        yield f"| {escape(name)} | {len(own)} | {plays} | {len(own) - len(noisy)} | {len(noisy)} | {declared} |"
    yield ""


def _noisy_part(document: JsonObject) -> Iterator[str]:
    noisy = _noisy(document)
    if not noisy:
        return
    yield f"### {plural(len(noisy), 'noisy cell')}"
    yield ""
    for cell in noisy:
        yield f"- {escape(_title(cell))}; {code(str(cell['replay']))}"
        declared = cell["declared"]
        if isinstance(declared, dict):
            flaky = cast("JsonObject", declared["flaky"])
            yield f"  Declared: {escape(str(declared['because'] or declared['issue']))} Measured {flaky['rate']} on {flaky['measured']}."
        yield from _differences(cell)
    yield ""


def _title(cell: JsonObject) -> str:
    rates = " / ".join(str(one["count"]) for one in _objects(cell, "outcomes"))
    word = "noisy" if cell["declared"] is None else "flaky, declared"
    return f"{word}: {cell['scenario']}, {cell['subject']}, {cell['mode']}: {rates} of {cell['plays']} plays"


def _differences(cell: JsonObject) -> Iterator[str]:
    rows = [
        (outcome, one)
        for outcome in _objects(cell, "outcomes")
        for one in _objects(outcome, "differences")
    ]
    if rows:
        yield ""
        yield "  | plays | check | path | once | then |"
        yield "  |--:|---|---|---|---|"
    for outcome, one in rows[:_SHOWN]:
        where = escape(f"{one['where']} {one['path']}".strip())
        yield f"  | {outcome['count']} | {one['check']} | {where} | {_value(one, 'reference')} | {_value(one, 'sdk')} |"
    if len(rows) > _SHOWN:
        yield f"  | | ... and {len(rows) - _SHOWN} more | | | |"


def _value(difference: JsonObject, side: str) -> str:
    if side not in difference:
        return "nothing"
    text = canonical(difference[side]).decode("ascii")
    return escape(text if len(text) <= _VALUE else f"{text[:_VALUE]} ...")


def _sets(document: JsonObject) -> Iterator[str]:
    sets = _objects(document, "sets")
    if not sets:
        return
    yield f"### {plural(len(sets), 'declared set')} of outcomes"
    yield ""
    yield "| scenario | check | outcome | seen | by |"
    yield "|---|---|---|--:|---|"
    for one in sets:
        place = f"{one['check']}" if one["at"] is None else f"{one['check']}[{one['at']}]"
        for other in _objects(one, "alternatives"):
            by = cast("dict[str, int]", other["by"])
            who = ", ".join(f"{name} {count}" for name, count in by.items() if count)
            yield (
                f"| {one['scenario']} | {escape(place)} | {other['name']} | {other['seen']} of {one['plays']} | {escape(who) or 'nobody'} |"
            )
        if one["outside"]:
            yield f"| {one['scenario']} | {escape(place)} | none of them | {one['outside']} of {one['plays']} | |"
    yield ""
    never = _never(document)
    if never:
        yield f"### {plural(len(never), 'outcome')} that nobody showed"
        yield ""
        yield from (f"- {escape(sentence)}" for sentence in never)
        yield ""


def _never(document: JsonObject) -> list[str]:
    """Alternatives that no play showed: a set that is wider than life, or a race that needs load to be lost."""
    return [
        f"never seen in {one['plays']} plays: {one['scenario']} {one['check']}, outcome `{other['name']}`"
        for one in _objects(document, "sets")
        for other in _objects(one, "alternatives")
        if one["plays"] and not other["seen"]
    ]


def _not_played(document: JsonObject) -> Iterator[str]:
    rows = [
        (cell, one)
        for cell in _objects(document, "cells")
        for one in _objects(cell, "not_played")
        if one["why"] == "driver"
    ]
    if rows:
        yield f"### {plural(len(rows), 'cell')} in which a driver failed"
        yield ""
    for cell, one in rows:
        yield f"- {escape(str(cell['subject']))}, {cell['scenario']}, {cell['mode']}, {plural(cast('int', one['count']), 'time')}: {escape(str(one['reason']))}"


def _noisy(document: JsonObject) -> list[JsonObject]:
    """The noisy cells, those that nothing declares first."""
    found = [one for one in _objects(document, "cells") if one["noisy"]]
    return sorted(found, key=lambda one: one["declared"] is not None)


def _objects(value: JsonObject, key: str) -> list[JsonObject]:
    found: JsonValue = value[key]
    return cast("list[JsonObject]", found)
