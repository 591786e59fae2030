"""Every command in the documentation is run, every link leads somewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mutants.catalogue import SHEETS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OFFLINE = "Is the package index reachable?"
"""What a command says that had to fetch something and could not."""

ALLOWED_EXIT = {
    "run": {0, 1, 5},
    "replay": {0, 1, 5},
    "golden": {0, 5},
    "baseline": {0, 5},
    "findings": {0},
    "fuzz": {0, 1},
    "compare": {0, 1},
    "diff": {0, 1},
}


def commands(page: Path) -> list[str]:
    """The lines after ``$`` of every console block of a page."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [line[2:] for block in blocks for line in block.split("\n") if line.startswith("$ ")]


@pytest.fixture
def playground(tmp_path: Path) -> Path:
    """A copy of the project's data that a command may write to, with the installed SDKs of the real one."""
    for name in ("docs", "fixtures", "subjects", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tests").symlink_to(ROOT / "tests", target_is_directory=True)
    (ROOT / ".parity").mkdir(exist_ok=True)
    (tmp_path / ".parity").symlink_to(ROOT / ".parity", target_is_directory=True)
    return tmp_path


@pytest.mark.requirement("R0-14", "F20")
@pytest.mark.process
@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_runs(page: Path, playground: Path) -> None:
    """Provenance: STYLE.md, docs as tests. nox commands are run by CI itself; here their sessions must exist."""
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    env["TMPDIR"] = str(playground / "tmp")  # `gc` looks there for what runs left
    sessions = set(
        re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE)
    )
    for command in commands(page):
        words = command.split()
        if "nox" in words:
            if "-s" in words:
                assert words[words.index("-s") + 1] in sessions, command
            continue
        done = subprocess.run(
            command,
            shell=True,
            cwd=playground,
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        if done.returncode == 3 and OFFLINE in done.stderr:
            pytest.skip(reason=f"no package index: {command}")
        allowed = ALLOWED_EXIT.get(words[1] if len(words) > 1 else "", {0})
        assert done.returncode in allowed, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """Provenance: ours; relative links only, nothing is fetched."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_numbers_on_the_pages_are_those_of_the_tree() -> None:
    """Provenance: ours; a number that is typed in by hand goes stale."""
    scenarios = len(list((ROOT / "fixtures/scenarios").glob("*/*.yaml")))
    mutants = sum(map(len, SHEETS.values()))
    probes = len(json.loads((ROOT / "tests/mock_codex/probes.json").read_bytes())["cases"])
    readme, testing = ((ROOT / name).read_text("utf-8") for name in ("README.md", "TESTING.md"))

    assert f"plays {scenarios} scenarios" in readme
    assert f"each of the {scenarios} scripts" in testing
    assert f"{mutants} mutants" in testing
    assert f"rejects {probes} command lines" in testing


def test_every_page_that_the_program_names_exists() -> None:
    """Provenance: ours; a message that sends a person to a page that is not there is no help."""
    code = [
        path
        for room in ("harness", "mock_codex", "subjects")
        for path in (ROOT / room).rglob("*.py")
    ]
    named = {
        page for path in code for page in re.findall(r"docs/[\w-]+\.md", path.read_text("utf-8"))
    }

    assert named
    assert {page for page in named if not (ROOT / page).is_file()} == set()
