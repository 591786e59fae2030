"""The probes of a driver: each of them fails for a driver that is bad in just that way, and for no other.

The good driver is the Python skeleton as `codex-parity driver new` writes it; a bad one is a copy with one place changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.root import find_root
from harness.runner.probing import probe_driver
from harness.subjects import skeleton
from harness.subjects.base import load_subject
from harness.subjects.bench import Row
from harness.subjects.check import PROBES, STARTS, check
from harness.subjects.driver import DriverSession
from harness.subjects.probe_claims import CLAIMS
from harness.subjects.probe_scripts import SCRIPTS, SEPARATORS, VALUES
from harness.wire.schemas import SchemaSet
from tests.subjects.fake import ROOT, SCHEMAS, bounded

PATIENCE_S = 4.0
pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def driver(folder: Path, changes: tuple[tuple[str, str], ...] = ()) -> Path:
    """The Python skeleton in a folder, each change (old, new) made once in the file that holds it."""
    skeleton.write("python", "probed", folder)
    for old, new in changes:
        (file,) = [path for path in folder.iterdir() if old in path.read_text("utf-8")]
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    return folder


def rows(folder: Path, *only: str) -> dict[str, Row]:
    """The rows of a check of the driver in a folder; of these probes only, where some are named."""
    subject = load_subject(folder, SCHEMAS)
    home = find_root().home
    work = probe_driver(subject, SCHEMAS, home, PATIENCE_S, only or None)
    return {row.probe: row for row in bounded(work, 170)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A driver that is bad in one way: the probe that must fail and what it must say."""

    probe: str
    says: str
    changes: tuple[tuple[str, str], ...]


UNKNOWN_OP = "answers an unknown op with driver_error and lives on"
NOT_JSON = "answers a line that is not JSON with driver_error and lives on"
NO_REQUEST = "answers JSON that is no request with driver_error and lives on"
BAD_TEXT = "survives invalid UTF-8 and a lone surrogate in a request"
TWO_RUNS = "plays two runs one after the other in each mode, while codex writes to stderr"
TWO_TURNS = "plays two turns on one thread, each with its number"
THREAD = "hands on the thread id in each mode"
FLUSH = "hands each event on at once: flushes every line"
GATES = "is silent at each closed gate"
VALUE = "hands on every value, or declares what its SDK's types lose"
BYE_IN_TURN = "exits with 0 on bye while a turn runs"

