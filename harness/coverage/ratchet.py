"""CORE: the shares that were reached once (``fixtures/coverage.toml``): none may fall. Text in, sentences or text out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from harness.coverage.areas import Area
from harness.errors import HarnessFault

HOW: str = "Add a scenario that shows it, or, if it is gone on purpose, `codex-parity coverage --min FILE --update`."


def fallen(text: str, areas: Iterable[Area], where: str) -> list[str]:
    """What is below the file: one sentence an area, empty when every share is kept.

    Args:
        text: the file, TOML: ``[reached]`` with the percentage of each area.
        areas: as they are now.
        where: the file's name.

    Raises:
        HarnessFault: not TOML, not of this form, or an area that there is not.
    """
    reached = _read(text, where)
    now = {area.name: area for area in areas}
    unknown = sorted(reached.keys() - now.keys())
    if unknown:
        raise HarnessFault(
            f"no area `{unknown[0]}`", where=where, hint=f"There is {', '.join(now)}."
        )
    sentences = [
        f"{name}: {now[name].share} % is less than {share} %; {_missing(now[name])}"
        for name, share in reached.items()
        if now[name].share < share
    ]
    return sentences + [f"{name}: not in the file" for name in now if name not in reached]


def raised(areas: Iterable[Area]) -> str:
    """The text of the file for the shares as they are now."""
    rows = "".join(f"{area.name} = {area.share}\n" for area in areas)
    return (
        "# Percent of each area of the exec contract that scenarios exercise: `codex-parity coverage`.\n"
        f"# No share may fall. {HOW.replace('FILE', 'fixtures/coverage.toml')}\n\n[reached]\n{rows}"
    )


def _missing(area: Area) -> str:
    holes = [name for name, reason in area.holes.items() if reason is None] or list(area.holes)
    return f"not shown: {', '.join(holes[:5])}{' ...' if len(holes) > 5 else ''}"


def _read(text: str, where: str) -> dict[str, float]:
    try:
        reached = tomllib.loads(text).get("reached")
    except tomllib.TOMLDecodeError as error:
        raise HarnessFault(f"not TOML ({error})", where=where) from error
    if not isinstance(reached, dict) or not all(
        isinstance(share, int | float) and not isinstance(share, bool) for share in reached.values()
    ):
        raise HarnessFault("no table `reached` with a number per area", where=f"{where} $.reached")
    return reached
