"""Cells by their address: the pins of a version, the pins of a Node, the matrices that are shipped."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import SubjectInvalid, UsageFault
from harness.subjects.base import Subject, load_subject
from harness.subjects.install import environment, pin_files
from harness.subjects.matrix import Address, parse_address
from harness.subjects.variants import at, cells, everyday, nodes, read_matrix, versions_of
from tests.subjects.fake import ROOT, SCHEMAS, fake

SHIPPED = sorted(path.parent.name for path in ROOT.subjects.glob("*/matrix.toml"))
NODE = load_subject(ROOT.subjects / "openai-typescript", SCHEMAS)
PYTHON = load_subject(ROOT.subjects / "openai-codex-sdk", SCHEMAS)


def cell(text: str, subject: Subject = NODE) -> Subject:
    return at(subject, parse_address(text), ROOT.subjects)


def test_a_name_alone_is_the_pinned_version_on_the_machines_own_runtime() -> None:
    """Provenance: docs/versions.md."""
    found = cell("openai-typescript")

    assert (found.name, found.version, found.on) == ("openai-typescript", NODE.version, None)
    assert found.pins_folder == NODE.folder
    assert environment(found, Path("home")) == environment(NODE, Path("home"))


def test_an_address_chooses_the_pins_of_its_version_and_of_its_node() -> None:
    """Provenance: docs/versions.md; the name stays as it was written, baselines go by the family."""
    found = cell("openai-typescript@0.104.0+node22")

    assert found.name == "openai-typescript@0.104.0+node22"
    assert found.family == "openai-typescript"
    assert found.pins_folder == NODE.folder / "pins" / "0.104.0"
    assert found.runtime_pins == ROOT.subjects / "runtimes" / "node22"
    assert environment(found, Path("home")) != environment(NODE, Path("home"))


def test_one_environment_serves_every_node_and_each_python_has_its_own() -> None:
    """Provenance: ours; npm installs the same files for each Node, a virtual environment belongs to one Python."""
    home = Path("home")

    assert environment(cell("openai-typescript+node22"), home) == environment(NODE, home)
    two = {environment(cell(f"x+python3.{minor}", PYTHON), home) for minor in (12, 13)}
    assert len(two | {environment(PYTHON, home)}) == 3


@pytest.mark.parametrize(
    ("text", "subject", "message"),
    [
        ("x@9.9.9", NODE, r"no pins for openai-typescript 9\.9\.9\n.*0\.104\.0, .*subject pin openai-typescript@9\.9\.9"),
        ("x+node99", NODE, r"no pins for node99\n.*node20, node22, node24; .*subject pin node99"),
        ("x+python3.12", NODE, r"does not run on python3\.12\n.*node"),
        ("x+node22", PYTHON, r"does not run on node22\n.*python"),
        ("x+python3", PYTHON, r"python3 is no version of Python\n.*python3\.12"),
        ("x+node22", fake("good"), r"fake does not run on node22\n.*cannot be chosen"),
        ("x+node22", fake("good", runtime="node"), r"fake has no \[install\]"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_usage_error_that_names_what_is(
    text: str, subject: Subject, message: str
) -> None:
    """Provenance: issue text, "unknown version/runtime is a usage error naming what there is and how to add"."""
    with pytest.raises(UsageFault, match=message):
        cell(text, subject)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_cell_of_a_shipped_matrix_has_pins(name: str) -> None:
    """Provenance: schemas/matrix.json."""
    subject = load_subject(ROOT.subjects / name, SCHEMAS)
    found = cells(subject, SCHEMAS, ROOT.subjects)

    assert len({one.name for one in found}) == len(found) > 1
    assert subject.version in {one.version for one in found}
    for one in found:
        assert all(path.is_file() for path in pin_files(one)), one.name


PINS = sorted(
    path
    for pattern in ("*/package-lock.json", "*/pins/*/*", "runtimes/*/*", "*/requirements.txt")
    for path in ROOT.subjects.glob(pattern)
)


@pytest.mark.requirement("R1-35")
@pytest.mark.parametrize("path", PINS, ids=lambda path: path.relative_to(ROOT.subjects).as_posix())
def test_pins_are_exact_have_hashes_and_name_no_registry(path: Path) -> None:
    """Provenance: issue text; whoever installs uses the registry of their own configuration."""
    text = path.read_text("utf-8")

    assert "http" not in text
    if path.name == "package-lock.json":
        packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
        assert packages
        assert [name for name, one in packages.items() if "integrity" not in one] == []
    elif path.name == "requirements.txt":
        entries = re.findall(
            r"^([\w.-]+)==[\w.]+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE
        )
        assert len(entries) == len(re.findall(r"^[\w.-]+[=<>~]", text, re.MULTILINE)) > 0


def test_a_version_without_pins_in_a_matrix_is_refused(tmp_path: Path) -> None:
    """Provenance: ours; told where it is written, not when it is played."""
    shutil.copytree(PYTHON.folder, tmp_path / "s")
    subject = replace(PYTHON, folder=tmp_path / "s")
    (tmp_path / "s" / "matrix.toml").write_text('versions = ["7.0.0"]\n', "utf-8")

    with pytest.raises(
        SubjectInvalid, match=r"7\.0\.0 has no pins @ .*(?s:.)*subject pin openai-codex-sdk@7"
    ):
        read_matrix(subject, SCHEMAS)
    (tmp_path / "s" / "matrix.toml").write_text("versions =", "utf-8")
    with pytest.raises(SubjectInvalid, match="not TOML"):
        read_matrix(subject, SCHEMAS)


def test_a_subject_without_a_matrix_is_one_cell() -> None:
    """Provenance: ours; the fake has neither matrix nor pins."""
    subject = fake("good")

    assert cells(subject, SCHEMAS, ROOT.subjects) == [subject]
    assert versions_of(subject) == ("1.0",)
    assert nodes(Path("nowhere")) == ()


def test_a_plain_run_has_the_typescript_sdk_on_a_second_node() -> None:
    """Provenance: issue text, the fifth subject."""
    for own, second in (("node20", "node24"), ("node24", "node22"), (None, "node24")):
        names = [one.name for one in everyday([NODE, PYTHON], SCHEMAS, ROOT.subjects, own)]

        assert names == ["openai-typescript", "openai-codex-sdk", f"openai-typescript+{second}"]


def test_a_cell_that_is_asked_for_by_the_pinned_version_has_the_pinned_files() -> None:
    """Provenance: ours."""
    found = at(NODE, Address(name="x", version=NODE.version), ROOT.subjects)

    assert found.pins_folder == NODE.folder
    assert found.name == f"openai-typescript@{NODE.version}"
