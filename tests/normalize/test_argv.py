"""Command lines and what they mean to codex 0.169.0."""

from __future__ import annotations

import shlex

import pytest

from harness.jsonvalue import JsonValue
from harness.normalize.argv import meaning


def read(line: str) -> dict[str, JsonValue]:
    return meaning(shlex.split(line))


def test_a_full_command_line_of_the_official_sdk_is_understood() -> None:
    """PROTOCOLS.md 2.2, the order of the official SDK."""
    assert read(
        "exec --experimental-json --config a.b=1 --config 'openai_base_url=\"http://x\"' --model M --sandbox read-only "
        "--cd /w --add-dir /a --add-dir /b --skip-git-repo-check --output-schema /s.json "
        "--cyber-access-program standard --config 'web_search=\"live\"' resume T --image x.png --image y.png"
    ) == {
        "command": "exec.resume",
        "json": True,
        "model": "M",
        "sandbox": "read-only",
        "cd": "/w",
        "add_dir": ["/a", "/b"],
        "skip_git_repo_check": True,
        "output_schema": "/s.json",
        "cyber_access_program": "standard",
        "thread": "T",
        "images": ["x.png", "y.png"],
        "config": {"a": {"b": 1}, "openai_base_url": "http://x", "web_search": "live"},
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exec --json --model m", "e -m m --experimental-json"),
        ("exec -mfoo -sread-only", "exec --model=foo -s=read-only"),
        ("exec -c a=1 -c b=2", "exec -c b=2 -c a=1"),
        ("exec -c a=1 -c a=2", "exec -c a=2"),
        ("exec --enable x", "exec -c features.x=true"),
        ("exec --disable x", "exec -c features.x=false"),
        ("-c a=1 exec", "exec -c a=1"),
        ("exec --model a resume T --model b", "exec resume T -m b"),
        ("-m a exec", "exec -m a"),
        ("-m a exec -m b", "exec -m b"),
        ("-s workspace-write exec resume T", "exec -s workspace-write resume T"),
        ("-C a exec -C b", "exec -C b"),
        ("--add-dir a exec --add-dir b", "exec --add-dir a --add-dir b"),
        ("--image=a exec -i b", "exec -i a -i b"),
        ("exec P resume --last Q", "exec resume --last Q"),
        ("exec -c a=1 resume T -c a=2", "exec -c a=2 resume T"),
        ("exec -i a -i b --json resume T -i c", "exec resume T --json -i a,b -i c"),
        ("exec -", "exec"),
        ("exec --", "exec"),
        ("exec - resume T", "exec resume T -"),
        ("exec P resume T Q", "exec resume T Q"),
        ("exec resume --last P", "exec P resume --last"),
    ],
)
def test_two_spellings_of_one_meaning_are_equal(one: str, other: str) -> None:
    """Captured: what the released 0.169.0 sent to a model server, or printed as its settings, for each form.

    The alias `e` and the two feature switches are read off `codex --help` and `codex exec --help` of 0.169.0.
    """
    assert read(one) == read(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exec -i a -i b", "exec -i b -i a"),
        ("exec --add-dir a --add-dir b", "exec --add-dir b --add-dir a"),
        ("exec -c a=1", "exec -c a=1.0"),
        ("exec -c a=true", "exec -c 'a=\"true\"'"),
        ("exec -m ''", "exec"),
        ("exec -m= x", "exec -m x"),
        ("exec ''", "exec"),
        ("exec --json", "exec"),
    ],
)
def test_two_meanings_stay_two(one: str, other: str) -> None:
    """Ours: order of files counts, TOML types count, an empty value is a value."""
    assert repr(read(one)) != repr(read(other))


@pytest.mark.parametrize(
    ("line", "images", "command"),
    [
        ("exec --image a resume T", ["a", "resume", "T"], "exec"),
        ("exec --image a --json resume T", ["a"], "exec.resume"),
        ("exec --image=a resume T", ["a"], "exec.resume"),
        ("exec -ia P", ["a"], "exec"),
        ("exec --image - -", ["-", "-"], "exec"),
        ("exec resume --image a T", ["a"], "exec.resume"),
    ],
)
def test_images_before_resume_swallow_it_unless_a_flag_or_an_equals_sign_stops_them(
    line: str, images: list[str], command: str
) -> None:
    """PROTOCOLS.md 2.7 and captured: 0.169.0 tried to read images named `resume` and `T`."""
    found = read(line)

    assert (found["images"], found["command"]) == (images, command)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("exec --full-auto", "unexpected argument '--full-auto'"),
        ("exec -x", "unexpected argument '-x'"),
        ("exec --mod foo", "unexpected argument '--mod'"),
        ("exec resume T -s read-only", "unexpected argument '-s'"),
        ("exec resume T -V", "unexpected argument '-V'"),
        ("exec one two", "unexpected argument 'two'"),
        ("exec resume T P Q", "unexpected argument 'Q'"),
        ("exec -i a -- resume T", "unexpected argument 'T'"),
        ("exec --model a --model b", "'--model' cannot be used multiple times"),
        ("exec --json --experimental-json", "'--experimental-json' cannot be used multiple times"),
        ("exec --json=true", "unexpected value 'true' for '--experimental-json'"),
        ("exec --model", "a value is required for '--model'"),
        ("exec --model --json", "a value is required for '--model'"),
        ("exec --sandbox bogus", "invalid value 'bogus' for '--sandbox'"),
        ("exec -sc", "invalid value 'c' for '--sandbox'"),
        ("exec --approve-for-me -s read-only", "'--approve-for-me' cannot be used with 'sandbox'"),
        ("exec fork", "the required argument '<SESSION_ID>' was not provided"),
        ("exec -c x", "Invalid override (missing '='): x"),
    ],
)
def test_a_command_line_that_codex_refuses_says_why(line: str, why: str) -> None:
    """Captured: 0.169.0 refuses each of them (status 2, the last with status 1)."""
    assert read(line)["rejected"] == why


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("exec -hello", {"command": "help"}),
        ("exec help", {"command": "help"}),
        ("--version", {"command": "version"}),
        ("exec -jV", {"command": "exec", "rejected": "unexpected argument '-j'"}),
        ("app-server --listen x", {"command": "app-server", "args": ["--listen", "x"]}),
        ("hello", {"command": "tui", "prompt": "hello"}),
        ("", {"command": "tui"}),
        ("-m a exec -m b", {"command": "exec", "model": "b"}),
        ("P exec", {"command": "exec", "root": {"prompt": "P"}}),
        ("exec fork T", {"command": "exec.fork", "thread": "T"}),
        ("exec review P", {"command": "exec.review", "prompt": "P"}),
        ("exec resume --last T P", {"command": "exec.resume", "last": True, "thread": "T", "prompt": "P"}),
    ],
)  # fmt: skip
def test_what_is_no_plain_exec_is_named_as_what_it_is(
    line: str, found: dict[str, JsonValue]
) -> None:
    """PROTOCOLS.md 1.6 (a prompt that begins with a dash prints help) and `codex --help` of 0.169.0."""
    assert read(line) == found
