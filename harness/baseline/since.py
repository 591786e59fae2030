"""CORE: from which version of its SDK on a difference shows, as a run over several versions tells it."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import cast

import tomlkit
from tomlkit.items import AoT, Table

from harness.baseline.rewrite import Shown
from harness.baseline.versions import version_numbers


def note_since(text: str, cells: Sequence[Shown]) -> str:
    """Write ``since`` into every entry of a baseline file about which the cells can say it; the rest is left as it is.

    A flaky entry and one that is limited to versions keep what they have.

    Args:
        text: the file.
        cells: the subject's cells, of several versions, the pinned one among them.

    Returns:
        the file. ``since`` is ``<=0.46.0`` where the oldest version that was played shows it already, and
        ``>0.80.0,<=0.104.0`` where 0.80.0 was played and does not show it.
    """
    document = tomlkit.parse(text)
    for table in cast("AoT", document.get("expected", tomlkit.aot())):
        found = None if "flaky" in table or "sdk" in table else _since(table, cells)
        if found is not None:
            table["since"] = found
    return tomlkit.dumps(document)


def _since(table: Table, cells: Sequence[Shown]) -> str | None:
    fingerprint = str(table["fingerprint"])
    patterns = [str(one) for one in cast("list[object]", table["scenarios"])]
    telling = {
        name
        for cell in cells
        if cell.pinned
        for name in cell.by_scenario(fingerprint)
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }
    if not telling:
        return None
    first = next(cell.version for cell in cells if cell.pinned)
    for version in sorted({one.version for one in cells}, key=version_numbers, reverse=True):
        own = [cell for cell in cells if cell.version == version]
        compared = any(telling & cell.compared for cell in own)
        shown = any(telling & cell.by_scenario(fingerprint).keys() for cell in own)
        if shown:
            first = version
        elif compared and version_numbers(version) < version_numbers(first):
            return f">{version},<={first}"
    return f"<={first}"
