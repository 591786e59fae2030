"""The coverage floor of CORE: every CORE file has 100 % branch coverage from its own mirror tests alone.

``python -m tests.core_coverage`` after a ``pytest --cov --cov-context=test`` run. Which files are CORE is said in one
place, the import-linter contract ``core`` in ``pyproject.toml``; the mirror of ``harness/x/y.py`` is ``tests/x/test_y.py``
(also ``tests/x/test_y_*.py``), that of ``mock_codex/z.py`` is ``tests/mock_codex/test_z.py``.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
from pathlib import Path

import coverage


def core_files(root: Path) -> list[Path]:
    """The CORE files of the project, as paths relative to ``root``; files without code are left out."""
    config = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (modules,) = (one["source_modules"] for one in contracts if one["id"] == "core")
    found: list[Path] = []
    for module in modules:
        path = root / module.replace(".", "/")
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    return [path.relative_to(root) for path in found if path.name != "__init__.py"]


def mirror(path: Path) -> str:
    """The test file that must cover ``path``, without its ``.py``, as pytest names it."""
    parts = path.parts[1:] if path.parts[0] == "harness" else path.parts
    return "/".join(["tests", *parts[:-1], f"test_{path.stem}"])


def main() -> int:
    """Print a line per file that falls short; return how many there are."""
    root = Path(__file__).parent.parent
    short = 0
    total = core_files(root)
    for path in total:
        measured = coverage.Coverage(data_file=str(root / ".coverage"))
        measured.load()
        out = io.StringIO()
        wanted = re.escape(mirror(path))
        try:
            percent = measured.report(
                morfs=[str(root / path)],
                contexts=["^$", rf"^{wanted}(_\w+)?\.py::"],
                show_missing=True,
                file=out,
            )
        except coverage.exceptions.NoDataError:
            percent = 0.0
        if percent < 100:
            short += 1
            row = next(
                (line for line in out.getvalue().split("\n") if path.name in line), "no test ran it"
            )
            print(f"{mirror(path)}.py does not cover {path}: {row}")
    print(
        f"CORE: {len(total) - short} of {len(total)} files at 100 % branch coverage from their own tests"
    )
    return short


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
