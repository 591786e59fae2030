"""The tree keeps its own rules: sizes, paths, rooms, schemas, no skips that nobody counts."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50


def tracked(*patterns: str) -> list[Path]:
    """Files of the tree as git sees them: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=ROOT, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return [path for name in listed.stdout.split("\n") if name and (path := ROOT / name).is_file()]


CODE = tracked(
    "harness/*.py",
    "mock_codex/*.py",
    "mutants/*.py",
    "ci_local/*.py",
    "subjects/*.py",
    "subjects/*.mjs",
    "bench/*.py",
    "noxfile.py",
)


def test_no_module_is_longer_than_400_lines() -> None:
    """Provenance: STYLE.md 18."""
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").split("\n")) for path in CODE}

    assert {name: lines for name, lines in long.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    """Provenance: STYLE.md 18; docstring and signature included."""
    long = {}
    for path in CODE:
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    size = (node.end_lineno or 0) - node.lineno + 1
                    if size > LONGEST_FUNCTION:
                        long[f"{path.relative_to(ROOT)}:{node.name}"] = size

    assert long == {}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "subjects").glob("*/driver.*")), ids=lambda path: path.parent.name
)
def test_a_driver_is_of_130_lines_at_most_and_imports_nothing_of_the_harness(path: Path) -> None:
    """Provenance: DESIGN, driver protocol; issue text."""
    text = path.read_text("utf-8")

    assert len(text.split("\n")) <= 131
    assert "harness" not in re.sub(r"(#|//|\"\"\").*", "", text)


def test_no_file_names_a_place_of_one_machine_or_a_registry_host() -> None:
    """Provenance: the rules of the project; what is committed works anywhere."""
    forbidden = re.compile(
        r"(?<![\w>])/(?:work|root)/[A-Za-z]|(?<![\w>])/home/(?!runner|user|you)[A-Za-z]"
        r"|registry\.npmjs|files\.pythonhosted|pypi\.org/simple"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.suffix not in {".png", ".webm"} and path != Path(__file__)
        for match in [forbidden.search(path.read_text("utf-8", errors="replace"))]
        if match
    ]

    assert found == []


def test_architecture_names_every_room_and_no_other() -> None:
    """Provenance: STYLE.md, habits."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = {path.parent.name for path in (ROOT / "harness").glob("*/__init__.py")}
    named = set(re.findall(r"`harness/(\w+)/`", text)) | {"golden_suite", "cli"}

    assert rooms == named


@pytest.mark.parametrize(
    "path", sorted((ROOT / "schemas").glob("*.json")), ids=lambda path: path.stem
)
def test_every_schema_is_a_schema(path: Path) -> None:
    """Provenance: JSON Schema 2020-12."""
    schema = json.loads(path.read_bytes())

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]


@pytest.mark.process
def test_the_mock_imports_nothing_but_the_standard_library() -> None:
    """Provenance: DESIGN, law 1; an isolated interpreter with an empty environment and no site-packages can import all of it."""
    modules = [
        f"mock_codex.{path.stem}"
        for path in (ROOT / "mock_codex").glob("*.py")
        if path.stem != "__init__"
    ]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(
        f"import {name}" for name in sorted(modules)
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        env={},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert modules


@pytest.mark.requirement("P-15")
def test_every_skip_has_a_reason() -> None:
    """Provenance: REQUIREMENTS.md P-15; a skip that nobody counts hides the truth."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("tests/*.py")
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if re.search(
            r"mark\.(skip|xfail)\b(?!if)(?!.*reason=)|pytest\.skip\(\)|importorskip\(", line
        )
        and path != Path(__file__)
    ]

    assert bare == []


@pytest.mark.requirement("P-16", "R2-14")
def test_tests_wait_for_events_instead_of_sleeping() -> None:
    """Provenance: REQUIREMENTS.md P-16."""
    sleeping = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("tests/*.py")
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if re.search(r"\b(time|asyncio|anyio)\.sleep\(", line) and path != Path(__file__)
    ]

    assert sleeping == []
