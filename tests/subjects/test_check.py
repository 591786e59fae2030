"""The probes of a driver: each of them fails for a driver that is bad in just that way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue
from harness.subjects.base import HostHung, JsonObject
from harness.subjects.check import EXECUTABLE, SCRIPTS, STARTS, THREAD_ID, VALUES, Row, check, play
from harness.subjects.driver import DriverSession
from harness.wire.schemas import SchemaSet
from tests.subjects.fake import ROOT, SCHEMAS, bounded, fake, start
from tests.subjects.memory import MemorySession

FAKE_CODEX = """
import json, sys
for action in json.loads({script!r}):
    sys.stdout.buffer.write((action.get("json", "") + "\\n").encode())
    sys.stderr.write(action.get("stderr", ""))
"""


@pytest.fixture
def mock(tmp_path: Path) -> Path:
    """What `mock-codex build` would make of the scripts; the fake driver starts codex with Python."""
    for name, script in SCRIPTS.items():
        ((only,),) = [cast("JsonObject", script).values()]
        (turn,) = cast("list[JsonObject]", only)
        codex = tmp_path / name / EXECUTABLE
        codex.parent.mkdir()
        codex.write_text(FAKE_CODEX.format(script=json.dumps(turn["do"])), "utf-8")
    return tmp_path


def probes(way: str, mock: Path) -> dict[str, Row]:
    """The rows of a check of the fake driver."""

    async def connect() -> DriverSession:
        opened = await start(fake(way))
        await opened.hello(5)
        return opened

    return {row.probe: row for row in bounded(check(connect, mock))}


UNKNOWN_OP = "answers an unknown op with driver_error and lives on"
IDLE_CANCEL = "ignores a cancel when nothing runs"
BYE = "exits with 0 on bye"
VALUES_WHOLE = "hands on every value, or declares what its SDK's types lose"
THREAD_IDS = "hands on the thread id in each mode"


@pytest.mark.process
def test_a_good_driver_passes_every_probe(mock: Path) -> None:
    """Provenance: driver protocol."""
    rows = probes("good", mock)

    assert {probe: row.detail for probe, row in rows.items()} == dict.fromkeys(rows, "")
    assert len(rows) == 10


@pytest.mark.process
def test_a_driver_that_never_starts_codex_fails_the_probes_of_what_codex_wrote() -> None:
    """Provenance: the null gate."""
    rows = probes("good", Path("/no/mock"))

    assert {probe for probe, row in rows.items() if not row.passed} == {VALUES_WHOLE, THREAD_IDS}


@pytest.mark.process
@pytest.mark.parametrize(
    ("way", "probe", "detail"),
    [
        ("takes any op", UNKNOWN_OP, "answered an unknown op with `hello`"),
        ("complains of an idle cancel", IDLE_CANCEL, "answered `driver_error` to a cancel without a run"),
        ("exits with 3", BYE, "exited with 3; exit with 0"),
        ("invents a thread id", THREAD_IDS, f"thread_id in mode run is 't'; codex wrote '{THREAD_ID}'"),
        ("loses integers in secret", VALUES_WHOLE, "loses big_int, int_float and does not say so\n  Hand the value on"),
        ("declares a loss too many", VALUES_WHOLE, "declares null_absent in `cannot_express` and loses nothing of it"),
        ("changes a value", VALUES_WHOLE, "in mode run a value of codex is handed on changed at $.arguments.text"),
        ("drops an item", VALUES_WHOLE, "codex completed 3 items, 2 were handed on"),
    ],
)  # fmt: skip
def test_a_driver_that_is_bad_in_one_way_fails_that_probe_and_no_other(
    way: str, probe: str, detail: str, mock: Path
) -> None:
    """Provenance: ours, small bad drivers."""
    rows = probes(way, mock)

    assert [name for name, row in rows.items() if not row.passed] == [probe]
    assert rows[probe].detail.startswith(detail)


@pytest.mark.process
@pytest.mark.parametrize("way", ["exits at once", "crashes at the start", "echoes"])
def test_a_driver_that_does_not_start_has_one_row(way: str) -> None:
    """Provenance: the null gate."""
    (row,) = probes(way, Path("/no/mock")).values()

    assert (row.probe, row.passed) == (STARTS, False)
    assert row.detail


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_of_the_probes_are_scripts_of_scenarios(name: str) -> None:
    """Provenance: schemas/scenario.json, script."""
    scenario = json.loads((ROOT.schemas / "scenario.json").read_bytes())
    script = SchemaSet({"script": {"$ref": "#/$defs/script", "$defs": scenario["$defs"]}})

    assert script.first_problem("script", SCRIPTS[name]) is None


def test_the_probed_values_hold_what_a_language_may_lose() -> None:
    """Provenance: driver schema, cannot_express; PROTOCOLS.md 1.1 for U+2028."""
    first, second = (json.loads(line)["item"] for line in VALUES)

    assert first["arguments"]["big"] == 2**70 + 1
    assert isinstance(first["arguments"]["float"], float)
    assert "result" not in first
    assert second["result"] is None
    assert "\u2028" in VALUES[0]
    assert "\\ud800" in VALUES[0]


def turn(*messages: JsonObject) -> Sequence[JsonObject]:
    """A whole play of one blocking turn with these messages as its outcome."""
    ended: JsonObject = {"kind": "gate", "gate": "ended", "turn": 0}
    return [*messages, {"kind": "thread_id", "turn": 0, "thread_id": "t"}, ended, {"kind": "done"}]


def test_a_play_hands_back_the_messages_of_its_turn_without_gates() -> None:
    """Provenance: ours."""
    result: JsonObject = {"kind": "result", "turn": 0, "result": {}}
    session = MemorySession(turn(result))

    heard = bounded(play(session, Path("/codex"), "run"))

    assert [message["kind"] for message in heard] == ["result", "thread_id"]
    assert session.cancels == 0
    steps = cast("list[JsonValue]", session.requests[0]["steps"])
    assert SCHEMAS.first_problem("driver#step", steps[1]) is None


def test_a_play_that_is_to_be_aborted_cancels() -> None:
    """Provenance: scenario schema, abort: when_hanging."""
    error: JsonObject = {"kind": "error", "turn": 0, "error": {"class": "E", "message": "m"}}
    session = MemorySession(turn(error))

    bounded(play(session, Path("/codex"), "run", consume={"abort": "when_hanging"}))

    assert session.cancels > 0


def test_a_play_that_does_not_end_well_is_the_drivers_fault() -> None:
    """Provenance: ours."""
    with pytest.raises(DriverFault, match=r"did not end with `done`: HostHung\(seconds=15\.0\)"):
        bounded(play(MemorySession(HostHung(seconds=15.0)), Path("/codex"), "run"))
