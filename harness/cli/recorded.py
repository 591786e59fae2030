"""IO: the recordings of a release, read from the folder that ``record`` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, cast

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.real.drift import Recorded
from harness.real.shapes import TurnBytes
from harness.storage import read_text

PROVENANCE: Final = "provenance.json"


def recorded(folder: Path) -> Recorded:
    """What a release wrote.

    Raises:
        UsageFault: nothing was recorded there.
    """
    text = read_text(folder / PROVENANCE)
    if text is None:
        raise UsageFault(
            f"codex {folder.name} is not recorded",
            where=str(folder),
            hint=f"Run `codex-parity record {folder.name} --into {folder.parent}`.",
        )
    document = cast("dict[str, JsonValue]", json.loads(text))
    turns: dict[str, list[TurnBytes]] = {}
    for name, about in cast("dict[str, dict[str, JsonValue]]", document["files"]).items():
        turn = TurnBytes(
            stdout=(folder / name).read_bytes(),
            exit_code=cast("int", about["exit_code"]),
            refused=cast("str", about.get("refused", "")),
        )
        turns.setdefault(cast("str", about["scenario"]), []).append(turn)
    return Recorded(
        version=cast("str", document["codex_version"]),
        turns=turns,
        not_recorded=cast("dict[str, list[str]]", document["not_recorded"]),
    )
