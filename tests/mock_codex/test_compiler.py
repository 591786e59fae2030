"""Mirror of ``mock_codex/compiler.py``."""

from __future__ import annotations

import marshal

from mock_codex.compiler import Compiled, Operation, compile_script
from mock_codex.scenario import parse_script

THREAD = "01a1fc4d-0e8e-7e21-bd85-d8f361f0d698"


def compiled(*turns: dict[str, object], known: tuple[str, ...] = ()) -> Compiled:
    """A script's flat form."""
    return compile_script(parse_script({"turns": list(turns), "known_threads": list(known)}))


def operations(*actions: dict[str, object]) -> tuple[Operation, ...]:
    """The operations of one turn on thread `t`."""
    return compiled({"thread": "t", "do": list(actions)})[2][0][3]


def test_lines_become_bytes_with_the_line_end_that_holds_there() -> None:
    """Ours: schemas/scenario.json, `eol`."""
    assert operations(
        {"thread_started": {}},
        {"line": {"type": "turn.started"}},
        {"eol": "\r\n"},
        {"json": '{"a":1,"a":1.0}'},
        {"split": {"json": "ab", "at": [1]}},
        {"fill": {"json": "%FILL%", "bytes": 3}},
        {"repeat": {"json": "[%N%]", "times": 2}},
        {"bytewise": "c"},
        {"eol": ""},
        {"line": None},
        {"raw": "x"},
        {"hex": "0a"},
    ) == (
        ("write", b'{"type":"thread.started","thread_id":"t"}\n'),
        ("write", b'{"type":"turn.started"}\n'),
        ("write", b'{"a":1,"a":1.0}\r\n'),
        ("writes", (b"a", b"b\r\n")),
        ("fill", (b"", b"x", 3, b"\r\n")),
        ("repeat", ((b"[", b"]\r\n"), 2)),
        ("writes", (b"c", b"\r", b"\n")),
        ("write", b"null"),
        ("write", b"x"),
        ("write", b"\n"),
    )


def test_what_is_not_a_line_becomes_its_operation() -> None:
    """Ours."""
    assert operations(
        {"stderr": "é"},
        {"close": "stderr"},
        {"ignore": ["SIGTERM"]},
        {"close": "stdout"},
        {"hang": {}},
    ) == (
        ("stderr", ("é".encode(), 1)),
        ("close", 2),
        ("ignore", ("SIGTERM",)),
        ("close", 1),
        ("hang", None),
    )
    assert operations({"signal": "SIGKILL"}) == (("signal", "SIGKILL"),)
    assert operations({"exit": 7}) == (("exit", 7),)


def test_what_happens_around_the_lines_becomes_its_operation() -> None:
    """Ours: schemas/scenario.json, `stdin`, `spawn`, `linger`."""
    beside: list[dict[str, object]] = [
        {"spawn": {"group": "own", "for": "until_killed"}},
        {"spawn": {"group": "same", "for": "exit", "holds": ["stdout", "stderr"]}},
        {"linger": 20},
        {"meet": {"turn": 0, "until": "begun"}},
        {"stderr": {"text": "x", "times": 7}},
        {"read_stdin": {}},
    ]
    never, late = compiled(
        {"match": {"thread": "t"}, "stdin": "never", "do": [{"close": "stdin"}]},
        {"stdin": "late", "do": beside},
    )[2]
    assert late[3] == (
        ("spawn", ((), True, False)),
        ("spawn", ((1, 2), False, True)),
        ("linger", 20),
        ("meet", (0, "begun")),
        ("stderr", (b"x", 7)),
        ("read_stdin", None),
    )
    assert never[3] == (("close", 0),)
    assert [late[4], never[4], compiled({"do": []})[2][0][4]] == [False, False, True]


def test_items_are_counted_per_turn_in_order_of_first_use() -> None:
    """PROTOCOLS.md 1.4 (1): item_N per process, started and completed of one item share it."""

    def event(kind: str, ref: str) -> dict[str, object]:
        return {"item": {"event": kind, "ref": ref, "body": {"type": "reasoning"}}}

    first = operations(event("started", "b"), event("completed", "a"), event("completed", "b"))
    ids = [str(given).split('"id":"')[1][:6] for _, given in first]
    assert ids == ["item_0", "item_1", "item_0"]
    assert b'"item_0"' in bytes(str(operations(event("completed", "a"))[0][1]), "ascii")


def test_usage_is_summed_over_the_turns_of_a_thread_in_file_order() -> None:
    """PROTOCOLS.md 1.2: usage is cumulative for the thread, across resumes; other threads do not count."""

    def done(
        thread: str | None, match: dict[str, object], tokens: dict[str, int]
    ) -> dict[str, object]:
        turn: dict[str, object] = {"match": match, "do": [{"turn_completed": {"usage": tokens}}]}
        return {**turn, "thread": thread} if thread else turn

    _, _, turns = compiled(
        done("a", {"thread": None, "stdin": "1"}, {"input_tokens": 10, "output_tokens": 1}),
        done("b", {"thread": None, "stdin": "2"}, {"input_tokens": 7}),
        done(None, {"thread": "a"}, {"output_tokens": 5, "input_tokens": 30}),
        done(None, {"thread": None, "stdin": "3"}, {"input_tokens": 1}),
        done(None, {"thread": None, "stdin": "4"}, {"input_tokens": 1}),
    )
    sums = [operation[1] for turn in turns for operation in turn[3]]
    assert sums == [
        b'{"type":"turn.completed","usage":{"input_tokens":10,"output_tokens":1}}\n',
        b'{"type":"turn.completed","usage":{"input_tokens":7}}\n',
        b'{"type":"turn.completed","usage":{"output_tokens":6,"input_tokens":40}}\n',
        b'{"type":"turn.completed","usage":{"input_tokens":1}}\n',
        b'{"type":"turn.completed","usage":{"input_tokens":1}}\n',
    ]


def test_resume_finds_known_threads_and_those_of_turns_by_their_canonical_id() -> None:
    """Ours: schemas/scenario.json, `known_threads`; captured: ids are UUIDs in any spelling."""
    profile, known, turns = compiled(
        {"match": {"thread": THREAD.upper()}, "do": []}, {"thread": "t", "do": []}, known=("k", "t")
    )
    assert profile == "0.169.0"
    assert known == ("k", "t", THREAD)
    assert [turn[:3] for turn in turns] == [(False, THREAD, None), (True, None, None)]


def test_the_flat_form_can_be_marshalled() -> None:
    """Ours: the launcher reads it with `marshal`."""
    whole = compiled(
        {"thread": "t", "do": [{"fill": {"json": "%FILL%", "bytes": 1 << 24}}, {"hang": {}}]}
    )
    data = marshal.dumps(whole)  # type: ignore[arg-type]  # typeshed cannot say `nested tuples`
    assert marshal.loads(data) == whole
    assert len(data) < 1000
