"""Driver processes that are good, and bad in each way there is."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from harness.errors import DriverFault, HarnessFault, RuntimeMissing
from harness.jsonvalue import PAIRS
from harness.subjects.base import (
    Done,
    DriverBroke,
    HostCrashed,
    HostHung,
    Install,
    JsonObject,
    NotApplicable,
)
from harness.subjects.driver import DEFINITIONS, STDERR_KEPT
from harness.subjects.install import environment
from harness.subjects.packager import MARKER
from tests.subjects.fake import ROOT, TURN, bounded, fake, play, request, session, start

pytestmark = pytest.mark.process


def hello_of(way: str, **changes: object) -> str:
    """What the session says when its driver is asked for hello; the hello's SDK, or the error."""

    async def work() -> str:
        async with session(way, **changes) as opened:
            return (await opened.hello(5)).sdk

    try:
        return bounded(work())
    except DriverFault as error:
        return str(error)


def test_a_driver_says_what_it_is() -> None:
    """Provenance: driver schema, hello."""

    async def work() -> tuple[object, object]:
        async with session("good") as opened:
            hello = await opened.hello(5)
            return hello.capabilities, (opened.hello_message or {})["version"]

    assert bounded(work()) == ({"run", "stream"}, "1.0")


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("exits at once", "the driver ended instead of answering (exit 0)"),
        ("crashes at the start", "no module named fake_sdk"),
        ("echoes", 'no message of the protocol: \'{"op": "hello", "protocol": 1}\''),
        ("answers hello with driver_error", "`driver_error` in answer to hello: no hello here"),
    ],
)
def test_a_driver_without_a_hello_is_at_fault_and_quoted(way: str, sentence: str) -> None:
    """Provenance: ours; the null gate: a driver that does nothing passes nothing."""
    assert sentence in hello_of(way)


def test_a_driver_that_says_nothing_is_given_up() -> None:
    """Provenance: ours; every wait is bounded."""

    async def work() -> None:
        async with session("says nothing") as opened:
            await opened.hello(0.2)

    with pytest.raises(DriverFault, match=r"said nothing within 0\.2 s"):
        bounded(work())


def test_a_driver_that_reaches_another_version_than_its_pins_is_at_fault(tmp_path: Path) -> None:
    """Provenance: ours; a comparison that names the wrong version is worse than none."""
    subject = fake("good", version="2.0", install=Install(kind="pip", pins="driver.py"))
    installed = environment(subject, tmp_path)
    installed.mkdir(parents=True)
    (installed / MARKER).write_text("{}", "utf-8")

    async def work() -> None:
        opened = await start(subject, home=tmp_path)
        try:
            await opened.hello(5)
        finally:
            await opened.close()

    with pytest.raises(DriverFault, match=r"reaches fake 1\.0, subject\.toml says fake 2\.0"):
        bounded(work())


def test_a_runtime_older_than_the_subject_needs_is_missing() -> None:
    """Provenance: subject schema, `runtime_min`; the fake says python 3.11.0."""

    async def work() -> None:
        async with session("good", runtime_min=(3, 12), get="Get a newer one.") as opened:
            await opened.hello(5)

    with pytest.raises(
        RuntimeMissing, match=r"python 3\.11\.0 is too old @ fake\s+Get a newer one\."
    ):
        bounded(work())


def test_a_command_that_is_not_there_is_a_missing_runtime() -> None:
    """Provenance: ours."""
    with pytest.raises(RuntimeMissing, match="no-such-program"):
        bounded(start(fake("good", command=("no-such-program",))))


