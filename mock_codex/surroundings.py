"""What ``exec_peer.py`` may ask of its surroundings, and the way in which it refuses.

Runs on the play path, so it imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class World:
    """What a peer may ask of its surroundings. This one is empty: nothing exists, nothing is said.

    ``shell.py`` gives the real one, tests give small ones. ``profile`` is the release that is imitated.
    """

    profile = "0.169.0"

    def env(self, name: str) -> str | None:
        """An environment variable."""
        del name
        return None

    def exists(self, path: str) -> bool:
        """Whether anything is at the path."""
        del path
        return False

    def is_folder(self, path: str) -> bool:
        """Whether a folder is at the path."""
        del path
        return False

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: it cannot be read.
        """
        raise FileNotFoundError(2, "No such file or directory", path)

    def creatable(self, path: str) -> OSError | None:
        """Why a file cannot be opened for writing; None if it can."""
        del path
        return None

    def upward(self, path: str) -> Iterable[str]:
        """The folder at a path and the folders above it, innermost first."""
        return [path]

    def stdin_is_terminal(self) -> bool:
        """Whether somebody types the prompt."""
        return False

    def read_stdin(self) -> bytes:
        """Everything on stdin up to its end."""
        return b""

    def say(self, text: str) -> None:
        """Write a notice to stderr before anything else happens."""

    def release(self) -> dict[str, object]:
        """Long texts and names of the imitated release: ``help`` and ``features``; of an older one its ``levels`` too."""
        return {"help": {}, "features": []}


class Refusal(Exception):
    """Codex ends before any turn: exit status, text on stdout, text on stderr."""

    def __init__(self, status: int, stdout: str, stderr: str) -> None:
        super().__init__(stderr or stdout)
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
