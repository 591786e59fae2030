"""IO: the generated scenario files on disk: made anew, written, or compared.

Knows where the files lie; what stands in them is made by ``drift.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from harness.errors import HarnessFault
from harness.generate.base import FAMILIES, FRAME, HEADER, VERSION, document
from harness.generate.drift import cases
from harness.root import Root
from harness.storage import write_atomically
from harness.wire.lines import lines_of
from harness.wire.shapes import ExecShapes


def generated(root: Root) -> dict[Path, str]:
    """Path and text of every scenario file that is made.

    Raises:
        HarnessFault: the schema or the recording of the frame is not there.
    """
    folder = root.wire / VERSION
    recorded = {
        path.name.removesuffix(".jsonl"): lines_of(path.read_bytes())
        for path in sorted(folder.glob("*.jsonl"))
        if path.name.startswith(FAMILIES)
    }
    schema = root.schemas / "exec-events.json"
    if FRAME not in recorded or not schema.is_file():
        raise HarnessFault(
            "nothing to make scenarios from",
            where=f"{schema}, {folder / FRAME}.jsonl",
            hint="Change into a checkout of the project.",
        )
    shapes = ExecShapes(json.loads(schema.read_bytes()))
    return {
        root.scenarios / "drift" / f"{case.name}.yaml": document(case)
        for case in cases(shapes, recorded)
    }


def differences(root: Root) -> list[str]:
    """What of the generated files is not on disk as it would be made: one sentence a file, empty when all agree."""
    wanted = generated(root)
    found = {path: path.read_bytes().decode() for path in _on_disk(root)}
    sentences: list[str] = []
    for path in sorted(wanted.keys() | found.keys()):
        name = path.relative_to(root.scenarios).as_posix()
        if path not in found:
            state = "is not generated" if path.exists() else "is missing"
            sentences.append(f"{name} {state}")
        elif path not in wanted:
            sentences.append(f"{name} says that it is generated and is not")
        elif found[path] != wanted[path]:
            sentences.append(f"{name} differs from what is generated")
    return sentences


def write(root: Root) -> int:
    """Write all generated files and remove those that are made no more; returns their number."""
    wanted = generated(root)
    for path in _on_disk(root):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        write_atomically(path, text.encode())
    return len(wanted)


def _on_disk(root: Root) -> list[Path]:
    return [
        path
        for path in sorted(root.scenarios.rglob("*.yaml"))
        if path.read_bytes().startswith(HEADER.encode())
    ]
