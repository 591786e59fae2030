"""Versions and runtimes on the command line: what is refused, what ``compare`` says, what a matrix run reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.root import find_root, load_schemas
from harness.subjects.base import load_subject
from harness.subjects.install import ready
from harness.subjects.variants import cells
from tests.commandline import ROOT, codex_parity, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]
ONE = "exec.items.agent-message"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--subject", "openai-typescript@9.9.9"], ["no pins for openai-typescript 9.9.9", "0.104.0", "subject pin openai-typescript@9.9.9"]),
        (["replay", ONE, "--subject", "openai-typescript+node99"], ["no pins for node99", "subject pin node99"]),
        (["run", "--reference", "openai-codex-sdk+node22"], ["openai-codex-sdk does not run on node22"]),
        (["driver", "check", "openai-typescript+ruby3"], ["no runtime `ruby3`", "NAME[@VERSION][+RUNTIME]"]),
        (["run", "openai-typescript"], ["`openai-typescript` without --matrix", "--subject openai-typescript"]),
        (["run", "--matrix", "openai-typescript@0.104.0"], ["is one cell", "Name the subject: openai-typescript"]),
        (["run", "--matrix", "reference"], ["reference has no matrix", "docs/versions.md"]),
        (["compare", "openai-typescript", "openai-typescript@0.163.0"], ["are the same", "subject matrix"]),
        (["subject", "pin", "openai-typescript+node22"], ["names a cell", "Pin the version"]),
        (["subject", "pin", "node22@24.0.0"], ["24.0.0 is no version of node22"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_a_wrong_address_exits_2_and_says_what_there_is(
    arguments: list[str], said: list[str], tmp_path: Path
) -> None:
    """Provenance: issue text, "unknown version/runtime is a usage error"."""
    ended = codex_parity(*arguments, folder=tmp_path)

    assert ended.code == 2, ended.out + ended.err
    assert [one for one in said if one not in ended.err] == []


@pytest.mark.requirement("R1-1")
def test_compare_says_what_differs_and_exits_1(tmp_path: Path) -> None:
    """Provenance: issue text; a copy that zeroes usage stands for a new version of the reference."""
    other = mutant("zero_usage", tmp_path)
    ended = codex_parity(
        "compare", "reference", other, "-k", ONE, "-o", str(tmp_path / "out"), folder=tmp_path
    )
    text = ended.out

    assert ended.code == 1, text + ended.err
    assert "✗ mutant-zero-usage differs from reference: 1 cause in 1 of 1 scenarios" in text
    assert "what it shows its caller: 1 cause" in text
    assert f"next: codex-parity compare reference {other} --filter {ONE}" in text
    assert (tmp_path / "out" / "index.html").is_file()


def test_compare_of_two_that_do_the_same_exits_0(tmp_path: Path) -> None:
    """Provenance: a copy of the reference that changes nothing."""
    folder = tmp_path / "same"
    shutil.copytree(ROOT / "subjects" / "reference", folder)
    file = folder / "subject.toml"
    file.write_text(file.read_text("utf-8").replace('name = "reference"', 'name = "same"'), "utf-8")
    ended = codex_parity(
        "compare",
        "reference",
        str(folder),
        "-k",
        ONE,
        "-o",
        str(tmp_path / "out"),
        "--json",
        folder=tmp_path,
    )

    assert ended.code == 0, ended.out + ended.err
    assert json.loads(ended.out)["verdicts"] == {"match": 1}


@pytest.mark.requirement("F11")
def test_a_matrix_run_plays_every_cell_and_says_where_a_difference_belongs(tmp_path: Path) -> None:
    """Provenance: PROTOCOLS.md 2.4: the base URL left the environment between 0.104.0 and 0.120.0. Needs the cells installed."""
    root = find_root(ROOT)
    schemas = load_schemas(root)
    found = cells(
        load_subject(root.subjects / "openai-typescript", schemas), schemas, root.subjects
    )
    try:
        for one in found:
            ready(one, root.home)
    except RuntimeMissing as error:
        pytest.skip(reason=str(error))
    ended = codex_parity(
        "run",
        "--matrix",
        "openai-typescript",
        "-k",
        "exec.env.base-url",
        "--no-golden",
        folder=tmp_path,
    )
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))

    assert ended.code == 1, ended.out + ended.err
    assert {one["name"] for one in summary["subjects"]} == {one.name for one in found}
    clauses = {one["check"]: one["axes"]["openai-typescript"] for one in summary["differences"]}
    assert clauses["sent.env"] == "up to 0.104.0, not in 0.120.0"
    assert "openai-typescript (up to 0.104.0, not in 0.120.0)" in ended.out


def test_the_cells_of_a_matrix_are_listed_with_what_this_machine_lacks(tmp_path: Path) -> None:
    """Provenance: issue text, "what the machine lacks is said and counted"."""
    shutil.copytree(ROOT / "subjects", tmp_path / "subjects")
    (tmp_path / "fixtures" / "scenarios").mkdir(parents=True)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    ended = codex_parity("subject", "matrix", "openai-codex-sdk", folder=tmp_path, cwd=tmp_path)
    rows = codex_parity("subject", "matrix", "--json", folder=tmp_path, cwd=tmp_path)

    assert ended.code == 0, ended.err
    assert "lack  openai-codex-sdk@0.1.11+python3.14" in ended.out
    assert ended.out.rstrip().endswith("8 cells, 0 ready")
    assert not any(row["ready"] for row in json.loads(rows.out))
