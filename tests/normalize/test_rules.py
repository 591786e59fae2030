"""Each volatile thing, and what lies beside it and must stay."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.normalize.rules import (
    TEXT_RULES,
    Play,
    TextRule,
    address,
    env_start,
    leftover_name,
    long_key,
    long_text,
    own_name,
    pid,
    places,
    schema_path,
    stack,
)
from tests.normalize.plays import PLACES


def bound(rule: TextRule | None) -> TextRule:
    assert rule is not None
    return rule


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/t/cell/work", "<CWD>"),
        ("/t/cell/work/a.txt", "<CWD>/a.txt"),
        ("ls '/t/cell/work' /t/cell/tmp.", "ls '<CWD>' <TMP>."),
        ("/t/cell/bin/codex: not found", "<CODEX>: not found"),
        ("--cd=/t/cell", "--cd=<CELL>"),
        ("/private/t/cell/work", "<CWD>"),
        ("file:///t/cell/work", "file://<CWD>"),
        ("/t/cell/workshop", "<CELL>/workshop"),
        ("/t/cell/work-2", "<CELL>/work-2"),
        ("/t/cell/work.git", "<CELL>/work.git"),
        ("/t/cellar", "/t/cellar"),
        ("/srv/t/cell/work", "/srv/t/cell/work"),
        ("nothing here", "nothing here"),
    ],
)
def test_a_place_is_replaced_only_where_a_path_begins_and_ends(text: str, seen: str) -> None:
    """Ours: longest first, at path boundaries."""
    assert bound(places(Play(places=PLACES)))(text) == seen


@pytest.mark.parametrize(
    "text",
    [r"C:\t\cell\work\a", "C:/t/cell/work\\a", r"C:\\t\\cell\\work\a"],
)
def test_a_place_on_windows_is_found_with_either_slash(text: str) -> None:
    r"""Ours: Windows takes both, and quoting doubles the backslash."""
    assert bound(places(Play(places={"<CWD>": r"C:\t\cell\work"})))(text) == r"<CWD>\a"


def test_a_play_without_places_has_no_such_rule() -> None:
    """Ours: a golden made by hand."""
    assert places(Play(places={"<CWD>": ""})) is None
    assert schema_path(Play(places={}, schema_files=("/x",))) is None


def test_a_schema_file_below_tmp_has_one_name_whatever_the_sdk_calls_it() -> None:
    """PROTOCOLS.md 2.5: a new folder in each turn, named differently by each SDK."""
    files = ("/t/cell/tmp/codex-output-schema-Ab12Cd/schema.json", "/t/cell/tmp/tmpab12cd34.json")
    play = Play(places=PLACES, schema_files=files)
    rule = bound(schema_path(play))

    assert [rule(bound(places(play))(file)) for file in files] == ["<TMP>/<schema>"] * 2
    assert rule("--output-schema=<TMP>/tmpab12cd34.json") == "--output-schema=<TMP>/<schema>"
    assert rule("no path") == "no path"


def test_a_schema_file_elsewhere_keeps_its_path() -> None:
    """Ours: an SDK that ignores TMPDIR is to be seen."""
    assert schema_path(Play(places=PLACES, schema_files=("/tmp/x.json",))) is None


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("codex-output-schema-Ab12Cd", "codex-output-schema-<random>"),
        ("<TMP>/codex-output-schema-Ab12Cd/schema.json", "<TMP>/codex-output-schema-<random>/schema.json"),
        ("<TMP>/tmpab12cd3_.json", "<TMP>/tmp<random>.json"),
        ("<TMP>/.tmpAb12Cd", "<TMP>/.tmp<random>"),
        ("<TMP>/codex_schema_ab_cdefg", "<TMP>/codex_schema_<random>"),
        ("<TMP>/codex-1234567890", "<TMP>/codex-<random>"),
        ("<TMP>/s-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.json", "<TMP>/s-<random>.json"),
        ("<TMP>/schema.json", "<TMP>/schema.json"),
        ("<TMP>/events.jsonl", "<TMP>/events.jsonl"),
        ("<TMP>/codex-log", "<TMP>/codex-log"),
    ],
)  # fmt: skip
def test_a_leftover_loses_its_random_letters_and_keeps_its_name(name: str, seen: str) -> None:
    """Ours: mkdtemp of Node and libc, tempfile of Python and Rust, MkdirTemp of Go."""
    assert bound(leftover_name(Play(places={})))(name) == seen


def test_only_pids_of_this_play_are_hidden() -> None:
    """Ours: a number after `pid` that is nobody's pid means something else."""
    rule = bound(pid(Play(places={}, pids=frozenset({4711}))))

    assert rule("codex (PID: 4711) gone, process 4711") == "codex (PID: <pid>) gone, process <pid>"
    assert rule("pid 4712, exit 4711") == "pid 4712, exit 4711"
    assert pid(Play(places={})) is None


