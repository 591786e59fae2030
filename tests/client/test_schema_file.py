"""The temporary file of an output schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.client.schema_file import OutputSchemaFile
from harness.errors import InvalidOption


@pytest.mark.requirement("R2-5")
def test_an_object_is_written_as_compact_json_where_the_official_sdk_writes_it(temp: Path) -> None:
    """PROTOCOLS.md 2.5 (R2-5)."""
    schema = {"type": "object", "title": "é\u2028", "minimum": 1.0}

    with OutputSchemaFile(schema) as file:
        assert file.path is not None
        path = Path(file.path)
        assert path.name == "schema.json"
        assert path.parent.parent == temp
        assert re.fullmatch(r"codex-output-schema-\w{6,}", path.parent.name)
        assert path.read_bytes() == '{"type":"object","title":"é\u2028","minimum":1}'.encode()
        assert repr(file) == f"OutputSchemaFile({file.path!r})"

    assert list(temp.iterdir()) == []


@pytest.mark.requirement("R2-5")
def test_no_schema_makes_no_file(temp: Path) -> None:
    """R2-5: None, no file."""
    with OutputSchemaFile(None) as file:
        assert file.path is None
        assert list(temp.iterdir()) == []


@pytest.mark.requirement("R2-5")
@pytest.mark.parametrize("schema", [[], "x", 5, True, ()])
def test_anything_but_an_object_is_refused_in_the_words_of_the_official_sdk(
    schema: object, temp: Path
) -> None:
    """PROTOCOLS.md 2.5."""
    with pytest.raises(InvalidOption, match=r"^outputSchema must be a plain JSON object$"):
        OutputSchemaFile(schema)

    assert list(temp.iterdir()) == []


def test_an_object_that_is_not_json_is_refused_and_leaves_nothing(temp: Path) -> None:
    """Ours."""
    with pytest.raises(InvalidOption, match="outputSchema must be JSON: set is not JSON"):
        OutputSchemaFile({"a": {1}})

    assert list(temp.iterdir()) == []


@pytest.mark.requirement("R2-5")
def test_cleaning_up_twice_is_no_error(temp: Path) -> None:
    """R2-5: cleanup is idempotent."""
    file = OutputSchemaFile({})
    file.cleanup()
    file.cleanup()

    assert list(temp.iterdir()) == []


def test_a_folder_that_somebody_else_removed_is_no_error(temp: Path) -> None:
    """TypeScript SDK source: `fs.rm(..., {force: true})`."""
    with OutputSchemaFile({}) as file:
        assert file.path is not None
        Path(file.path).unlink()
        Path(file.path).parent.rmdir()

    assert list(temp.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_no_folder(
    temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TypeScript SDK source: cleanup before the error is passed on. The disk is made full by replacing its call."""

    def full(self: Path, *args: object, **kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    with pytest.raises(OSError, match="No space left"):
        OutputSchemaFile({})

    assert list(temp.iterdir()) == []
