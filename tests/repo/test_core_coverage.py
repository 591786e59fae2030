"""The floor under the coverage of CORE holds: what its own mirror test does not run makes ``tests.core_coverage`` fail.

Provenance: REQUIREMENTS.md R1-33. A small project of one CORE file, measured as `nox -s tests` measures this one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import ROOT

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]

PYPROJECT = """
[tool.coverage.run]
branch = true
source = ["harness"]
[[tool.importlinter.contracts]]
id = "core"
source_modules = ["harness.one"]
"""
CODE = "def sign(x: int) -> str:\n    if x < 0:\n        return 'minus'\n    return 'plus'\n"
HALF = "from harness.one import sign\n\n\ndef test_plus() -> None:\n    assert sign(1) == 'plus'\n"
WHOLE = f"{HALF}\n\ndef test_minus() -> None:\n    assert sign(-1) == 'minus'\n"


@pytest.mark.requirement("R1-33")
@pytest.mark.parametrize(
    ("mirror", "other", "code", "told"),
    [
        (WHOLE, None, 0, "CORE: 1 of 1 files at 100 % branch coverage"),
        (HALF, None, 1, "tests/test_one.py does not cover harness/one.py"),
        (HALF, WHOLE, 1, "tests/test_one.py does not cover harness/one.py"),
        (None, WHOLE, 1, "tests/test_one.py does not cover harness/one.py"),
    ],
    ids=["covered", "half", "covered by another test", "without a mirror"],
)
def test_a_core_file_that_its_own_test_does_not_cover_fails_the_floor(
    tmp_path: Path, mirror: str | None, other: str | None, code: int, told: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    for name, text in {
        "harness/__init__.py": "",
        "harness/one.py": CODE,
        "tests/__init__.py": "",
        "tests/test_one.py": mirror,
        "tests/test_other.py": other,
    }.items():
        if text is not None:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "tests" / "core_coverage.py", tmp_path / "tests")

    tests = _run(
        tmp_path, "pytest", "-q", "-n", "0", "--cov", "--cov-context=test", "--cov-report="
    )
    floor = _run(tmp_path, "tests.core_coverage")

    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert (floor.returncode, told in floor.stdout) == (code, True), floor.stdout + floor.stderr


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
