"""Sizes, and the scenario that goes into a bug report."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.shrink.report import Size, ready_for_a_report, size_of

DOCUMENT: dict[str, JsonValue] = {
    "id": "exec.items.one",
    "title": "The title that it had",
    "expect": "What was expected",
    "provenance": {"kind": "recorded", "from": "codex"},
    "deadline": 3,
    "client": {},
    "files": {},
    "script": {
        "turns": [
            {"do": [{"thread_started": {}}, {"eol": "\r\n"}, {"line": {"type": "options"}}]},
            {"do": [{"hex": "00"}, {"exit": 1}]},
        ]
    },
    "steps": [
        {"resume": {"thread_id": "t", "options": {"model": "m", "approval_policy": "never"}}},
        {"turn": {"input": "x", "options": {"output_schema": {}}}},
    ],
}


def test_a_size_counts_events_steps_options_and_bytes_of_what_is_played() -> None:
    """Provenance: issue text; how far it came."""
    size = size_of(DOCUMENT)

    assert (size.events, size.steps, size.options) == (3, 2, 3)
    assert size.bytes == len(
        '{"client":{},"files":{},"script":{"turns":[{"do":[{"thread_started":{}},{"eol":"\\r\\n"},{"line":{"type":"options"}}]},'
        '{"do":[{"hex":"00"},{"exit":1}]}]},"steps":[{"resume":{"options":{"approval_policy":"never","model":"m"},"thread_id":"t"}},'
        '{"turn":{"input":"x","options":{"output_schema":{}}}}]}'
    )
    assert (
        size.to(Size(events=1, steps=2, options=0, bytes=9))
        == f"events 3 -> 1, steps 2 -> 2, options 3 -> 0, bytes {size.bytes} -> 9"
    )


def test_options_of_a_new_thread_and_of_the_client_count_too() -> None:
    """Provenance: ours."""
    document: dict[str, JsonValue] = {
        "script": {"turns": []},
        "client": {"config": {"a": 1}},
        "steps": [
            {"start": {"model": "m"}},
            {"together": {"turns": [{"input": "x"}, {"input": "y"}]}},
        ],
    }

    size = size_of(document)

    assert (size.events, size.steps, size.options) == (0, 3, 2)


def test_a_report_has_an_id_a_title_and_a_provenance_of_its_own_and_nothing_empty() -> None:
    """Provenance: issue text; ready for a bug report."""
    made = ready_for_a_report(
        DOCUMENT, name="min-0", title="The SDK loses it", origin="there", keep_deadline=False
    )

    assert made["id"] == "exec.items.one-min-0"
    assert made["title"] == "The SDK loses it"
    assert made["provenance"] == {"kind": "derived", "from": "there"}
    assert made["expect"] == "What was expected"
    assert not {"deadline", "client", "files"} & made.keys()


def test_the_deadline_stays_for_a_host_that_hangs_and_a_short_title_is_made_one() -> None:
    """Provenance: ours; schemas/scenario.json asks for ten characters."""
    made = ready_for_a_report(
        {**DOCUMENT, "client": {"api_key": "k"}}, name="n", title="short", origin="o", keep_deadline=True
    )  # fmt: skip

    assert made["deadline"] == 3
    assert made["client"] == {"api_key": "k"}
    assert made["title"] == "short differs"
