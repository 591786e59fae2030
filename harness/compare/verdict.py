"""From differences to words: the verdict on a scenario, and whose fault a difference with a golden is.

Closed unions only (DESIGN, "Comparison"). Takes what was compared and what the baseline expects; reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from harness.compare.compare import State
from harness.compare.difference import Difference


class Verdict(Enum):
    """What can be said of one subject in one scenario. A crash, silence, a skip and a mismatch are different words."""

    MATCH = "match"
    DIVERGENCE = "divergence"
    KNOWN = "known"
    CHANGED = "changed"
    FIXED = "fixed"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_RUN = "could_not_run"
    INCOMPLETE = "incomplete"
    HARNESS_ERROR = "harness_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict with its reason, and the fingerprints behind it."""

    verdict: Verdict
    reason: str
    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def decide(
    *,
    differences: Sequence[Difference],
    states: Mapping[str, State],
    expected: Iterable[str] = (),
    pinned: Iterable[str] = (),
) -> Decision:
    """The verdict on one subject in one scenario, over all its modes.

    Args:
        differences: of all modes.
        states: of all modes, keyed as the caller likes (``<mode>/<check>``).
        expected: fingerprints that the baseline explains here.
        pinned: those of them that the baseline says must occur in this very scenario; one that does not is stale. An
            entry for all scenarios is expected but not pinned.

    New differences come first, then checks that did not happen, then stale entries. Cosmetic differences never make a
    divergence, but they satisfy a baseline entry that names them.
    """
    seen = _unique(one.fingerprint for one in differences)
    counting = _unique(one.fingerprint for one in differences if one.level != "cosmetic")
    must_occur = _unique(pinned)
    explained = {*expected, *must_occur}
    new = tuple(name for name in counting if name not in explained)
    known = tuple(name for name in seen if name in explained)
    stale = tuple(name for name in must_occur if name not in seen)
    undone = sorted(check for check, state in states.items() if state == "not_done")
    verdict, reason = _verdict(new, known, stale, undone, compared=bool(states))
    return Decision(verdict=verdict, reason=reason, new=new, known=known, stale=stale)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _verdict(
    new: tuple[str, ...],
    known: tuple[str, ...],
    stale: tuple[str, ...],
    undone: list[str],
    *,
    compared: bool,
) -> tuple[Verdict, str]:
    if new and stale:
        return Verdict.CHANGED, f"{_count(new)} instead of {_count(stale)} of the baseline"
    if new:
        return Verdict.DIVERGENCE, f"{_count(new)} that the baseline does not explain"
    if not compared:
        return Verdict.INCOMPLETE, "no check was compared"
    if undone:
        return Verdict.INCOMPLETE, f"did not happen, or could not be decided: {', '.join(undone)}"
    if stale:
        return Verdict.FIXED, f"{_count(stale)} of the baseline no longer there"
    if known:
        return Verdict.KNOWN, f"{_count(known)}, all in the baseline"
    return Verdict.MATCH, "every declared check is equal"


def _count(names: tuple[str, ...]) -> str:
    return "one cause" if len(names) == 1 else f"{len(names)} causes"


class ThreeWay(Enum):
    """Reference now (R), golden (G) and SDK (S): which of the three stands apart."""

    MATCH = "match"
    SDK_DIFFERS = "sdk_differs"
    GOLDEN_STALE = "golden_stale"
    REFERENCE_DIFFERS = "reference_differs"
    ALL_DIFFER = "all_differ"

    @property
    def sentence(self) -> str:
        """The answer to "mine or theirs?"."""
        return _ANSWERS[self]


_ANSWERS: Final[dict[ThreeWay, str]] = {
    ThreeWay.MATCH: "Nobody's: reference, golden and SDK agree.",
    ThreeWay.SDK_DIFFERS: "The SDK's: reference and golden agree, the SDK stands alone.",
    ThreeWay.GOLDEN_STALE: "Upstream changed: reference and SDK agree, the golden is stale.",
    ThreeWay.REFERENCE_DIFFERS: (
        "The reference's: SDK and golden agree, the reference has moved; the SDK is at the golden's state."
    ),
    ThreeWay.ALL_DIFFER: "Not decided: all three differ. Look at the mock first.",
}


def three_way(
    *, reference_equals_golden: bool, reference_equals_sdk: bool, sdk_equals_golden: bool
) -> ThreeWay:
    """Which of the three stands apart.

    Equality is transitive, so two of the three imply the third, unless a weakening hid a difference in one of the pairs:
    then, too, nothing that all three can express differs.
    """
    match reference_equals_golden, reference_equals_sdk, sdk_equals_golden:
        case True, False, False:
            return ThreeWay.SDK_DIFFERS
        case False, True, False:
            return ThreeWay.GOLDEN_STALE
        case False, False, True:
            return ThreeWay.REFERENCE_DIFFERS
        case False, False, False:
            return ThreeWay.ALL_DIFFER
        case _:
            return ThreeWay.MATCH