BAD = {
    "names another version": Bad(
        probe="says what subject.toml says: its SDK and version",
        says="hello says version '0.0.1', subject.toml says '0.0.0'",
        changes=(('"version": "0.0.0"', '"version": "0.0.1"'),),
    ),
    "takes any op": Bad(
        probe=UNKNOWN_OP,
        says='answers an unknown op with {"kind": "hello"',
        changes=(
            (
                'raise ValueError(f"unknown op {unknown}")',
                'send("hello", protocol=1, **FACTS)',
            ),
        ),
    ),
    "dies of a line that is not JSON": Bad(
        probe=NOT_JSON,
        says="the driver ended instead of answering",
        changes=(
            (
                "except (ValueError, LookupError, TypeError) as error:",
                """except (LookupError, TypeError, json.JSONDecodeError) as error:
                if isinstance(error, json.JSONDecodeError):
                    break""",
            ),
        ),
    ),
    "dies of JSON that is no request": Bad(
        probe=NO_REQUEST,
        says="the driver ended instead of answering",
        changes=(
            ("except (ValueError, LookupError, TypeError)", "except (ValueError, LookupError)"),
        ),
    ),
    "dies of a lone surrogate": Bad(
        probe=BAD_TEXT,
        says="the driver ended instead of answering",
        changes=(
            ("request = json.loads(line)", "request = json.loads(line.decode('latin-1'))"),
            (
                'raise ValueError(f"unknown op {unknown}")',
                'os._exit(3) if "\\ud800" in str(unknown) else None; raise ValueError(f"unknown op {unknown}")',
            ),
        ),
    ),
    "claims no mode": Bad(
        probe="can play a turn: claims run or stream",
        says="hello claims neither run nor stream",
        changes=(('"run", "stream", ', ""),),
    ),
    "keeps the events of the run before": Bad(
        probe=TWO_RUNS,
        says="the same run again, in mode stream, gives",
        changes=(
            ("async for event in events:", "async for event in self.kept(events):"),
            (
                "    async def read(",
                """    old: list[Json] = []

    async def kept(self, events: Any) -> AsyncGenerator[Any]:
        for event in self.old:
            yield event
        async for event in events:
            self.old.append(event)
            yield event

    async def read(""",
            ),
        ),
    ),
    "numbers every turn 0": Bad(
        probe=TWO_TURNS,
        says="of turn 0 during turn 1",
        changes=(('"turn": step["turn"]}', '"turn": 0}'),),
    ),
    "invents a thread id": Bad(
        probe=THREAD,
        says="thread_id in mode run is 't'; codex wrote",
        changes=(("thread_id=thread.id", 'thread_id="t"'),),
    ),
    "goes through a closed gate": Bad(
        probe=GATES,
        says="speaks at the closed gate `created`",
        changes=(("await self.gate.wait()", "pass"),),
    ),
    "keeps events back until the turn is over": Bad(
        probe=FLUSH,
        says="codex wrote 2 events and works on; 0 were handed on",
        changes=(
            ("async for event in events:", "for event in [event async for event in events]:"),
        ),
    ),
    "reads on after it was to leave": Bad(
        probe="leaves the stream after the events that were asked for",
        says="an event after the 2 that were asked for",
        changes=(('seen == consume.get("stop_after")', "False"),),
    ),
    "claims to pause and does not": Bad(
        probe="pauses in the middle of a stream and reads on",
        says="asked to pause after 1 of 5 events it hands on 5, with the gates ['created', 'ended']",
        changes=(('seen == consume.get("pause_after")', "False"),),
    ),
    "sends gates in turns together": Bad(
        probe="plays two turns together, their messages told apart",
        says='two turns together end with {"kind": "gate"',
        changes=(("gates=False) for turn", "gates=True) for turn"),),
    ),
    "cancels every turn": Bad(
        probe="cancels only the turn that asks for it, of two together",
        says="a cancel",
        changes=(('if consume.keys() & {"abort", "abort_after"}:', "if True:"),),
    ),
    "takes a lone surrogate for no request": Bad(
        probe="takes a prompt with a lone surrogate, or says that its language cannot",
        says='answers a run whose prompt has a lone surrogate with {"kind": "driver_error"',
        changes=(("request = json.loads(line)", "request = json.loads(line.replace(b'ud800', b'x'))"),),
    ),
    "goes over an unknown step": Bad(
        probe="refuses a step that it does not know",
        says='goes over an unknown step: {"kind": "done"',
        changes=(('raise ValueError(f"unknown step {unknown}")', "pass"),),
    ),
    "goes over an unknown way to consume": Bad(
        probe="refuses a way to consume that it does not know",
        says="goes over an unknown `consume`",
        changes=(('raise ValueError(f"unknown consume {unknown}")', "pass"),),
    ),
    "says end where the SDK raised": Bad(
        probe="hands on an error with its class, and lives on",
        says="a codex that does not exist ends a turn in mode run with",
        changes=(
            ('send("error", error=describe(error), **where)', 'send("result", result={}, **where)'),
        ),
    ),
    "has no class for its errors": Bad(
        probe="hands on an error with its class, and lives on",
        says="an error without a class",
        changes=(('"class": type(error).__name__', '"class": ""'),),
    ),
    "complains of a cancel when nothing runs": Bad(
        probe="ignores a cancel when nothing runs",
        says='answers a cancel without a run with {"kind": "driver_error"',
        changes=(
            (
                'case "cancel":',
                """case "cancel" if not self.cancels:
                raise ValueError("nothing runs")
            case "cancel":""",
            ),
        ),
    ),
    "claims to cancel before the start and does not": Bad(
        probe="cancels before the start",
        says="a turn in mode run that was cancelled before it began ends with",
        changes=(('consume.get("abort") == "before_start"', "False"),),
    ),
    "does not hear a cancel": Bad(
        probe="reads its stdin while a turn runs: a cancel ends a turn that hangs",
        says="the run had not ended after 4 s",
        changes=(("self.cancels.add(cancelled)", "pass"),),
    ),
    "complains of a second cancel": Bad(
        probe="takes a second cancel of the same turn quietly",
        says="driver_error",
        changes=(
            (
                "                    cancelled.set()\n            case",
                """                    if cancelled.is_set():
                        raise ValueError("again")
                    cancelled.set()
            case""",
            ),
        ),
    ),
    "goes over abort_after": Bad(
        probe="cancels by itself after the events that were asked for",
        says="the run had not ended after 4 s",
        changes=(('seen == consume.get("abort_after")', "False"),),
    ),
    "loses integers in secret": Bad(
        probe=VALUE,
        says="loses big_int, int_float and does not say so",
        changes=(("event = json.loads(line)", "event = json.loads(line, parse_int=float)"),),
    ),
    "declares a loss too many": Bad(
        probe=VALUE,
        says="declares null_absent in `cannot_express` and loses nothing of it",
        changes=(('"cannot_express": []', '"cannot_express": ["null_absent"]'),),
    ),
    "changes a value": Bad(
        probe=VALUE,
        says="in mode run a value of codex is handed on changed at $.arguments.text",
        changes=(
            (
                "event = json.loads(line)",
                """event = json.loads(line.replace(b'"text":"1"', b'"text":"2"'))""",
            ),
        ),
    ),
    "drops an item": Bad(
        probe=VALUE,
        says="codex completed 3 items, 2 were handed on in mode run",
        changes=(('told["items"].append(item)', 'told["items"][1:] = [item]'),),
    ),
    "cuts a text at a separator": Bad(
        probe="hands on U+2028, U+2029 and U+0085 inside a text",
        says=r"is handed on as 'abc\x85d'",
        changes=(
            (
                "event = json.loads(line)",
                'event = json.loads(line.decode().replace("\\u2028", "").replace("\\u2029", ""))',
            ),
        ),
    ),
    "dies of a lone surrogate in an event": Bad(
        probe="survives a lone surrogate in an event",
        says="the driver ended in the middle of a run (exit 7)",
        changes=(
            ("event = json.loads(line)", "event = json.loads(line) if b'ud800' not in line else os._exit(7)"),
            ("import json\nimport sys", "import json\nimport os\nimport sys"),
        ),
    ),
    "cuts a huge prompt": Bad(
        probe="takes a prompt of 1 MiB",
        says="a prompt of 1048576 characters does not reach codex whole in mode run",
        changes=(('text.encode("utf-8", "replace")', 'text.encode("utf-8", "replace")[:65536]'),),
    ),
    "leaves out a huge event": Bad(
        probe="hands on an event of 1 MiB",
        says="an event of 1048576 bytes is not handed on in mode run",
        changes=(
            ("event = json.loads(line)", "if len(line) > 65536:\n                    continue\n                event = json.loads(line)"),
        ),
    ),
    "claims an option that it does not hand over": Bad(
        probe="does what it claims: every option reaches codex",
        says="1 of 3 claimed options do not reach codex: thread.model",
        changes=(('"thread.skip_git_repo_check",', '"thread.skip_git_repo_check", "thread.model",'),),
    ),
    "exits with 3": Bad(
        probe="exits with 0 on bye",
        says="exits with 3",
        changes=(('if request["op"] == "bye":\n                    break', 'if request["op"] == "bye":\n                    os._exit(3)'),),
    ),
    "lives on without its stdin": Bad(
        probe="exits with 0 at the end of its stdin",
        says="still lives 5 s later",
        changes=(
            ("        if self.playing is not None:  #", "        if not line:\n            await asyncio.Event().wait()\n        if self.playing is not None:  #"),
        ),
    ),
    "waits for its turn before it leaves": Bad(
        probe=BYE_IN_TURN,
        says="still lives 5 s later",
        changes=(("self.playing.cancel()", "pass"),),
    ),
}  # fmt: skip


