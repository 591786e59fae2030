"""IO: the few ways this project touches files. Everything it keeps is written atomically: temp file beside, then replace."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness.errors import UsageFault


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old file or the new one, never half of either.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_text(path: Path) -> str | None:
    """The text of a file (UTF-8, line ends as they are), or None when there is none.

    Raises:
        UsageFault: it is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise UsageFault(
            f"not UTF-8 ({error.reason} at byte {error.start})", where=str(path)
        ) from error
