"""Which release of codex first shows something: a binary search whose probe is asked by the caller.

The assumption is said in every answer: what one release shows that the oldest did not, every later one shows as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from harness.errors import UsageFault

Shown: TypeAlias = frozenset[str]
"""What a release shows, as names; None where it could not be played there."""
Probe: TypeAlias = Callable[[str], Shown | None]

ASSUMPTION = (
    "what one release shows and the oldest did not, every later one is taken to show as well"
)

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer. ``asked``: what each release showed, in the order of asking.

    ``first``: the oldest release that shows something new, None: no end to look for. ``last``: the newest before it that
    shows nothing new. ``between``: releases between the two that could not be played, so one of them may be the first.
    ``new``: what ``first`` shows and the oldest release did not.
    """

    asked: tuple[tuple[str, Shown | None], ...]
    first: str | None = None
    last: str | None = None
    between: tuple[str, ...] = ()
    new: Shown = frozenset()
    why_not: str = ""


def bisect(versions: Sequence[str], probe: Probe) -> Found:
    """Find the first release that shows something the oldest does not.

    Args:
        versions: two or more releases, oldest first.
        probe: says what a release shows; it is asked for each release once at most, for both ends first.

    Raises:
        UsageFault: there are fewer than two releases.
    """
    if len(versions) < _FEWEST:
        raise UsageFault(f"one release has no step: {', '.join(versions)}", hint="Name a range.")
    asked: dict[str, Shown | None] = {}

    def ask(version: str) -> Shown | None:
        asked[version] = probe(version)
        return asked[version]

    oldest, newest = ask(versions[0]), ask(versions[-1])
    if oldest is None or newest is None:
        cut = versions[0] if oldest is None else versions[-1]
        return Found(asked=tuple(asked.items()), why_not=f"it cannot be played with codex {cut}")
    if not newest - oldest:
        same = "both ends show the same" if newest == oldest else "the newest shows only less than the oldest"  # fmt: skip
        return Found(asked=tuple(asked.items()), why_not=same)
    good, bad = 0, len(versions) - 1
    while (index := _middle(versions, asked, good, bad)) is not None:
        shown = ask(versions[index])
        if shown is not None and shown - oldest:
            bad = index
        elif shown is not None:
            good = index
    return Found(
        asked=tuple(asked.items()),
        first=versions[bad],
        last=versions[good],
        between=tuple(versions[good + 1 : bad]),
        new=(asked[versions[bad]] or frozenset()) - oldest,
    )


def _middle(
    versions: Sequence[str], asked: dict[str, Shown | None], good: int, bad: int
) -> int | None:
    """The release nearest to the middle that was not asked yet."""
    left = [index for index in range(good + 1, bad) if versions[index] not in asked]
    return min(left, key=lambda index: (abs(2 * index - good - bad), index), default=None)
