"""Sentences about ``harness.real.recordings``: what is kept of a recording, and in which form two are compared."""

from __future__ import annotations

from harness.real.recordings import (
    Kept,
    complaint,
    file_name,
    labelled,
    normal_form,
    provenance,
    settled,
)
from harness.root import find_root, load_schemas

UUID = "01a1fcf3-f6de-7d23-82be-1d6fa1f81a3e"
OTHER = "01a1fcf3-f6de-7d23-82be-1d6fa1f81a3f"


def test_paths_become_labels_also_where_json_escapes_them() -> None:
    places = {"<CWD>": "C:\\cell\\work", "<CELL>": "C:\\cell"}
    data = b'{"path":"C:\\\\cell\\\\work\\\\a.txt","home":"C:\\\\cell\\\\home"}'
    assert labelled(data, places) == b'{"path":"<CWD>\\\\a.txt","home":"<CELL>\\\\home"}'


def test_a_recording_is_named_by_its_scenario_and_turn() -> None:
    assert file_name("exec.items.plan", 2) == "items.plan.2.jsonl"


def test_threads_are_named_in_the_order_in_which_they_come() -> None:
    first = f'{{"thread_id":"{UUID}"}}\n{{"receiver":"{OTHER}"}}\n'.encode()
    second = f'{{"thread_id":"{UUID}"}}\nnot json at 127.0.0.1:4711\n'.encode()
    assert normal_form([first, second], free_order=False) == [
        [{"thread_id": "<thread 1>"}, {"receiver": "<thread 2>"}],
        [{"thread_id": "<thread 1>"}, "not json at 127.0.0.1:<port>"],
    ]


def test_where_order_is_chance_neither_order_nor_item_ids_count() -> None:
    lines = [
        b'{"type":"item.completed","item":{"id":"item_%d","text":"%s"}}\n' % pair
        for pair in ((0, b"a"), (1, b"b"))
    ]
    swapped = [lines[1].replace(b"item_1", b"item_0"), lines[0].replace(b"item_0", b"item_1")]
    assert normal_form([b"".join(lines)], free_order=True) == normal_form([b"".join(swapped)], free_order=True)  # fmt: skip
    assert normal_form([b"".join(lines)], free_order=False) != normal_form([b"".join(swapped)], free_order=False)  # fmt: skip
    assert normal_form([b'{"type":"turn.started"}\n'], free_order=True) == [[{"type": "turn.started"}]]  # fmt: skip


def kept(stdout: bytes, exit_code: int = 0) -> Kept:
    return Kept(stdout=stdout, exit_code=exit_code, requests=1)


def test_a_recording_that_differs_by_chance_alone_keeps_its_earlier_bytes() -> None:
    before = [kept(f'{{"thread_id":"{UUID}"}}\n'.encode())]
    now = [Kept(stdout=f'{{"thread_id":"{OTHER}"}}\n'.encode(), exit_code=0, requests=2)]
    assert settled(before, now, free_order=False) == (
        Kept(stdout=before[0].stdout, exit_code=0, requests=2),
    )


def test_a_recording_that_says_something_else_is_taken_whole() -> None:
    before = [kept(f'{{"thread_id":"{UUID}"}}\n'.encode())]
    assert settled(before, (now := [kept(b"{}\n")]), free_order=False) == tuple(now)
    assert settled(before, (now := [kept(before[0].stdout, 1)]), free_order=False) == tuple(now)
    assert settled(before, (now := [*before, *before]), free_order=False) == tuple(now)


def test_a_complaint_is_the_first_line_that_is_no_notice() -> None:
    said = b"Reading prompt from stdin...\n\n  error: no /cell/work here\nUsage: codex\n"
    assert complaint(said, {"<CWD>": "/cell/work"}) == "error: no <CWD> here"
    assert complaint(b"Reading prompt from stdin...\n", {}) == ""


def test_a_refusal_is_told_in_the_provenance_and_only_there() -> None:
    turns = [Kept(stdout=b"", exit_code=2, requests=0, refused="error: no"), kept(b"{}\n")]
    document = provenance(
        version="0.58.0",
        package="p",
        binary_sha256="0" * 64,
        platform="linux-x64",
        recorded_on="2026-11-21",
        recipe="codex exec --experimental-json",
        kept={"exec.options.all": turns},
        not_recorded={},
    )
    assert load_schemas(find_root()).first_problem("recording", document) is None
    files = document["files"]
    assert isinstance(files, dict)
    told = [one.get("refused") for one in files.values() if isinstance(one, dict)]
    assert told == ["error: no", None]


def test_the_provenance_fits_its_schema_and_says_what_was_not_recorded() -> None:
    document = provenance(
        version="0.169.0",
        package="@openai/codex@0.169.0-linux-x64",
        binary_sha256="0" * 64,
        platform="linux-x64",
        recorded_on="2026-11-21",
        recipe="codex exec --experimental-json",
        kept={"exec.items.plan": [Kept(stdout=b"{}\n", exit_code=0, requests=1)]},
        not_recorded={"exec.items.mcp-ok": ["not offered: echo"]},
    )
    schemas = load_schemas(find_root())
    assert schemas.first_problem("recording", document) is None
    assert document["not_recorded"] == {"exec.items.mcp-ok": ["not offered: echo"]}
    files = document["files"]
    assert isinstance(files, dict)
    assert files["items.plan.1.jsonl"] == {
        "scenario": "exec.items.plan",
        "sha256": "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356",
        "bytes": 3,
        "exit_code": 0,
        "requests": 1,
    }
