"""Mirror of ``mock_codex/launcher.py``."""

from __future__ import annotations

import shlex

import pytest

from mock_codex.launcher import BOOT, SHEBANG_LIMIT, head, posix


def test_a_plain_interpreter_stands_in_the_first_line_and_starts_bare() -> None:
    """Ours: -I and -S cost nothing, -X utf8 makes argv the same under every locale."""
    first, _, rest = posix(b"/usr/bin/python3").decode().partition("\n")
    assert first == "#!/usr/bin/python3 -ISXutf8"
    assert rest == BOOT
    compile(rest, "codex", "exec")


@pytest.mark.parametrize(
    "interpreter",
    [
        b"/with space/python",
        b"/it's/py\"thon $x `y` \\",
        b"/\xff/tab\tpython",
        b"/" + b"x" * SHEBANG_LIMIT,
    ],
)
def test_a_path_that_a_first_line_cannot_hold_goes_through_sh(interpreter: bytes) -> None:
    """Ours: Linux cuts a first line at 127 bytes and at the first space."""
    first, _, rest = posix(interpreter).decode("utf-8", "surrogateescape").partition("\n")
    assert first == "#!/bin/sh"
    words = shlex.split(rest)
    assert words[:2] == ["exec", interpreter.decode("utf-8", "surrogateescape")]
    assert words[2:7] == ["-IS", "-X", "utf8", "-X", "sh"]
    assert words[7] == "-c"
    assert words[8].endswith(BOOT)
    assert words[9:] == ["$0", "$@"]


def test_the_longest_first_line_still_fits() -> None:
    """Ours: the limit counts `#!`, the options and the line end."""
    longest = b"/" + b"x" * (SHEBANG_LIMIT - len("#!/ -ISXutf8\n"))
    assert posix(longest).startswith(b"#!" + longest)
    assert posix(longest + b"x").startswith(b"#!/bin/sh\n")


def test_the_head_names_the_interpreter_that_may_read_the_rest() -> None:
    """Ours: bytecode of one interpreter crashes another."""
    assert head("cpython-311", 0x030B07F0) == b"mock-codex 2 cpython-311 30b07f0\n"
