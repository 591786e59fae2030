"""Versions and runtimes as axes: how a cell is written, which cells a matrix has, what is refused."""

from __future__ import annotations

import pytest

from harness.errors import SubjectInvalid, UsageFault
from harness.jsonvalue import JsonValue
from harness.subjects.matrix import (
    Address,
    Matrix,
    Point,
    family_of,
    is_pinned,
    parse_address,
    parse_matrix,
    runtime_label,
    second_runtime,
    version_key,
)
from tests.subjects.fake import SCHEMAS


def parsed(kind: str = "node", **document: JsonValue) -> Matrix:
    return parse_matrix({**document}, "matrix.toml", kind, SCHEMAS)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("openai-typescript", Address(name="openai-typescript")),
        ("x@0.104.0", Address(name="x", version="0.104.0")),
        ("x+python3.12", Address(name="x", runtime="python3.12")),
        ("x@1.0+node24", Address(name="x", version="1.0", runtime="node24")),
        ("./my/sdk@1.0", Address(name="./my/sdk", version="1.0")),
        ("node_modules/@scope/sdk", Address(name="node_modules/@scope/sdk")),
        ("node24@24.0.0", Address(name="node24", version="24.0.0")),
    ],
)
def test_an_address_is_read_and_written_the_same(text: str, address: Address) -> None:
    """Provenance: docs/versions.md, the grammar."""
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["", "x+ruby3", "x+node", "x@1+python3."])
def test_what_is_no_address_is_refused_with_the_grammar(text: str) -> None:
    """Provenance: docs/versions.md."""
    with pytest.raises(UsageFault, match=r"NAME\[@VERSION\]\[\+RUNTIME\]"):
        parse_address(text)


def test_a_cell_knows_its_subject_and_whether_it_is_the_pinned_version() -> None:
    """Provenance: decisions/0010; baselines are filed under the subject's own name."""
    assert [family_of(name) for name in ("x", "x@1", "x@1+node24", "x+node24")] == ["x"] * 4
    assert [is_pinned(name) for name in ("x", "x+node24", "x@1", "x@1+node24")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        ("node 24.9.0", "node24"),
        ("python 3.12.1", "python3.12"),
        ("node v20.20.2", "node20"),
        ("go 1.23.4", "go1.23.4"),
        ("python", "python"),
    ],
)
def test_a_runtime_is_named_by_its_line_of_releases(fact: str, label: str) -> None:
    """Provenance: schemas/driver.json, hello.runtime."""
    assert runtime_label(fact) == label


@pytest.mark.requirement("F11")
def test_a_matrix_is_every_version_on_every_runtime_in_ascending_order() -> None:
    """Provenance: docs/versions.md; tox and GitHub matrices."""
    matrix = parsed(versions=["0.10.0", "0.9.0"], runtimes=["node22", "node20"])

    assert [(one.version, one.runtime) for one in matrix.points] == [
        ("0.9.0", "node22"),
        ("0.9.0", "node20"),
        ("0.10.0", "node22"),
        ("0.10.0", "node20"),
    ]
    assert matrix.versions == ("0.9.0", "0.10.0")


def test_a_matrix_without_runtimes_is_played_on_the_machines_own() -> None:
    """Provenance: schemas/matrix.json."""
    assert parsed(versions=["1.0"]).points == (Point(version="1.0", runtime=None),)


def test_include_adds_a_cell_and_exclude_takes_away_what_fits_every_key() -> None:
    """Provenance: GitHub's matrices."""
    matrix = parsed(
        versions=["1.0", "2.0", "3.0"],
        runtimes=["node20", "node22"],
        include=[{"version": "3.0", "runtime": "node24"}],
        exclude=[{"version": "1.0", "runtime": "node22"}, {"version": "2.0"}],
    )

    assert [(one.version, one.runtime) for one in matrix.points] == [
        ("1.0", "node20"),
        ("3.0", "node20"),
        ("3.0", "node22"),
        ("3.0", "node24"),
    ]
    rest = parsed(versions=["1.0"], runtimes=["node20", "node22"], exclude=[{"runtime": "node20"}])
    assert rest.points == (Point(version="1.0", runtime="node22"),)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "'versions' is a required property @ matrix.toml $"),
        ({"versions": ["1.0"], "runtimes": ["ruby3"]}, "matrix.toml $.runtimes[0]"),
        (
            {"versions": ["1.0"], "runtimes": ["python3.12"]},
            "the runtime `python3.12` cannot run this subject",
        ),
        (
            {"versions": ["1.0"], "everyday": ["python3.12"]},
            "the runtime `python3.12` cannot run this subject",
        ),
        (
            {"versions": ["1.0"], "include": [{"version": "1.0"}]},
            "a cell that is there already @ matrix.toml $.include[0]",
        ),
        (
            {"versions": ["1.0"], "exclude": [{"version": "2.0"}]},
            "excludes no cell @ matrix.toml $.exclude[0]",
        ),
    ],
)
def test_a_wrong_matrix_is_refused_with_what_and_where(document: JsonValue, message: str) -> None:
    """Provenance: ours; a rule that does nothing is a rule that went stale."""
    with pytest.raises(SubjectInvalid) as caught:
        parse_matrix(document, "matrix.toml", "node", SCHEMAS)

    assert message in str(caught.value)


def test_the_second_runtime_is_the_first_that_is_not_the_machines_own() -> None:
    """Provenance: issue text: the TypeScript SDK on a second Node."""
    matrix = parsed(versions=["1.0"], everyday=["node22", "node24"])

    assert second_runtime(matrix, "node20") == "node22"
    assert second_runtime(matrix, "node22") == "node24"
    assert second_runtime(matrix, None) == "node22"
    assert second_runtime(parsed(versions=["1.0"]), "node20") is None


@pytest.mark.requirement("R3-57")
def test_versions_are_sorted_by_their_numbers() -> None:
    """Provenance: ours; 0.9 comes before 0.10."""
    assert sorted(["0.10.0", "0.9.0", "0.9.0b"], key=version_key) == ["0.9.0", "0.9.0b", "0.10.0"]
