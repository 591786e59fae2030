"""Mirror of ``harness/publish/inside.py``."""

from __future__ import annotations

import pytest

from harness.publish.inside import local_paths, refused_links

PATHS = ("handoff.md", "index.html", "journeys/open/1 a.png", "journeys/index.md")


@pytest.mark.requirement("R4-30")
def test_paths_of_this_machine_are_counted() -> None:
    """Provenance: REQUIREMENTS.md R4-30."""
    assert local_paths('{"cwd": "/tmp/parity-1/cwd", "home": "/home/you"} see/tmp/x') == 2
    assert local_paths("") == 0


@pytest.mark.requirement("R4-30", "F16")
@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("handoff.md", "[log](/srv/log)", "handoff.md links to /srv/log, a path of this machine"),
        ("handoff.md", "![p](file:///srv/p.png)", "handoff.md links to file:///srv/p.png, which only this machine has"),
        ("handoff.md", "<http://127.0.0.1:8000/x>", "handoff.md links to http://127.0.0.1:8000/x, which only this machine has"),
        ("handoff.md", "[a](../parity/index.html)", "handoff.md links to ../parity/index.html, which is not in the bundle"),
        ("journeys/index.md", "[a](handoff.md)", "journeys/index.md links to handoff.md, which is not in the bundle"),
        ("handoff.md", "[a](gone.md) [b](gone.md)", "handoff.md links to gone.md, which is not in the bundle"),
    ],
)  # fmt: skip
def test_a_link_that_only_this_machine_can_follow_is_refused(
    path: str, text: str, said: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-30, F16."""
    assert refused_links(path, text, PATHS) == (said,)


@pytest.mark.parametrize(
    "text",
    [
        "[a](../index.html#/cell)", "![p](open/1%20a.png)", "[folder](open/) [all](..)", "[here](#part)", "`[a](/tmp/x)`",
        "```\n[a](/tmp/x)\n```", "[a](https://example.org/x)", "[a](//example.org/x)", "[a](?q)", "no link, /tmp/x",
    ],
)  # fmt: skip
def test_what_goes_with_the_bundle_or_lies_elsewhere_passes(text: str) -> None:
    """Provenance: ours; whether the web answers is not asked."""
    assert refused_links("journeys/index.md", text, PATHS) == ()
