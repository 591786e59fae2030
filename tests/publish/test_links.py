"""Mirror of ``harness/publish/links.py``."""

from __future__ import annotations

import pytest

from harness.publish.links import lint
from tests.publish.material import ARTIFACT, MANIFEST, RELEASE, SHA, comment, stored
from tests.publish.runs import cause

REFUSED = [
    ("see /tmp/run/index.html", "/tmp/run/index.html", "a path of this machine"),
    ("`codex-parity run -o /home/you/x`", "/home/you/x", "a path of this machine"),
    (r"C:\Users\me", r"C:\Users\me", "a path of this machine"),
    (r"\\host\share", r"\\host\share", "a path of this machine"),
    ("[a](/tmp/a.png)", "/tmp/a.png", "a path of this machine"),
    ("in /__w/sdk/sdk", "/__w/sdk/sdk", "a path of this machine"),
    ("[a](file:///srv/a)", "file:///srv/a", "a link of the kind `file:`"),
    ("<file:///srv/a>", "file:///srv/a", "a link of the kind `file:`"),
    ("![p](data:image/png;base64,AAAA)", "data:image/png;base64,AAAA", "a link of the kind `data:`"),
    ("[a](javascript:alert)", "javascript:alert", "a link of the kind `javascript:`"),
    ("(http://127.0.0.1:8000/x)", "http://127.0.0.1:8000/x", "a link of the kind `http:`"),
    ("[a](../other/index.html)", "../other/index.html", "a relative link to what is not in the bundle"),
    ("[a](missing.html)", "missing.html", "a relative link to what is not in the bundle"),
    ("[a](index.html)", "index.html", "a relative link: a comment lies beside no file"),
    ("[a]: //cdn.example.org/x", "//cdn.example.org/x", "a relative link to what is not in the bundle"),
    ('<img src="x.png">', "x.png", "a relative link to what is not in the bundle"),
    ("www.example.org/x", "www.example.org/x", "a relative link to what is not in the bundle"),
    ("https://example.org/report", "https://example.org/report", "not a place that is known to last"),
    ("https://github.com/o/r/blob/main/x", "https://github.com/o/r/blob/main/x", "not a place that is known to last"),
    (f"sha256 {'9' * 64}", "9" * 64, "a sha256 that is not in the manifest"),
]  # fmt: skip


@pytest.mark.requirement("R4-13", "R4-30", "F16")
@pytest.mark.parametrize(("text", "what", "why"), REFUSED, ids=[one[0][:24] for one in REFUSED])
def test_what_only_one_machine_has_is_refused(text: str, what: str, why: str) -> None:
    """Provenance: issue 6, item 6; REQUIREMENTS.md R4-13, R4-28, R4-30."""
    assert f"{what}: {why}" in [
        str(one) for one in lint(f"x {text} y\n{text}", MANIFEST, "github.com")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"[r]({RELEASE}index.html) and {ARTIFACT}, or <{ARTIFACT}>.", f"`{SHA}`", "[up](#part)", "a/tmp/x and /tmpfs",
        "`http://127.0.0.1:1/v1` ``a ` file:///x``", "GET /v1/responses", "<local path>/x", "</home>", "deadbeef",
    ],
)  # fmt: skip
def test_what_everybody_can_open_passes(text: str) -> None:
    """Provenance: ours; a path of HTTP and an address that is shown and not linked are no places."""
    assert lint(text, MANIFEST, "github.com") == ()


@pytest.mark.requirement("R4-30")
def test_no_text_of_an_sdk_can_make_the_comment_fail_the_linter() -> None:
    """Provenance: ours; texts are made safe before, the linter is the second door."""
    nasty = "".join(f"{text} " for text, _, _ in REFUSED)
    made = comment(
        stored(RELEASE),
        stored(ARTIFACT),
        causes=[cause(number, sentence=text) for number, (text, _, _) in enumerate(REFUSED, 1)],
        exit_reason=nasty,
        command=["codex-parity", "run", "-o", "/tmp/x", nasty],
        not_verified=[nasty],
        exit=1,
    )

    assert lint(made, MANIFEST, "github.com") == ()
