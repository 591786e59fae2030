"""Since which version of its SDK a difference shows, from a run over several versions."""

from __future__ import annotations

from harness.baseline.entries import parse
from harness.baseline.rewrite import Seen, Shown
from harness.baseline.since import note_since

ENTRY = """\
# mine
[[expected]]
fingerprint = "0123456789ab"
check = "surfaced.events"
scenarios = ["exec.items.*"]
reason = "sdk-bug"
because = "drops a field"
"""


def cell(
    version: str, *shown: str, compared: set[str] | None = None, pinned: bool = False
) -> Shown:
    """A version in which some scenarios show the difference; ``a`` and ``b`` were compared unless said."""
    return Shown(
        version=version,
        runtime="node22",
        pinned=pinned,
        complete=True,
        compared=frozenset({"exec.items.a", "exec.items.b"} if compared is None else compared),
        seen=[
            Seen(scenario=one, check="surfaced.events", fingerprint="0123456789ab", sentence="x")
            for one in shown
        ],
    )


def since(*cells: Shown, text: str = ENTRY) -> str | None:
    """What is written."""
    (read,) = parse(note_since(text, cells), "x.toml")
    return read.since


PINNED = cell("0.163.0", "exec.items.a", pinned=True)


def test_the_version_before_the_first_that_shows_it_is_named() -> None:
    """Provenance: issue text: what differs, since which version."""
    old, older = cell("0.104.0", "exec.items.a"), cell("0.80.0")

    assert since(older, PINNED, old) == ">0.80.0,<=0.104.0"


def test_a_difference_that_was_gone_in_between_is_dated_from_its_return() -> None:
    """Provenance: ours; the present difference is younger than the gap."""
    assert since(PINNED, cell("0.104.0"), cell("0.80.0", "exec.items.a")) == ">0.104.0,<=0.163.0"


def test_the_oldest_version_that_shows_it_may_not_be_the_first() -> None:
    """Provenance: ours; nothing is said of versions that were not played."""
    assert since(PINNED, cell("0.80.0", "exec.items.a")) == "<=0.80.0"


def test_a_version_that_could_not_be_compared_says_nothing() -> None:
    """Provenance: ours; not applicable is not absent."""
    mute = cell("0.80.0", compared=set())

    assert since(PINNED, mute) == "<=0.163.0"
    assert since(PINNED, mute, cell("0.46.0")) == ">0.46.0,<=0.163.0"


def test_another_scenario_of_an_old_version_does_not_date_it() -> None:
    """Provenance: ours; one fingerprint may have several causes, told apart by scenario."""
    assert since(PINNED, cell("0.80.0", "exec.items.b")) == ">0.80.0,<=0.163.0"


def test_what_the_cells_cannot_tell_is_left_as_it_is() -> None:
    """Provenance: ours; flaky entries and ranges promise something else."""
    flaky = ENTRY + 'flaky = {rate = "3 of 20", measured = 2026-11-21}\n'
    limited = ENTRY + 'sdk = ">=0.150"\n'

    assert note_since(flaky, [PINNED]) == flaky
    assert note_since(limited, [PINNED]) == limited
    assert note_since(ENTRY, [cell("0.163.0", pinned=True)]) == ENTRY
    assert note_since(ENTRY, [cell("0.80.0", "exec.items.a")]) == ENTRY
    assert note_since("# nothing\n", [PINNED]) == "# nothing\n"
