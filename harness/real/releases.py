"""IO: gets released codex binaries from npm or PyPI into a cache, checks them, and finds them again without a network.

    <home>/codex/<version>/release.json     written last: a folder without it is no release
    <home>/codex/<version>/vendor/...       what the package holds for this platform
    <home>/codex/<version>.part             a download that was cut; the next one goes on from there

The address of a package is what ``npm view`` or ``pip download`` say, so that mirrors and proxies of a machine are kept.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import platform
import shutil
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias, cast

from harness.client import process
from harness.errors import HarnessFault, RuntimeMissing, SpawnFailed, UsageFault
from harness.jsonvalue import JsonValue
from harness.real.versions import (
    NPM_PACKAGE,
    PYPI_PACKAGE,
    key,
    npm_names,
    platform_of,
    stable,
)
from harness.storage import write_atomically

Source: TypeAlias = Literal["npm", "pypi"]
Progress: TypeAlias = Callable[[int, int | None], None]
"""Told how many bytes are here, and of how many (None: not known)."""

MARKER: Final = "release.json"
_ASK_S: Final = 60.0
_LOAD_S: Final = 900.0
_CHUNK: Final = 1 << 20
_NOT_NEEDED: Final = ("codex-resources/voice/",)
"""Parts that no scenario reaches, and that are half of the package."""

_COMPLAINT: Final = 160
_AGAIN: Final = (
    "Is the package registry reachable? Run the command again: a download goes on where it was cut."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A released codex that is on this machine: ``sha256`` is that of the binary, ``package`` where it came from."""

    version: str
    binary: Path
    sha256: str
    package: str
    platform: str


def cache(home: Path) -> Path:
    """Where releases are kept."""
    return home / "codex"


def installed(home: Path) -> tuple[Release, ...]:
    """The releases on this machine, oldest first."""
    markers = cache(home).glob(f"*/{MARKER}")
    return tuple(sorted((_read(path) for path in markers), key=lambda one: key(one.version)))


def find(home: Path, version: str) -> Release:
    """The release ``version`` on this machine.

    Raises:
        RuntimeMissing: it is not installed.
    """
    marker = cache(home) / version / MARKER
    if not marker.is_file():
        raise RuntimeMissing(
            f"codex {version} is not installed",
            hint=f"Run `codex-parity codex install {version}`.",
        )
    return _read(marker)


async def published() -> tuple[str, ...]:
    """Every release that npm has, oldest first.

    Raises:
        RuntimeMissing: npm is not here or does not answer.
    """
    said = await _npm_view(f"{NPM_PACKAGE}", "versions")
    if said is None:
        raise RuntimeMissing("npm does not say which releases there are", hint=_AGAIN)
    return stable(cast("list[str]", said))


async def install(
    home: Path, version: str, progress: Progress, source: Source | None = None
) -> Release:
    """Get the release ``version`` where it is not here yet.

    Args:
        home: such as ``.parity``.
        version: such as ``0.169.0``.
        progress: told how far the download is.
        source: ``npm`` or ``pypi``; None: npm, and PyPI when npm is not here or does not have it.

    Raises:
        RuntimeMissing: neither registry gives it; says what was tried.
        HarnessFault: what was loaded is not what the registry promised.
        UsageFault: codex is not released for this platform.
    """
    if (cache(home) / version / MARKER).is_file():
        return find(home, version)
    suffix, triple = platform_of(sys.platform, platform.machine())
    cache(home).mkdir(parents=True, exist_ok=True)
    complaints = []
    for one in [source] if source else list[Source](["npm", "pypi"]):
        try:
            loaded = await _FROM[one](cache(home), version, suffix, progress)
        except RuntimeMissing as error:
            complaints.append(f"{one}: {error.what}")
        else:
            package, archive = loaded
            try:
                return _unpack(home, version, package, archive, suffix, triple)
            finally:
                archive.unlink(missing_ok=True)
    raise RuntimeMissing(f"no codex {version}: {'; '.join(complaints)}", where=suffix, hint=_AGAIN)


async def _from_npm(
    folder: Path, version: str, suffix: str, progress: Progress
) -> tuple[str, Path]:
    for name in npm_names(version, suffix):
        dist = await _npm_view(name, "dist")
        if isinstance(dist, dict):
            part = folder / f"{version}.part"
            await asyncio.to_thread(_download, str(dist["tarball"]), part, progress)
            _check(part, str(dist["integrity"]))
            archive = folder / f"{version}-{os.getpid()}.tgz"
            part.rename(archive)
            return name, archive
    raise RuntimeMissing(f"{NPM_PACKAGE} {version} is not there")


async def _from_pypi(
    folder: Path, version: str, suffix: str, progress: Progress
) -> tuple[str, Path]:
    del suffix  # pip knows its own platform
    progress(0, None)
    into = folder / f"{version}-{os.getpid()}.pip"
    name = f"{PYPI_PACKAGE}=={version}"
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    try:
        ended = await _ask([*argv, "--dest", str(into), name], _LOAD_S)
        if ended.returncode != 0:
            raise RuntimeMissing(f"pip says: {_first_complaint(ended.stderr)}")
        (wheel,) = into.glob("*.whl")
        archive = folder / f"{version}-{os.getpid()}.whl"
        wheel.rename(archive)
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return name, archive


