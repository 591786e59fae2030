"""Release numbers of codex, ranges of them, and what a release is called in each registry.

Platforms and target triples as in the published packages: ``@openai/codex`` on npm has one version per platform from
0.100 on (``0.169.0-linux-x64``) and all platforms in one package before; ``openai-codex-cli-bin`` is on PyPI since 0.131.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from harness.errors import UsageFault

NPM_PACKAGE: Final = "@openai/codex"
PYPI_PACKAGE: Final = "openai-codex-cli-bin"

_STABLE: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_TRIPLES: Final = {
    ("linux", "x86_64"): ("linux-x64", "x86_64-unknown-linux-musl"),
    ("linux", "aarch64"): ("linux-arm64", "aarch64-unknown-linux-musl"),
    ("darwin", "x86_64"): ("darwin-x64", "x86_64-apple-darwin"),
    ("darwin", "arm64"): ("darwin-arm64", "aarch64-apple-darwin"),
    ("win32", "amd64"): ("win32-x64", "x86_64-pc-windows-msvc"),
    ("win32", "arm64"): ("win32-arm64", "aarch64-pc-windows-msvc"),
}


def is_stable(version: str) -> bool:
    """Whether ``version`` is a release: three numbers and nothing else."""
    return _STABLE.fullmatch(version) is not None


def key(version: str) -> tuple[int, ...]:
    """What releases are sorted by: 0.101.0 comes after 0.58.0."""
    return tuple(int(part) for part in version.split("."))


def stable(versions: Iterable[str]) -> tuple[str, ...]:
    """The releases among ``versions``, oldest first."""
    return tuple(sorted({one for one in versions if is_stable(one)}, key=key))


def platform_of(system: str, machine: str) -> tuple[str, str]:
    """The npm suffix and the target triple of a platform.

    Args:
        system: ``sys.platform``.
        machine: ``platform.machine()``.

    Raises:
        UsageFault: codex is not released for it.
    """
    found = _TRIPLES.get((system, machine.lower()))
    if found is None:
        known = ", ".join(sorted({suffix for suffix, _ in _TRIPLES.values()}))
        raise UsageFault(
            f"codex is not released for {system} {machine}", hint=f"It is for {known}."
        )
    return found


def npm_names(version: str, suffix: str) -> tuple[str, str]:
    """Under which names a release may be on npm: that of its platform first."""
    return f"{NPM_PACKAGE}@{version}-{suffix}", f"{NPM_PACKAGE}@{version}"


def expand(words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Releases from words: ``0.169.0``, ``latest``, ``0.150.0..latest`` (both ends included), oldest first.

    Args:
        words: as a person wrote them.
        known: every release that the registry has.

    Raises:
        UsageFault: a word is none of these, or a range holds no release.
    """
    chosen: set[str] = set()
    for word in words:
        first, dots, last = word.partition("..")
        ends = [_end(one, known) for one in ([first, last] if dots else [first])]
        if not dots:
            chosen.update(ends)
            continue
        inside = [one for one in known if key(ends[0]) <= key(one) <= key(ends[1])]
        if not inside:
            raise UsageFault(f"no release in {word}", hint="Give the older release first.")
        chosen.update(inside)
    return tuple(sorted(chosen, key=key))


def _end(word: str, known: Sequence[str]) -> str:
    if word == "latest":
        if not known:
            raise UsageFault(
                "`latest` needs the registry", hint="Name the release, such as 0.169.0."
            )
        return known[-1]
    if not is_stable(word):
        raise UsageFault(
            f"`{word}` is no release of codex",
            hint="Write 0.169.0, latest, or a range such as 0.150.0..latest.",
        )
    return word