def test_the_good_driver_passes_every_probe(tmp_path: Path) -> None:
    """Provenance: issue 3, item 7: green before anything is replaced."""
    found = rows(driver(tmp_path / "good"))

    assert {row.probe: row.detail for row in found.values() if row.outcome != "pass"} == {}
    assert len(found) == len(PROBES) + 1
    assert len(found) >= 12


@pytest.mark.parametrize("way", BAD)
def test_a_driver_that_is_bad_in_one_way_fails_that_probe(way: str, tmp_path: Path) -> None:
    """Provenance: ours, miniatures of bad drivers."""
    bad = BAD[way]
    found = rows(driver(tmp_path / "bad", bad.changes), bad.probe)[bad.probe]

    assert (found.outcome, found.detail) == ("fail", found.detail)
    assert bad.says in found.detail
    assert found.fix


def test_every_probe_has_a_driver_that_fails_it() -> None:
    """Provenance: TESTING.md; a check that cannot fail is none."""
    assert {title for title, _ in PROBES} == {bad.probe for bad in BAD.values()}


def test_what_a_driver_does_not_claim_is_counted_as_not_run(tmp_path: Path) -> None:
    """Provenance: issue 3, item 7: a probe that cannot run is no pass."""
    less = (
        ("*(\"run\", \"stream\", \"resume\", \"cancel\", \"cancel_before_start\", \"pause\", \"concurrent\"),", '"run",'),
        ('        "thread.skip_git_repo_check",\n', ""),
    )  # fmt: skip
    found = rows(driver(tmp_path / "less", less))

    assert {row.detail for row in found.values() if row.outcome == "not run"} == {
        "hello claims no stream",
        "hello claims no cancel_before_start",
        "hello claims no option",
        "hello claims no concurrent",
        "hello claims no stream, cancel",
        "hello claims no stream, pause",
        "hello claims no concurrent, stream, cancel",
    }
    assert [row.detail for row in found.values() if row.outcome == "fail"] == []