def test_a_good_driver_plays_run_after_run_and_every_message_is_handed_on() -> None:
    """Provenance: driver protocol, the play step by step."""

    async def work() -> list[tuple[object, list[str]]]:
        async with session("good") as opened:
            blocking: JsonObject = {**TURN, "turn": 1, "mode": "run"}
            plays = [await play(opened, TURN, blocking), await play(opened)]
            assert opened.usable
            return [(end, [str(message["kind"]) for message in heard]) for end, heard in plays]

    streamed = ["gate", "event", "end", "thread_id", "gate"]
    assert bounded(work()) == [
        (Done(), [*streamed, "result", "thread_id", "gate"]),
        (Done(), streamed),
    ]


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (
            "writes garbage",
            "not JSON (Expecting value: line 1 column 1 (char 0)): 'Traceback or debug print'",
        ),
        ("writes NaN", "not JSON (NaN is not JSON)"),
        ("writes a key twice", "no message of the protocol: "),
        ("writes a list", "no message of the protocol: '[1]'"),
        (
            "sends a message without its fields",
            "`gate` does not fit schemas/driver.json at $: 'gate' is a required",
        ),
        ("skips a gate", "`event` at the start of a turn in mode stream"),
        ("speaks at a closed gate", "at the closed gate `created`"),
        ("says driver_error", "driver_error: KeyError: consume"),
        ("speaks after done", "not silent after the end of the run"),
        ("closes its stdout", "the driver closed its stdout and lives on"),
    ],
)
def test_a_driver_that_breaks_the_protocol_is_a_value_and_is_dead(way: str, sentence: str) -> None:
    """Provenance: DESIGN: a broken driver is a driver_error, never a verdict on the SDK."""

    async def work() -> tuple[object, bool, bool]:
        async with session(way) as opened:
            end, _ = await play(opened)
            return end, opened.usable, psutil.pid_exists(opened.pid)

    end, usable, lives = bounded(work())

    assert isinstance(end, DriverBroke)
    assert sentence in end.message
    assert (usable, lives) == (False, False)


def test_a_host_that_crashes_is_told_with_status_and_the_end_of_its_stderr() -> None:
    """Provenance: ours; an SDK may take its host down, and that must be seen (PROTOCOLS.md 2.5, unhandled EPIPE)."""

    async def work() -> object:
        async with session("crashes in a run") as opened:
            return (await play(opened))[0]

    assert bounded(work()) == HostCrashed(returncode=7, stderr="Error: write EPIPE\n")


def test_a_host_that_exits_at_a_closed_gate_has_crashed() -> None:
    """Provenance: ours."""

    async def work() -> object:
        async with session("exits at a closed gate") as opened:
            return (await play(opened))[0]

    assert bounded(work()) == HostCrashed(returncode=7, stderr="")


def test_a_host_that_hangs_is_killed_at_the_deadline() -> None:
    """Provenance: ours; scenario schema, `deadline`."""

    async def work() -> tuple[object, bool]:
        async with session("hangs in a run") as opened:
            end, _ = await play(opened, deadline_s=0.3)
            return end, psutil.pid_exists(opened.pid)

    assert bounded(work()) == (HostHung(seconds=0.3), False)


def test_a_driver_may_say_that_a_scenario_is_not_applicable_and_is_used_again() -> None:
    """Provenance: driver schema, not_applicable."""

    async def work() -> tuple[object, bool]:
        async with session("refuses politely") as opened:
            return (await play(opened))[0], opened.usable

    assert bounded(work()) == (NotApplicable(reason="no streams", issue="x#1"), True)


def test_a_flood_on_stderr_neither_blocks_nor_grows() -> None:
    """Provenance: driver protocol, stderr is free; six million bytes of it here."""

    async def work() -> tuple[object, str]:
        async with session("floods stderr") as opened:
            end, _ = await play(opened)
            return end, opened.stderr_tail()

    end, tail = bounded(work())

    assert end == Done()
    assert tail.endswith("the end of it")
    assert len(tail) == STDERR_KEPT


