"""The bytes of a script, computed without the mock; ``tests/fixtures/test_scripts_play.py`` compares them with it."""

from __future__ import annotations

from harness.coverage.lines import bytes_of_turns, lines_of_turns
from harness.jsonvalue import JsonValue
from tests.coverage.scripts import scenario

USAGE: JsonValue = {"turn_completed": {"usage": {"input_tokens": 2}}}


def test_every_action_that_writes_gives_its_bytes() -> None:
    """Provenance: ``schemas/scenario.json``, the actions of a script."""
    found = scenario(
        {"thread_started": {}},
        {"line": {"a": "\u2028"}},
        {"eol": "\r\n"},
        {"json": '{"a":1.0}'},
        {"raw": "r"},
        {"hex": "ff0a"},
        {"item": {"event": "started", "ref": "a", "body": {"type": "web_search", "id": "ws_1"}}},
        {"item": {"event": "completed", "ref": "b", "body": {"type": "x"}}},
        {"item": {"event": "completed", "ref": "a", "body": {"type": "web_search"}}},
        {"split": {"json": "{}", "at": [1]}},
        {"fill": {"json": '"%FILL%"', "bytes": 7, "with": "ab"}},
        {"fill": {"json": '"%FILL%"', "bytes": 4}},
        {"repeat": {"times": 2, "json": "[%N%]"}},
        {"stderr": "noise"},
        USAGE,
        {"exit": 3},
    )
    (written,) = bytes_of_turns(found)
    assert written == (
        b'{"type":"thread.started","thread_id":"01a1fb00-0000-7000-8000-000000000001"}\n'
        b'{"a":"\xe2\x80\xa8"}\n{"a":1.0}\r\nr\xff\n'
        b'{"type":"item.started","item":{"id":"item_0","type":"web_search","id":"ws_1"}}\r\n'
        b'{"type":"item.completed","item":{"id":"item_1","type":"x"}}\r\n'
        b'{"type":"item.completed","item":{"id":"item_0","type":"web_search"}}\r\n'
        b'{}\r\n"ababx"\r\n"xx"\r\n[0]\r\n[1]\r\n{"type":"turn.completed","usage":{"input_tokens":2}}\r\n'
    )


def test_usage_is_summed_over_the_turns_of_a_thread() -> None:
    """Provenance: PROTOCOLS.md 1.2 (cumulative per thread)."""
    found = scenario(
        script={
            "turns": [
                {"match": {"stdin": name}, "thread": thread, "do": [USAGE]}
                for name, thread in (("a", "t"), ("b", "t"), ("c", "u"))
            ]
        }
    )
    assert [lines[0][-2:] for lines in lines_of_turns(found)] == ["}}", "}}", "}}"]
    assert [lines[0].split(":")[-1] for lines in lines_of_turns(found)] == ["2}}", "4}}", "2}}"]
