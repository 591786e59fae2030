"""How a driver in a compiled language is built: one recipe per kind of ``[install]`` (``schemas/subject.json``).

A recipe runs in the subject's folder, so that an SDK beside it can be a dependency by path, and writes only where it is
told: ``{new}`` is the environment being made, ``{cache}`` is kept for the next build. Starts nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from harness.subjects.base import InstallKind

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """``program`` is looked up on PATH and run once per step; ``sources`` are globs of all that makes the result."""

    program: str
    steps: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict[str, str])


RECIPES: Final[Mapping[InstallKind, Recipe]] = {
    "go": Recipe(
        program="go",
        steps=(("build", "-trimpath", "-buildvcs=false", "-o", "{new}/bin/driver", "."),),
        sources=("go.mod", "go.sum", "**/*.go"),
    ),
    "cargo": Recipe(
        program="cargo",
        steps=(("install", "--locked", "--path", ".", "--root", "{new}", "--quiet"),),
        sources=("Cargo.toml", "Cargo.lock", "src/**/*.rs"),
        env={"CARGO_TARGET_DIR": "{cache}"},
    ),
    "dotnet": Recipe(
        program="dotnet",
        steps=(
            (
                *("publish", "--configuration", "Release", "--nologo"),
                *("--artifacts-path", "{cache}", "--output", "{new}/bin"),
            ),
        ),
        sources=("*.csproj", "packages.lock.json", "**/*.cs"),
        env={"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"},
    ),
    "mix": Recipe(
        program="mix",
        steps=(("deps.get", "--check-locked"), ("compile",)),
        sources=("mix.exs", "mix.lock", "lib/**/*.ex"),
        env={"MIX_ENV": "prod", "MIX_BUILD_PATH": "{new}", "MIX_DEPS_PATH": "{cache}/deps"},
    ),
}
"""``npm`` and ``pip`` install and build nothing: ``install.py`` has them."""


def sources(kind: InstallKind, folder: Path) -> tuple[str, ...]:
    """The files that a build of this kind depends on, relative to ``folder``, sorted."""
    found = {path for pattern in RECIPES[kind].sources for path in folder.glob(pattern)}
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found if path.is_file()))


def filled(texts: Mapping[Key, str], new: Path, cache: Path) -> dict[Key, str]:
    """The texts with the places put in for ``{new}`` and ``{cache}``."""
    return {
        key: text.replace("{new}", str(new)).replace("{cache}", str(cache))
        for key, text in texts.items()
    }