def test_frames_of_a_javascript_stack_are_dropped_from_a_message() -> None:
    """Ours: they name files and lines of the runtime."""
    rule = bound(stack(Play(places={})))

    assert (
        rule("boom\n    at run (node:internal/process:1:2)\n    at f (/x/index.js:3:4)") == "boom"
    )
    assert rule("two\n  at most") == "two\n  at most"
    assert rule("one line") == "one line"


def test_addresses_of_objects_are_hidden() -> None:
    """Ours: Python's default repr."""
    rule = bound(address(Play(places={})))

    assert rule("<Foo object at 0x7f3c12345678>") == "<Foo object at <address>>"
    assert rule("status 0x10") == "status 0x10"
    assert rule("no number") == "no number"


def test_a_long_text_keeps_its_equality_in_its_hash() -> None:
    """Ours: equal texts stay equal, a change beyond the head is seen, lone surrogates are no obstacle."""
    text = "x" * 5000 + "\ud800"

    assert long_text(text) == long_text("x" * 5000 + "\ud800")
    assert long_text(text) != long_text("x" * 5000 + "y")
    assert long_key(text) != long_key("x" * 5000 + "y")
    assert long_text("ab" * 3000)["$text"] == {
        "length": 6000,
        "sha256": "feeccc0b040c9a45e9a460dc68ff223c91d0d0a729ef97562489c98b5d66d6b5",
        "head": "ab" * 30,
    }


@pytest.mark.parametrize(
    ("name", "change", "noise"),
    [
        ("PWD", {"set": "/x"}, True),
        ("__CF_USER_TEXT_ENCODING", {"set": "0x1F5:0x0:0x0"}, True),
        ("SystemRoot", {"set": "C:\\Windows"}, True),
        ("LC_CTYPE", {"set": "C.UTF-8"}, True),
        ("LC_CTYPE", {"set": "de_DE.UTF-8"}, False),
        ("PATH", {"set": "/x"}, False),
        ("CODEX_INTERNAL_ORIGINATOR_OVERRIDE", {"set": "codex_sdk_ts"}, False),
        ("PWD", "removed", False),
    ],
)
def test_only_what_starting_a_process_sets_by_itself_is_noise(
    name: str, change: JsonValue, *, noise: bool
) -> None:
    """PEP 538, CoreFoundation, POSIX shells, libuv; the originator is a declared difference and stays."""
    assert env_start(name, change) is noise


def test_every_rule_says_why_it_may_hide_something() -> None:
    """Ours: the reason stands in the report beside the hits."""
    assert all(len(rule.reason) > 30 for rule in TEXT_RULES)
    assert "\n\n" not in TEXT_RULES[0].reason


@pytest.mark.parametrize(
    ("name", "change", "own"),
    [
        ("CODEX_INTERNAL_ORIGINATOR_OVERRIDE", {"set": "codex_sdk_ts"}, True),
        ("CODEX_INTERNAL_ORIGINATOR_OVERRIDE", {"set": ""}, False),
        ("CODEX_INTERNAL_ORIGINATOR_OVERRIDE", "removed", False),
        ("CODEX_API_KEY", {"set": "codex_sdk_ts"}, False),
    ],
)
def test_a_client_may_have_a_name_of_its_own(name: str, change: JsonValue, *, own: bool) -> None:
    """PROTOCOLS.md 2.4: that it sets one is the contract, which one is its own."""
    assert own_name(name, change) is own
