"""The temporary file that carries an output schema to codex: ``<temp>/codex-output-schema-XXXXXX/schema.json``.

It lives exactly as long as the turn (PROTOCOLS.md 2.5). It must not know what a schema says.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.client.javascript import stringify
from harness.errors import InvalidOption

PREFIX = "codex-output-schema-"


class OutputSchemaFile:
    """An output schema on disk; use it as a context manager, or call ``cleanup``.

    Args:
        schema: the schema, or None, which makes no file.

    Raises:
        InvalidOption: not an object, or one that is not JSON.
        OSError: the file cannot be written; nothing is left then.
    """

    def __init__(self, schema: object) -> None:
        self.path: str | None = None
        self._folder: Path | None = None
        if schema is None:
            return
        text = _text(schema)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            file = self._folder / "schema.json"
            file.write_text(text, encoding="utf-8")
        except OSError:
            self.cleanup()
            raise
        self.path = str(file)

    def __repr__(self) -> str:
        return f"OutputSchemaFile({self.path!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cleanup()

    def cleanup(self) -> None:
        """Remove the file and its folder; the second call does nothing, and neither ever fails."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _text(schema: object) -> str:
    if not isinstance(schema, Mapping):
        raise InvalidOption("output_schema", "outputSchema must be a plain JSON object")
    try:
        return stringify(schema)
    except TypeError as error:
        raise InvalidOption("output_schema", f"outputSchema must be JSON: {error}") from error