_FROM: Final = {"npm": _from_npm, "pypi": _from_pypi}


async def _npm_view(name: str, what: str) -> JsonValue:
    """What npm says of a package, or None when it has no such version."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeMissing("no `npm` on PATH", hint="Install Node.js, or use --source pypi.")
    # npm writes answers and logs into its cache, which is in the home of whoever runs this unless it is told otherwise.
    with tempfile.TemporaryDirectory(prefix="parity-npm-") as folder:
        ended = await _ask([npm, "view", name, what, "--json", "--cache", folder], _ASK_S)
    said = ended.stdout.decode("utf-8").strip()
    if ended.returncode == 0:
        return cast("JsonValue", json.loads(said)) if said else None
    if '"E404"' in said:
        return None
    raise RuntimeMissing(f"npm says: {_first_complaint(ended.stderr)}")


async def _ask(argv: Sequence[str], timeout_s: float) -> process.Completed:
    try:
        return await process.run(argv, env=None, timeout_s=timeout_s)
    except (SpawnFailed, TimeoutError) as error:
        name = Path(argv[0]).name
        raise RuntimeMissing(f"{name}: {error or 'no answer'}") from error


def _first_complaint(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").split("\n")
    found = (line for line in lines if "error" in line.lower())
    return next(found, lines[0]).strip()[:_COMPLAINT]


def _download(address: str, part: Path, progress: Progress) -> None:
    """Load ``address`` into ``part``; what is there already is not loaded again, where the server can do that."""
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"})  # noqa: S310 - npm said it
    try:
        with urllib.request.urlopen(request, timeout=_ASK_S) as answer:  # noqa: S310 - same
            goes_on = answer.status == 206
            length = answer.headers.get("content-length")
            have = have if goes_on else 0
            total = None if length is None else have + int(length)
            with part.open("ab" if goes_on else "wb") as file:
                while chunk := answer.read(_CHUNK):
                    file.write(chunk)
                    have += len(chunk)
                    progress(have, total)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # all of it is here
            raise RuntimeMissing(f"the registry answers {error.code}") from error
    except OSError as error:
        raise RuntimeMissing(f"the download was cut: {error}") from error


def _check(part: Path, integrity: str) -> None:
    """Compare with the registry's own checksum (``sha512-<base64>``); a wrong file is not kept."""
    algorithm, _, wanted = integrity.partition("-")
    with part.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).digest()
    if base64.b64encode(found).decode("ascii") != wanted:
        part.unlink()
        raise HarnessFault(
            "the download is not what the registry promised",
            where=f"{algorithm} of {part.name}",
            hint="It was removed; run the command again.",
        )


def _unpack(
    home: Path, version: str, package: str, archive: Path, suffix: str, triple: str
) -> Release:
    target = cache(home) / version
    new = cache(home) / f"{version}.new-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    try:
        for name, data, mode in _members(archive, triple):
            path = new / "vendor" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(data, file, _CHUNK)
            path.chmod(mode)
        binary = _binary(new, version)
        with binary.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        release = Release(
            version=version,
            binary=binary.relative_to(new),
            sha256=digest,
            package=package,
            platform=suffix,
        )
        text = json.dumps({**asdict(release), "binary": release.binary.as_posix()}, indent=2)
        write_atomically(new / MARKER, text.encode("utf-8"))
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return find(home, version)


def _members(archive: Path, triple: str) -> Iterator[tuple[str, IO[bytes], int]]:
    """The files of a package that this platform needs: path below ``vendor``, content, permission bits."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                name = info.filename.removeprefix("codex_cli_bin/")
                if name != info.filename and not info.is_dir() and _needed(name):
                    with wheel.open(info) as data:
                        yield name, data, (info.external_attr >> 16) & 0o777 | 0o600
        return
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = member.name.removeprefix(f"package/vendor/{triple}/")
            found = tar.extractfile(member) if name != member.name and _needed(name) else None
            if found is not None:
                yield name, found, member.mode & 0o777


def _needed(name: str) -> bool:
    return ".." not in name.split("/") and not name.startswith(_NOT_NEEDED)


def _binary(folder: Path, version: str) -> Path:
    for name in ("bin/codex", "codex/codex", "bin/codex.exe", "codex/codex.exe"):
        path = folder / "vendor" / name
        if path.is_file():
            path.chmod(path.stat().st_mode | 0o100)
            return path
    raise UsageFault(f"codex {version} has no binary for this platform")


def _read(marker: Path) -> Release:
    data = cast("dict[str, str]", json.loads(marker.read_bytes()))
    return Release(
        version=data["version"],
        binary=marker.parent / data["binary"],
        sha256=data["sha256"],
        package=data["package"],
        platform=data["platform"],
    )
