"""IO: the evidence that is kept in ``fixtures/fidelity``."""

from __future__ import annotations

from harness.real.evidence import Evidence, parse
from harness.real.versions import key
from harness.root import Root
from harness.storage import read_text


def read_evidence(root: Root) -> tuple[Evidence, ...]:
    """What runs of released binaries confirmed, the oldest release first; none where nobody ran any.

    Raises:
        HarnessFault: a file is not one of ours.
    """
    found = []
    for path in root.fidelity.glob("*.json"):
        text = read_text(path)
        if text is not None:
            found.append(parse(text, str(path)))
    return tuple(sorted(found, key=lambda one: key(one.codex)))
