"""IO: gets what the checklist judges: builds what is committed in a folder of its own, installs it, asks git, reads pins.

Nothing of the checkout is written, nothing is tagged or uploaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shlex
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import SpawnFailed, UsageFault
from harness.release.contents import contents_lines
from harness.release.lines import (
    Line,
    Ran,
    changelog_lines,
    ran_line,
    tag_line,
    tree_line,
    version_lines,
)
from harness.release.pins import binary_line, pins_line

LOCKS: Final = ("requirements.txt", "package-lock.json", "Cargo.lock", "packages.lock.json", "mix.lock", "go.sum")  # fmt: skip
_OWN: Final = {
    "subjects/reference/subject.toml": r'^version = "([^"]+)"',
    "harness/subjects/reference.py": r'^\s+version: .*= "([^"]+)"',
}
"""Where else a version of this project is written, and how."""

_BUILD_S: Final = 600.0
_HEAD: Final = 4

OnLine = Callable[[Line], None]


class _Checkout:
    """The checkout that is looked at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def run(self, *argv: str, cwd: Path | None = None, shown: str = "") -> Ran:
        """Run a command to its end; ``shown`` is how a person would type it."""
        command = shown or shlex.join(argv)
        try:
            done = await process.run(argv, cwd=str(cwd or self.root), timeout_s=_BUILD_S)
        except SpawnFailed as error:
            return Ran(command=command, exit=None, err=str(error))
        except TimeoutError:
            return Ran(command=command, exit=None, err=f"no end within {_BUILD_S:g} s")
        out, err = (data.decode("utf-8", "replace") for data in (done.stdout, done.stderr))
        return Ran(command=command, exit=done.returncode, out=out, err=err)

    async def bytes(self, *argv: str) -> bytes:
        """What a command writes."""
        return (await process.run(argv, cwd=str(self.root), timeout_s=_BUILD_S)).stdout


async def check(root: Path, wanted: str, on_line: OnLine) -> list[Line]:
    """Look at everything; each line is handed over as soon as it is known.

    Args:
        root: a checkout of the project.
        wanted: the version to be released, without ``v``.
        on_line: told each line.

    Raises:
        UsageFault: ``root`` is no checkout with a commit.
    """
    checkout = _Checkout(root)
    lines: list[Line] = []

    def say(*more: Line) -> None:
        for line in more:
            lines.append(line)
            on_line(line)

    head = await checkout.run("git", "rev-parse", "--verify", "HEAD")
    if head.exit != 0 or not (root / "pyproject.toml").is_file():
        raise UsageFault(
            "no checkout with a commit", where=str(root), hint="Call it in a clone of the project."
        )
    tracked = (await checkout.run("git", "ls-tree", "-r", "--name-only", "-z", "HEAD")).out
    names = [name for name in tracked.split("\0") if name]
    say(*_texts(root, wanted, names))
    say(tree_line(await checkout.run("git", "status", "--porcelain")))
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        await _packages(checkout, wanted, names, Path(place), say)
    say(*_pins(root, names))
    say(await _tag(checkout, wanted, head.out.strip()))
    return lines


async def _tag(checkout: _Checkout, wanted: str, head: str) -> Line:
    tag = f"v{wanted}"
    listed = await checkout.run("git", "tag", "--list", tag)
    if listed.out.strip() != tag:
        return tag_line(wanted, listed)
    verified = await checkout.run("git", "tag", "-v", tag)
    commit = await checkout.run("git", "rev-list", "-n", "1", f"refs/tags/{tag}")
    return tag_line(wanted, listed, verified, commit, head)


def _texts(root: Path, wanted: str, names: Sequence[str]) -> list[Line]:
    others = {}
    for path, form in _OWN.items():
        text = (root / path).read_text("utf-8") if (root / path).is_file() else ""
        found = re.search(form, text, re.MULTILINE)
        others[path] = found[1] if found else "nothing"
    pyproject = (root / "pyproject.toml").read_text("utf-8")
    log = root / "CHANGELOG.md"
    return [
        *version_lines(wanted, pyproject, others),
        *changelog_lines(
            wanted,
            log.read_text("utf-8") if log.is_file() else "",
            [one for one in names if re.fullmatch(r"changelog\.d/\+.*\.md", one)],
        ),
    ]


