"""The line reader's law through real processes: however codex' bytes are cut, the reference client shows the same, or one named error."""

from __future__ import annotations

import json
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.client.options import CodexOptions
from harness.client.thread import Codex
from harness.errors import BadLine
from harness.jsonvalue import JsonValue
from tests.mock_codex.processes import build
from tests.pair import bounded, read

AWKWARD = st.lists(
    st.sampled_from(
        [b"\n", b"\r\n", b"\r", b'{"type":"a"}', b'{"type":"error","message":"\xe2\x80\xa8\xf0\x9f\x8e\x89"}', b'{"a":"\xff"}',
         b"[1,2]", b"{", b"null", b"\xef\xbb\xbf", b"\x00", b" ", b"NaN"]
    ),
    max_size=8,
).map(b"".join)  # fmt: skip
STREAMS = st.lists(
    st.tuples(AWKWARD | st.binary(max_size=40), st.lists(st.integers(0, 200), max_size=6)),
    min_size=10,
    max_size=10,
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """The bytes cut at these places."""
    marks = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    return [data[start:stop] for start, stop in pairwise(marks)]


def script(parts: list[bytes]) -> dict[str, object]:
    """A mock that writes these bytes, one write each."""
    return {"turns": [{"do": [{"hex": part.hex()} for part in parts if part]}]}


def shown(codex: Path) -> tuple[list[JsonValue], tuple[str, str] | None]:
    """The events of one turn, and the class and text of the error that ended it."""
    client = Codex(CodexOptions(codex_path_override=str(codex)))
    events, error = bounded(read(client.start_thread().run_streamed("x")))
    return events, None if error is None else (type(error).__name__, str(error))


@pytest.mark.requirement("R2-15", "F24")
@pytest.mark.process
@pytest.mark.timeout(300)
@settings(max_examples=4, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
@given(streams=STREAMS)
def test_the_reference_shows_the_same_for_any_cut_of_the_same_bytes(
    streams: list[tuple[bytes, list[int]]],
) -> None:
    """Provenance: issue text; ten streams in three cuts per example."""
    scripts: dict[str, object] = {}
    for number, (data, cuts) in enumerate(streams):
        scripts[f"{number}/whole"] = script([data])
        scripts[f"{number}/cut"] = script(pieces(data, cuts))
        scripts[f"{number}/bytes"] = script([data[at : at + 1] for at in range(len(data))])
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        done = build(Path(folder), scripts)
        assert done.returncode == 0, done.stderr
        built = {
            line["name"]: Path(line["codex"])
            for line in map(json.loads, done.stdout.split("\n")[:-1])
        }
        for number, (data, _) in enumerate(streams):
            whole, cut, single = (
                shown(built[f"{number}/{how}"]) for how in ("whole", "cut", "bytes")
            )
            assert whole == cut == single, data
            assert whole[1] is None or whole[1][0] == BadLine.__name__, data
