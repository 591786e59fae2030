"""Mirror of ``mock_codex/scenario.py``: what is a script and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mock_codex.actions import (
    Bytewise,
    Close,
    Eol,
    Exit,
    Fill,
    Hang,
    Ignore,
    Item,
    Json,
    Line,
    Linger,
    Match,
    Meet,
    Raw,
    ReadStdin,
    Repeat,
    Script,
    Signal,
    Spawn,
    Split,
    Stderr,
    ThreadStarted,
    Turn,
    TurnCompleted,
)
from mock_codex.scenario import parse_script
from mock_codex.values import ScriptInvalid

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "scenario.json").read_text(encoding="utf-8")
)
SIGNALS = SCHEMA["$defs"]["action"]["properties"]["signal"]["enum"]
EVERYTHING: dict[str, object] = {
    "profile": "0.169.0",
    "known_threads": ["k"],
    "turns": [
        {
            "match": {"thread": None, "stdin": "p"},
            "thread": "t",
            "do": [
                {"thread_started": {}},
                {"line": {"b": [1, 1.5, None, True], "a": "é"}},
                {"json": '{"a":1,"a":2}'},
                {"raw": "x\n"},
                {"hex": "ff FE"},
                {"item": {"event": "started", "ref": "i", "body": {"type": "t"}}},
                {"item": {"event": "completed", "ref": "i", "body": {"type": "t"}}},
                {"turn_completed": {"usage": {"input_tokens": 1}}},
                {"fill": {"json": '{"a":"%FILL%"}', "bytes": 20, "with": "y"}},
                {"fill": {"json": "%FILL%", "bytes": 1}},
                {"split": {"json": "é", "at": [1, 2]}},
                {"eol": "\r\n"},
                {"repeat": {"json": "[%N%,%N%]", "times": 3}},
                {"bytewise": "é"},
                {"stderr": "noise"},
                {"stderr": {"text": "flood", "times": 9}},
                {"spawn": {"holds": ["stdout", "stderr"], "group": "own", "for": "until_killed"}},
                {"linger": 150},
                {"meet": {"turn": 1, "until": "ended"}},
                {"close": "stderr"},
                {"ignore": ["SIGTERM", "SIGINT"]},
                {"close": "stdout"},
                {"exit": 3},
            ],
        },
        {"match": {"thread": "t"}, "do": [{"thread_started": {}}, {"hang": {}}]},
        {
            "match": {"thread": "u"},
            "stdin": "late",
            "do": [{"spawn": {"group": "same", "for": "exit"}}, {"read_stdin": {}}],
        },
        {"match": {"thread": "v"}, "stdin": "never", "do": [{"close": "stdin"}]},
        {"match": {"thread": None}, "do": [{"signal": "SIGKILL"}]},
        {"do": []},
    ],
}


FIRST = Match(any_thread=False, stdin="p")
UNDERSTOOD = Script(
    profile="0.169.0",
    known_threads=("k",),
    turns=(
        Turn(
            match=FIRST,
            thread="t",
            stdin="read",
            actions=(
                ThreadStarted(thread="t"),
                Line(value={"b": [1, 1.5, None, True], "a": "é"}),
                Json(text='{"a":1,"a":2}'),
                Raw(data=b"x\n"),
                Raw(data=b"\xff\xfe"),
                Item(event="started", ref="i", body={"type": "t"}),
                Item(event="completed", ref="i", body={"type": "t"}),
                TurnCompleted(usage={"input_tokens": 1}),
                Fill(head='{"a":"', tail='"}', unit="y", size=20),
                Fill(head="", tail="", unit="x", size=1),
                Split(text="é", at=(1, 2)),
                Eol(text="\r\n"),
                Repeat(parts=("[", ",", "]"), times=3),
                Bytewise(text="é"),
                Stderr(text="noise", times=1),
                Stderr(text="flood", times=9),
                Spawn(holds=("stdout", "stderr"), own_group=True, until_exit=False),
                Linger(ms=150),
                Meet(turn=1, until="ended"),
                Close(stream="stderr"),
                Ignore(names=("SIGTERM", "SIGINT")),
                Close(stream="stdout"),
                Exit(status=3),
            ),
        ),
        Turn(
            match=Match(any_thread=False, resumes="t"),
            thread="t",
            stdin="read",
            actions=(ThreadStarted(thread="t"), Hang()),
        ),
        Turn(
            match=Match(any_thread=False, resumes="u"),
            thread="u",
            stdin="late",
            actions=(Spawn(holds=(), own_group=False, until_exit=True), ReadStdin()),
        ),
        Turn(
            match=Match(any_thread=False, resumes="v"),
            thread="v",
            stdin="never",
            actions=(Close(stream="stdin"),),
        ),
        Turn(
            match=Match(any_thread=False),
            thread=None,
            stdin="read",
            actions=(Signal(name="SIGKILL"),),
        ),
        Turn(match=Match(), thread=None, stdin="read", actions=()),
    ),
)


def test_every_action_is_understood() -> None:
    """Ours: schemas/scenario.json, `action`."""
    assert parse_script(EVERYTHING) == UNDERSTOOD


def test_what_is_understood_is_what_the_schema_allows() -> None:
    """Ours: the mock and schemas/scenario.json name the same actions, apart from `recording`."""
    jsonschema.validate(EVERYTHING, {"$ref": "#/$defs/script", "$defs": SCHEMA["$defs"]})
    turns = EVERYTHING["turns"]
    assert isinstance(turns, list)
    used = {name for turn in turns for action in turn["do"] for name in action}
    assert used == {*SCHEMA["$defs"]["action"]["properties"]} - {"recording"}


BAD_SCRIPTS: list[tuple[object, str]] = [
    ([], "not an object @ $"),
    ({}, "`turns` is missing @ $"),
    ({"turns": [], "x": 1}, "unknown key 'x' @ $"),
    ({"turns": {}}, "not an array @ $.turns"),
    (
        {"turns": [], "profile": "0.1.0"},
        "profile '0.1.0' is none of 0.169.0, 0.58.0, 0.101.0, 0.125.0, 0.153.4 @ $.profile",
    ),
    ({"turns": [], "profile": 1}, "not a string @ $.profile"),
    ({"turns": [], "known_threads": [1]}, "not a string @ $.known_threads[0]"),
    ({"turns": [1]}, "not an object @ $.turns[0]"),
    ({"turns": [{}]}, "`do` is missing @ $.turns[0]"),
    ({"turns": [{"do": [], "match": {"x": 1}}]}, "unknown key 'x' @ $.turns[0].match"),
    ({"turns": [{"do": [], "match": {"thread": 1}}]}, "not a string @ $.turns[0].match.thread"),
    ({"turns": [{"do": [], "match": {"stdin": None}}]}, "not a string @ $.turns[0].match.stdin"),
    ({"turns": [{"do": []}, {"do": []}]}, "same match as turn 0 @ $.turns[1].match"),
    (
        {"turns": [{"do": []}, {"do": [], "match": {"thread": "t"}}]},
        "never played: turn 0 fits whatever this one fits @ $.turns[1].match",
    ),
    (
        {"turns": [{"do": [], "stdin": "no"}]},
        "is none of 'read', 'late', 'never' @ $.turns[0].stdin",
    ),
    (
        {"turns": [{"do": [], "stdin": "never", "match": {"stdin": "p"}}]},
        "a turn that is chosen by the prompt has read it @ $.turns[0].stdin",
    ),
    (
        {"turns": [{"do": [], "match": {"stdin": "p"}}, {"do": [], "stdin": "never"}]},
        "turn 0 is chosen by the prompt, so stdin has been read @ $.turns[1].stdin",
    ),
    (
        {"turns": [{"do": [{"meet": {"turn": 0, "until": "ended"}}]}]},
        "no other turn @ $.turns[0].do[0].meet.turn",
    ),
    (
        {"turns": [{"do": [{"meet": {"turn": 7, "until": "ended"}}]}]},
        "no other turn @ $.turns[0].do[0].meet.turn",
    ),
    (
        {"turns": [{"do": [], "stdin": "late"}]},
        "no `read_stdin` comes; say `never` @ $.turns[0].stdin",
    ),
    (
        {"turns": [{"do": [{"read_stdin": {}}, {"read_stdin": {}}], "stdin": "late"}]},
        "stdin has been read to its end @ $.turns[0].do[1]",
    ),
    (
        {"turns": [{"do": [{"read_stdin": {}}, {"close": "stdin"}], "stdin": "late"}]},
        "stdin has been read to its end @ $.turns[0].do[1]",
    ),
    (
        {"turns": [{"do": [{"close": "stdin"}, {"read_stdin": {}}], "stdin": "late"}]},
        "stdin is closed @ $.turns[0].do[1]",
    ),
    (
        {"turns": [{"do": [{"read_stdin": {}}], "stdin": "never"}]},
        "needs `stdin: late` on the turn @ $.turns[0].do[0]",
    ),
]


@pytest.mark.parametrize(("script", "said"), BAD_SCRIPTS)
def test_a_bad_script_is_refused_with_what_and_where(script: object, said: str) -> None:
    """Ours: the form `what @ $.path`."""
    with pytest.raises(ScriptInvalid) as raised:
        parse_script(script)
    assert str(raised.value) == said


ITEM = {"event": "started", "ref": "i", "body": {"type": "t"}}
BAD_ACTIONS: list[tuple[list[object], str]] = [
    ([1], "an action is an object with one key @ [0]"),
    ([{}], "an action is an object with one key @ [0]"),
    ([{"exit": 0, "hang": {}}], "an action is an object with one key @ [0]"),
    ([{"nope": 1}], "unknown action 'nope' @ [0].nope"),
    (
        [{"recording": "x"}],
        "a recording must be resolved before the mock is given it @ [0].recording",
    ),
    ([{"thread_started": {}}], "the turn has no thread @ [0].thread_started"),
    ([{"thread_started": {"x": 1}}], "unknown key 'x' @ [0].thread_started"),
    ([{"line": "\ud800"}], "a lone surrogate is not UTF-8; write its bytes with `hex` @ [0].line"),
    (
        [{"line": {"a": [0, "\udcff"]}}],
        "a lone surrogate is not UTF-8; write its bytes with `hex` @ [0].line.a[1]",
    ),
    (
        [{"line": {"\udcff": 1}}],
        "a lone surrogate is not UTF-8; write its bytes with `hex` @ [0].line",
    ),
    ([{"line": float("nan")}], "not a JSON number @ [0].line"),
    ([{"json": "a\nb"}], "more than one line; use `raw` @ [0].json"),
    ([{"json": 1}], "not a string @ [0].json"),
    ([{"hex": "f"}], "not pairs of hex digits @ [0].hex"),
    (
        [{"item": {**ITEM, "event": "x"}}],
        "is none of 'started', 'updated', 'completed' @ [0].item.event",
    ),
    ([{"item": {**ITEM, "body": 1}}], "not an object @ [0].item.body"),
    ([{"item": {**ITEM, "body": {}}}], "`type` is missing @ [0].item.body"),
    ([{"item": {**ITEM, "ref": 1}}], "not a string @ [0].item.ref"),
    (
        [{"item": ITEM}, {"item": {**ITEM, "body": {"type": "u"}}}],
        "item 'i' was 't' before @ [1].item.body.type",
    ),
    ([{"turn_completed": {}}], "`usage` is missing @ [0].turn_completed"),
    ([{"turn_completed": {"usage": 1}}], "not an object @ [0].turn_completed.usage"),
    ([{"turn_completed": {"usage": {"a": 1.0}}}], "not an integer @ [0].turn_completed.usage.a"),
    ([{"turn_completed": {"usage": {"a": True}}}], "not an integer @ [0].turn_completed.usage.a"),
    ([{"fill": {"json": "x", "bytes": 9}}], "`%FILL%` must stand in it once @ [0].fill.json"),
    (
        [{"fill": {"json": "%FILL%%FILL%", "bytes": 9}}],
        "`%FILL%` must stand in it once @ [0].fill.json",
    ),
    ([{"fill": {"json": "%FILL%", "bytes": 9, "with": ""}}], "is empty @ [0].fill.with"),
    ([{"fill": {"json": "é%FILL%", "bytes": 1}}], "1 is not from 2 @ [0].fill.bytes"),
    ([{"split": {"json": "abc", "at": []}}], "is empty @ [0].split.at"),
    ([{"split": {"json": "abc", "at": [0]}}], "0 is not from 1 to 3 @ [0].split.at[0]"),
    ([{"split": {"json": "abc", "at": [2, 2]}}], "2 is not from 3 to 3 @ [0].split.at[1]"),
    ([{"split": {"json": "abc", "at": [4]}}], "4 is not from 1 to 3 @ [0].split.at[0]"),
    ([{"eol": "x"}], "is none of '\\n', '\\r\\n', '\\r', '' @ [0].eol"),
    ([{"close": "x"}], "is none of 'stdin', 'stdout', 'stderr' @ [0].close"),
    ([{"close": "stdin"}], "stdin has been read to its end @ [0]"),
    ([{"read_stdin": {}}], "needs `stdin: late` on the turn @ [0]"),
    ([{"read_stdin": 1}], "not an object @ [0].read_stdin"),
    ([{"repeat": {"json": "x", "times": 1}}], "`%N%` must stand in it @ [0].repeat.json"),
    ([{"repeat": {"json": "%N%", "times": 0}}], "0 is not from 1 to 1000000 @ [0].repeat.times"),
    ([{"bytewise": "a\nb"}], "more than one line; use `raw` @ [0].bytewise"),
    ([{"stderr": 1}], "not an object @ [0].stderr"),
    ([{"stderr": {"text": "x"}}], "`times` is missing @ [0].stderr"),
    ([{"stderr": {"text": 1, "times": 1}}], "not a string @ [0].stderr.text"),
    ([{"spawn": {"for": "exit"}}], "`group` is missing @ [0].spawn"),
    (
        [{"spawn": {"for": "exit", "group": "x"}}],
        "is none of 'same', 'own' @ [0].spawn.group",
    ),
    (
        [{"spawn": {"for": "ever", "group": "own"}}],
        "is none of 'until_killed', 'exit' @ [0].spawn.for",
    ),
    (
        [{"spawn": {"for": "exit", "group": "own", "holds": ["stdin"]}}],
        "is none of 'stdout', 'stderr' @ [0].spawn.holds[0]",
    ),
    (
        [{"close": "stderr"}, {"spawn": {"for": "exit", "group": "own", "holds": ["stderr"]}}],
        "stderr is closed @ [1]",
    ),
    ([{"linger": 0}], "0 is not from 1 to 5000 @ [0].linger"),
    ([{"close": "stdout"}, {"bytewise": "x"}], "stdout is closed @ [1]"),
    ([{"close": "stdout"}, {"item": ITEM}], "stdout is closed @ [1]"),
    ([{"close": "stdout"}, {"raw": "x"}], "stdout is closed @ [1]"),
    ([{"close": "stderr"}, {"stderr": "x"}], "stderr is closed @ [1]"),
    ([{"close": "stdout"}, {"close": "stdout"}], "stdout is closed @ [1]"),
    ([{"ignore": []}], "is empty @ [0].ignore"),
    (
        [{"ignore": ["SIGKILL"]}],
        "is none of 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT' @ [0].ignore[0]",
    ),
    ([{"hang": 1}], "not an object @ [0].hang"),
    (
        [{"signal": "SIGCHLD"}],
        f"is none of {', '.join(map(repr, SIGNALS))} @ [0].signal",
    ),
    ([{"exit": 256}], "256 is not from 0 to 255 @ [0].exit"),
    ([{"exit": 0}, {"raw": "x"}], "never reached: the turn has ended before @ [1]"),
    ([{"hang": {}}, {"exit": 0}], "never reached: the turn has ended before @ [1]"),
]


@pytest.mark.parametrize(("actions", "said"), BAD_ACTIONS)
def test_a_bad_action_is_refused_with_what_and_where(actions: list[object], said: str) -> None:
    """Ours: the form `what @ $.path`; what can never be played is an error of the script, not of a client."""
    with pytest.raises(ScriptInvalid) as raised:
        parse_script({"turns": [{"do": actions}]})
    what, _, path = said.rpartition(" @ ")
    assert str(raised.value) == f"{what} @ $.turns[0].do{path}"
    assert raised.value.what == what