async def _packages(
    checkout: _Checkout,
    wanted: str,
    names: Sequence[str],
    place: Path,
    say: Callable[[Line], None],
) -> None:
    tree, dist = place / "tree", place / "dist"
    committed = await checkout.bytes("git", "archive", "--format=tar", "HEAD")
    with tarfile.open(fileobj=io.BytesIO(committed)) as archive:
        archive.extractall(tree, filter="data")
    if find_spec("build") is None:
        missing = "python -m pip install build"
        say(Line(status="fail", name="build", detail="build is not installed", command=missing))
        return
    build = [sys.executable, "-m", "build", "--outdir", str(dist), str(tree)]
    built = await checkout.run(*build, shown="python -m build")
    say(ran_line("build", built, f"codex_parity-{wanted}.tar.gz"))
    wheels, sdists = sorted(dist.glob("*.whl")), sorted(dist.glob("*.tar.gz"))
    if not (wheels and sdists):
        return
    for line in [
        *contents_lines(
            "wheel", wheel_files(wheels[0]), names, f"unzip -l dist/{wheels[0].name}"
        ),
        *contents_lines(
            "sdist", sdist_files(sdists[0]), names, f"tar tzf dist/{sdists[0].name}"
        ),
    ]:  # fmt: skip
        say(line)
    await _metadata(checkout, [wheels[0], sdists[0]], say)
    await _install(checkout, wanted, wheels[0], place, say)


async def _metadata(
    checkout: _Checkout, packages: Sequence[Path], say: Callable[[Line], None]
) -> None:
    if find_spec("twine") is None:
        missing = "python -m pip install twine"
        say(Line(status="warn", name="metadata", detail="twine is not installed", command=missing))
        return
    ran = await checkout.run(
        sys.executable, "-m", "twine", "check", "--strict", *map(str, packages),
        shown="python -m twine check --strict dist/*",
    )  # fmt: skip
    say(ran_line("metadata", ran, "PASSED"))


async def _install(
    checkout: _Checkout, wanted: str, wheel: Path, place: Path, say: Callable[[Line], None]
) -> None:
    """In a new environment, in an empty folder: what a user has after ``pip install``."""
    venv, empty = place / "venv", place / "empty"
    empty.mkdir()
    programs = venv / ("Scripts" if sys.platform == "win32" else "bin")
    made = await checkout.run(sys.executable, "-m", "venv", str(venv), shown="python -m venv VENV")
    if made.exit != 0:
        say(ran_line("install", made))
        return
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]  # fmt: skip
    installed = await checkout.run(*pip, cwd=empty, shown=f"pip install dist/{wheel.name}")
    say(ran_line("install", installed))
    if installed.exit != 0:
        return
    own = str(programs / "codex-parity")
    for words, want in (
        (["--version"], wanted),
        (["list"], "exec.items.agent-message"),
        (["driver", "check", "reference"], ""),
    ):
        ran = await checkout.run(own, *words, cwd=empty, shown=f"codex-parity {' '.join(words)}")
        say(ran_line("installed", ran, want))


def _pins(root: Path, names: Sequence[str]) -> list[Line]:
    locks = [
        one for one in names if one.startswith("subjects/") and one.rsplit("/", 1)[-1] in LOCKS
    ]
    lines = [pins_line(one, (root / one).read_text("utf-8")) for one in locks]
    for path in sorted((root / "fixtures" / "wire").glob("*/provenance.json")):
        version = path.parent.name
        provenance = json.loads(path.read_bytes())
        lines.append(binary_line(version, provenance, _binary(root, version)))
    return lines


def _binary(root: Path, version: str) -> str | None:
    folder = root / ".parity" / "codex" / version
    marker = folder / "release.json"
    if not marker.is_file():
        return None
    binary = folder / json.loads(marker.read_bytes())["binary"]
    with binary.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wheel_files(path: Path) -> dict[str, bytes]:
    """Path -> first bytes of every file of a wheel."""
    with zipfile.ZipFile(path) as archive:
        found = {}
        for name in archive.namelist():
            with archive.open(name) as file:
                found[name] = file.read(_HEAD)
        return found


def sdist_files(path: Path) -> dict[str, bytes]:
    """Path below its top folder -> first bytes of every file of a source release."""
    found = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                found[member.name.partition("/")[2]] = file.read(_HEAD)
    return found
