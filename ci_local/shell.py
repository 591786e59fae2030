"""IO: the one module here that starts processes: a script of a step, and git. Output goes to the terminal and to a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ci_local.errors import Refused

_SHELLS: Final[Mapping[str | None, tuple[str, ...]]] = {
    None: ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
}
"""How a script is run by the shell a step names, as GitHub does on Linux and macOS; without a name there is no ``pipefail``."""

TIMED_OUT: Final = 124


def script(
    text: str, *, shell: str | None, env: Mapping[str, str], cwd: Path, log: Path, seconds: float
) -> int:
    """Run a script to its end and return its exit status; ``TIMED_OUT`` when it was not over in time.

    Args:
        text: the script.
        shell: the shell a step names.
        env: the whole environment.
        cwd: the working folder.
        log: a file that gets all the script writes, beside the terminal.
        seconds: how long it may take.

    Raises:
        Refused: the shell is not known here.
    """
    if shell not in _SHELLS:
        raise Refused(f"no shell `{shell}`", "known: bash")
    file = log.with_suffix(".sh")
    file.write_text(text, "utf-8")
    with subprocess.Popen(
        [*_SHELLS[shell], str(file)],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as child:
        late = threading.Event()
        timer = threading.Timer(seconds, _stop, (child, late))
        timer.start()
        try:
            _copy(child, log)
            child.wait()
        finally:
            timer.cancel()
            _kill(child)
    return TIMED_OUT if late.is_set() else child.returncode


def git(*words: str, cwd: Path) -> str:
    """What git writes, without the last line end.

    Raises:
        Refused: git says no.
    """
    done = subprocess.run(
        ["git", *words],  # noqa: S607 - the git of whoever calls
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise Refused(f"git {words[0]}: {done.stderr.strip()}", str(cwd))
    return done.stdout.strip()


def is_python(program: str, version: str) -> bool:
    """Whether a program starts and is a Python of that version; what pyenv puts on PATH need not be."""
    done = subprocess.run(
        [program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode == 0 and done.stdout.strip() == version


def venv(python: str, folder: Path) -> None:
    """Make a virtual environment with ``python``.

    Raises:
        Refused: it cannot be made.
    """
    done = subprocess.run(
        [python, "-m", "venv", str(folder)], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise Refused(f"no virtual environment: {done.stdout}{done.stderr}".strip(), python)


def _copy(child: subprocess.Popen[bytes], log: Path) -> None:
    assert child.stdout is not None, "asked for above"
    with log.open("wb") as file:
        while chunk := os.read(child.stdout.fileno(), 65536):
            file.write(chunk)
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()


def _stop(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    # What a step left running dies with it, as it does with the machine of a job on GitHub.
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
