"""The tests of this project may run in any order and beside each other.

Provenance: REQUIREMENTS.md R1-18. Two rooms stand for all: `nox -s tests` runs every room so, each time with another seed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.commandline import ROOT

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]

ROOMS = ("tests/ledger", "tests/redaction")


def ran(*words: str) -> tuple[list[str], str]:
    """Run the rooms; the tests in the order in which they ended, and the last line."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *words, *ROOMS],
        cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"(tests/\S+::\S+)", done.stdout), done.stdout


@pytest.mark.requirement("R1-18")
def test_two_rooms_pass_in_two_orders_and_in_parallel() -> None:
    first, _ = ran("-n", "0", "--randomly-seed=1")
    second, _ = ran("-n", "0", "--randomly-seed=2")
    _, beside = ran("-n", "2")

    assert sorted(first) == sorted(second)
    assert first != second, "the order is one of chance"
    assert "[gw0]" in beside
    assert "[gw1]" in beside


@pytest.mark.requirement("R1-18")
def test_the_tests_are_run_in_parallel_and_in_an_order_of_chance() -> None:
    """The session says `-n auto`, and pytest-randomly shuffles wherever it is installed."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    session = (ROOT / "noxfile.py").read_text("utf-8")

    assert any(one.startswith("pytest-randomly") for one in groups["tests"])
    assert '"pytest", "-n", "auto"' in session
    assert "no:randomly" not in session