def test_a_driver_that_does_not_start_has_one_row_with_its_stderr(tmp_path: Path) -> None:
    """Provenance: the null gate."""
    broken = (("from sdk import FACTS, Thread", "from no_such_sdk import FACTS, Thread"),)
    (row,) = rows(driver(tmp_path / "broken", broken)).values()

    assert (row.probe, row.outcome) == (STARTS, "fail")
    assert "No module named 'no_such_sdk'" in row.fix


def test_a_failure_shows_the_last_line_of_the_driver(tmp_path: Path) -> None:
    """Provenance: issue 3, item 7: the offending line."""
    found = rows(driver(tmp_path / "bad", BAD["invents a thread id"].changes), THREAD)

    assert (found[THREAD].line or "").startswith('{"kind": "done"')


def test_a_missing_runtime_is_no_verdict_on_a_driver() -> None:
    """Provenance: errors.py, RuntimeMissing: at fault is the machine."""

    async def connect() -> DriverSession:
        raise RuntimeMissing("no toolchain")

    with pytest.raises(RuntimeMissing, match="no toolchain"):
        bounded(check(connect, Path("/no/mock")))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_of_the_probes_are_scripts_of_scenarios(name: str) -> None:
    """Provenance: schemas/scenario.json, script."""
    scenario = json.loads((ROOT.schemas / "scenario.json").read_bytes())
    script = SchemaSet({"script": {"$ref": "#/$defs/script", "$defs": scenario["$defs"]}})

    assert script.first_problem("script", SCRIPTS[name]) is None


def test_the_probed_values_hold_what_a_language_may_lose() -> None:
    """Provenance: driver schema, cannot_express; PROTOCOLS.md 1.1 for the separators."""
    first, second = (json.loads(line)["item"] for line in VALUES)

    assert first["arguments"]["big"] == 2**70 + 1
    assert isinstance(first["arguments"]["float"], float)
    assert "result" not in first
    assert second["result"] is None
    assert len(f"x{SEPARATORS}x".splitlines()) == 4


def test_every_option_of_the_protocol_has_a_probe() -> None:
    """Provenance: schemas/driver.json, capability; those without a dot have probes of their own."""
    schema = json.loads((ROOT.schemas / "driver.json").read_bytes())
    options = {name for name in schema["$defs"]["capability"]["enum"] if "." in name}

    assert options <= CLAIMS.keys()
