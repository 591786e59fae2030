"""YAML files as JSON values, kept by the hash of their bytes: what is kept is never older than the file, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ScenarioInvalid
from harness.yamlfile import read_document


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a value of every kind."""
    path = tmp_path / "one.yaml"
    path.write_text('a: [1, 1.0, true, null, "\\ud800"]\n', encoding="utf-8")
    return path


def kept(home: Path) -> list[Path]:
    """What is kept."""
    return sorted(home.glob("yaml/*.json"))


def test_what_is_kept_is_what_was_read(file: Path, tmp_path: Path) -> None:
    """Provenance: ours; 1 and 1.0 differ, a lone surrogate survives."""
    first = read_document(file, "one", tmp_path / "home")
    (path,) = kept(tmp_path / "home")
    second = read_document(file, "one", tmp_path / "home")

    assert repr(first) == repr(second) == repr({"a": [1, 1.0, True, None, "\ud800"]})
    assert kept(tmp_path / "home") == [path]


def test_the_kept_value_is_used_as_long_as_the_bytes_are_the_same(
    file: Path, tmp_path: Path
) -> None:
    """Provenance: ours; seen by planting another value."""
    read_document(file, "one", tmp_path / "home")
    (path,) = kept(tmp_path / "home")
    path.write_text('"planted"', encoding="ascii")

    assert read_document(file, "one", tmp_path / "home") == "planted"
    file.write_text("b: 2\n", encoding="utf-8")
    assert read_document(file, "one", tmp_path / "home") == {"b": 2}
    assert len(kept(tmp_path / "home")) == 2


def test_a_kept_value_that_is_damaged_is_made_again(file: Path, tmp_path: Path) -> None:
    """Provenance: ours; a full disk."""
    read_document(file, "one", tmp_path / "home")
    (path,) = kept(tmp_path / "home")
    path.write_bytes(b'{"a":')

    assert read_document(file, "one", tmp_path / "home") == {"a": [1, 1.0, True, None, "\ud800"]}
    assert path.read_bytes() != b'{"a":'


def test_a_home_that_cannot_be_written_is_no_hindrance(file: Path, tmp_path: Path) -> None:
    """Provenance: ours; an installed package in a folder of somebody else."""
    (tmp_path / "home").write_text("a file, no folder", encoding="ascii")

    assert read_document(file, "one", tmp_path / "home") == {"a": [1, 1.0, True, None, "\ud800"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "one:1:6"),
        ("a: 2026-11-21", "$.a"),
        ("1: 2", "not a string"),
        ("a: .nan", "not a JSON value"),
        ("a: 1\na: 2", "duplicate key"),
    ],
)
def test_a_file_that_is_no_json_in_yaml_is_named_each_time(
    file: Path, tmp_path: Path, text: str, said: str
) -> None:
    """Provenance: ours; an error is never kept."""
    file.write_text(text, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ScenarioInvalid) as caught:
            read_document(file, "one", tmp_path / "home")
        assert said in str(caught.value)
    assert kept(tmp_path / "home") == []