@pytest.mark.requirement("P-29")
def test_a_line_of_two_million_characters_arrives_whole() -> None:
    """Provenance: PROTOCOLS.md 1.1: a line has no limit."""

    async def work() -> tuple[object, JsonObject]:
        async with session("sends a huge line") as opened:
            end, heard = await play(opened)
            return end, heard[1]

    end, event = bounded(work())

    assert end == Done()
    assert event["event"] == {"text": "x" * 2_000_000}


def test_an_event_with_a_key_twice_is_handed_on_with_both() -> None:
    """Ours: an SDK may hand on bytes that it never parsed; the last alone would look like an event without the fault."""

    async def work() -> tuple[object, JsonObject]:
        async with session("hands on a key twice") as opened:
            end, heard = await play(opened)
            return end, heard[1]

    end, event = bounded(work())

    assert end == Done()
    assert event["event"] == {PAIRS: [["a", 1], ["a", 2]]}


def test_a_driver_that_exits_after_done_has_crashed_in_the_run_after() -> None:
    """Provenance: ours; what was done stays done."""

    async def work() -> list[object]:
        async with session("exits after done") as opened:
            return [(await play(opened))[0], (await play(opened))[0]]

    assert bounded(work()) == [Done(), HostCrashed(returncode=0, stderr="")]


def test_a_cancel_reaches_the_driver_while_it_plays() -> None:
    """Provenance: driver protocol, `cancel` may arrive at any time during a turn."""

    async def work() -> tuple[object, list[object]]:
        async with session("waits for cancel") as opened:
            await opened.cancel()
            kinds: list[object] = []

            async def hear(message: JsonObject) -> None:
                kinds.append(message["kind"])
                if message["kind"] == "event":
                    await opened.cancel()

            return await opened.run(request(TURN), hear, 10), kinds

    assert bounded(work()) == (Done(), ["gate", "event", "error", "thread_id", "gate"])


def test_an_error_of_the_listener_ends_the_driver_and_comes_through() -> None:
    """Provenance: ours; nothing is left running when the harness fails."""

    async def work() -> int:
        async with session("good") as opened:

            async def hear(_: JsonObject) -> None:
                raise TimeoutError("of the listener")

            with pytest.raises(TimeoutError, match="of the listener"):
                await opened.run(request(TURN), hear, 10)
            assert not opened.usable
            return opened.pid

    assert not psutil.pid_exists(bounded(work()))


def test_a_request_that_does_not_fit_the_schema_is_our_fault_and_not_sent() -> None:
    """Provenance: DESIGN: both sides are validated."""

    async def work() -> None:
        async with session("good") as opened:
            with pytest.raises(HarnessFault, match="run request that does not fit"):
                await opened.run({"client": {}, "steps": []}, _ignore, 10)
            assert opened.usable

    bounded(work())


async def _ignore(_: JsonObject) -> None:
    return None


def test_a_driver_that_ignores_bye_is_killed_when_the_session_is_closed() -> None:
    """Provenance: ours; no process is left."""

    async def work() -> int:
        async with session("ignores bye") as opened:
            await opened.hello(5)
            return opened.pid

    assert not psutil.pid_exists(bounded(work()))


def test_closing_twice_is_no_error() -> None:
    """Provenance: ours."""

    async def work() -> str:
        async with session("good") as opened:
            await opened.close()
        return repr(opened)

    assert "returncode=0> run=None usable=False" in bounded(work())


def test_every_message_of_the_schema_has_a_definition_to_be_checked_against() -> None:
    """Provenance: driver schema, message."""
    schema = json.loads((ROOT.schemas / "driver.json").read_bytes())["$defs"]
    for kind, name in DEFINITIONS.items():
        definition = schema
        for part in name.split("/"):
            definition = definition[int(part)] if isinstance(definition, list) else definition[part]
        stated = definition["properties"]["kind"]
        assert kind in stated.get("enum", [stated.get("const")])

    members = {one["$ref"].rpartition("/")[2] for one in schema["message"]["oneOf"]}
    assert members == {name.split("/")[0] for name in DEFINITIONS.values()}
