"""Which difference is reduced, and when a play still shows it and not another one."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.observation import Invocation, Observation, TurnRecord
from harness.shrink.target import Row, Seen, Target, choose


def row(fingerprint: str, check: str = "surfaced.events", **more: JsonValue) -> Row:
    """A difference as in a run file."""
    return {"fingerprint": fingerprint, "check": check, "level": "contract", "known": None, **more}


def side(error: str | None = None, *, unmatched: bool = False) -> Observation:
    """An observation with an error of a class, or of a mock that had no turn to play."""
    invocation = Invocation(
        argv=(), env={}, cwd="", stdin=None, schema=None, images=(), signals=(), turn=None if unmatched else 0, wrote=0,
        stage="ended", end="exit 97" if unmatched else "exit 0", pid=1, started_ns=0, ended_ns=None, alive_after=False,
    )  # fmt: skip
    turn = TurnRecord(error=None if error is None else {"class": error})
    return Observation(
        scenario="s", subject="x", mode="run", invocations=(invocation,), turns=(turn,)
    )


def seen(*rows: Row, reference: Observation | None = None, sdk: Observation | None = None) -> Seen:
    """One play."""
    return Seen(rows=rows, reference=reference or side(), sdk=sdk or side())


def test_a_play_shows_it_if_the_fingerprint_is_there() -> None:
    """Provenance: issue text; the same fingerprint class."""
    target = Target.of(row("a"), seen(row("a"), row("b")))

    assert target.shows_in(seen(row("a")))
    assert not target.shows_in(seen(row("b")))
    assert target.row_of(seen(row("b"), row("a", path="$.x")))["path"] == "$.x"


def test_a_new_class_of_error_is_another_bug() -> None:
    """Provenance: ours; the slippage of delta debugging."""
    target = Target.of(row("a"), seen(row("a"), sdk=side("KeyError")))

    assert target.shows_in(seen(row("a")))
    assert target.shows_in(seen(row("a"), sdk=side("KeyError")))
    assert not target.shows_in(seen(row("a"), sdk=side("ValueError")))
    assert not target.shows_in(seen(row("a"), reference=side("KeyError")))


def test_the_reference_must_find_its_turn_unless_it_never_did() -> None:
    """Provenance: ours; a script without turns would be smaller and worth nothing."""
    lost = seen(row("a"), reference=side(unmatched=True))

    assert not Target.of(row("a"), seen(row("a"))).shows_in(lost)
    assert Target.of(row("a"), lost).shows_in(lost)
    assert Target.of(row("a"), seen(row("a"))).shows_in(seen(row("a"), sdk=side(unmatched=True)))


def test_a_hang_is_about_the_host() -> None:
    """Provenance: ours; then the deadline belongs to the scenario."""
    assert Target.of(row("a", "lifecycle.host"), seen()).hangs
    assert not Target.of(row("a"), seen()).hangs


def test_what_is_new_is_chosen_before_what_is_known_and_what_counts_before_what_does_not() -> None:
    """Provenance: ours."""
    known = row("k", known={"reason": "sdk-bug"})
    cosmetic = row("c", level="cosmetic")
    new = row("n")

    assert choose([cosmetic, known, new]) is new
    assert choose([cosmetic, known]) is known
    assert choose([cosmetic]) is cosmetic
    assert choose([]) is None


def test_a_check_or_a_fingerprint_chooses() -> None:
    """Provenance: issue text."""
    first, second = row("a"), row("b", "sent.argv")

    assert choose([first, second], check="sent.argv") is second
    assert choose([first, second], fingerprint="b") is second
    assert choose([first, second], check="sent.env") is None
