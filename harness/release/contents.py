"""CORE: what a wheel and an sdist must hold, out of what the repository holds, and what neither may."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from harness.release.lines import Line

DATA: Final = "harness/_data"
"""Where the wheel keeps the data of the project (pyproject.toml, force-include)."""

_GROUPS: Final = (
    ("scenarios", r"fixtures/scenarios/.*\.yaml"),
    ("goldens", r"fixtures/golden/.*"),
    ("recordings and baselines", r"fixtures/(?:wire|baselines)/.*"),
    ("schemas", r"schemas/.*"),
    ("drivers and pins", r"subjects/.*"),
    ("templates and assets", r"harness/(?:.*/)?(?:assets|skeletons)/.*|mock_codex/data/.*"),
    ("code", r"(?:harness|mock_codex)/.*\.py"),
)
_ONLY_SOURCE: Final = (
    ("documentation", r"docs/.*|README\.md|CHANGELOG\.md|LICENSE"),
    ("tests", r"tests/.*"),
)
_FORBIDDEN: Final = re.compile(
    r"(?:^|/)(?:__pycache__|\.parity|\.git|\.nox|\.venv|venv|node_modules|target|_build|deps|obj|\.[a-z]+_cache|\.hypothesis|dist|build)/"
    r"|(?:^|/)reports/.+(?<!\.gitkeep)$|\.(?:pyc|pyo|so|dylib|dll|exe|whl|node|o|a|class|beam|webm)$|(?:^|/)\.coverage|\.egg-info/"
)
_MAGIC: Final[Mapping[bytes, str]] = {
    b"\x7fELF": "ELF",
    b"MZ\x90\x00": "Windows",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbe": "Mach-O",
}


def contents_lines(
    kind: str, held: Mapping[str, bytes], tracked: Collection[str], command: str
) -> list[Line]:
    """One line per group of files that must be in, and one for what must not.

    Args:
        kind: ``wheel`` or ``sdist``.
        held: path -> first bytes of every file in the package; of an sdist without its top folder.
        tracked: every file of the repository.
        command: what lists the package.
    """
    groups = _GROUPS if kind == "wheel" else (*_GROUPS, *_ONLY_SOURCE)
    lines = [_group(kind, name, pattern, held, tracked, command) for name, pattern in groups]
    return [*lines, _foreign(kind, held, command)]  # fmt: skip


def _group(
    kind: str,
    name: str,
    pattern: str,
    held: Collection[str],
    tracked: Collection[str],
    command: str,
) -> Line:
    wanted = sorted(path for path in tracked if re.fullmatch(pattern, path))
    missing = [path for path in wanted if _packed(kind, path) not in held]
    title = f"{kind}: {name}"
    if not wanted:
        detail = "the repository has none: is this the right folder?"
        return Line(status="fail", name=title, detail=detail, command=command)
    if missing:
        detail = f"{len(missing)} of {len(wanted)} are missing, first {missing[0]}"
        return Line(status="fail", name=title, detail=detail, command=command)
    return Line(status="pass", name=title, detail=f"all {len(wanted)}", command=command)


def _packed(kind: str, path: str) -> str:
    inside = path.startswith(("harness/", "mock_codex/"))
    return path if kind == "sdist" or inside else f"{DATA}/{path}"


def _foreign(kind: str, held: Mapping[str, bytes], command: str) -> Line:
    found = [path for path in sorted(held) if _FORBIDDEN.search(path)]
    found += [
        f"{path} ({what} binary)"
        for path, head in sorted(held.items())
        for magic, what in _MAGIC.items()
        if head.startswith(magic) and path not in found
    ]
    title = f"{kind}: no caches, reports, binaries"
    if found:
        detail = f"{len(found)} that do not belong there, first {found[0]}"
        return Line(status="fail", name=title, detail=detail, command=command)
    return Line(status="pass", name=title, detail=f"none among {len(held)} files", command=command)
