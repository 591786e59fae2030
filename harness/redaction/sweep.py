"""IO: looks for texts in files, also written in base64, hex or UTF-16, and in what is packed into them: zip, gzip, base64.

A sweep that looked at nothing finds nothing, so it says what it looked at.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DEEPEST: Final = 6
"""Packings within packings that are opened."""

LARGEST: Final = 1 << 28
"""Bytes that one packing may give; a longer one is opened as far as that and said."""

_GZIP: Final = b"\x1f\x8b\x08"
_ZIP: Final = b"PK\x03\x04"
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{20,}={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A text that was found: which (by its name, never the text), in which file, behind which packings."""

    name: str
    path: str
    inside: str


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What was found, and what was looked at: files, bytes with those unpacked, packings by kind, what stayed shut."""

    hits: list[Hit] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    unpacked: dict[str, int] = field(default_factory=dict)
    shut: list[str] = field(default_factory=list)

    def count(self, name: str) -> int:
        """In how many places the text of this name was found."""
        return sum(hit.name == name for hit in self.hits)


def sweep(folder: Path, texts: Mapping[str, str]) -> Sweep:
    """Look through every file below ``folder``, and through the names of the files.

    Args:
        folder: not followed out of by links.
        texts: name -> what to look for.

    Raises:
        OSError: a file cannot be read.
    """
    found = Sweep()
    wanted = {name: forms(text) for name, text in texts.items()}
    for path in sorted(folder.rglob("*")):
        shown = path.relative_to(folder).as_posix()
        found.hits += [
            Hit(name=name, path=shown, inside="the name")
            for name, text in texts.items()
            if text in shown
        ]
        if path.is_file() and not path.is_symlink():
            found.files += 1
            _look(path.read_bytes(), wanted, found, path=shown, inside=())
    return found


def forms(text: str) -> dict[str, tuple[bytes, ...]]:
    """How a text looks inside of longer bytes, by the name of the writing.

    In base64 it has three looks, by where in a group of three bytes it begins; the signs at both ends that its neighbours
    share are left out.
    """
    raw = text.encode("utf-8")
    looks = []
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        looks.append(whole[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3])
    web = [one.replace(b"+", b"-").replace(b"/", b"_") for one in looks]
    return {
        "as it is": (raw,),
        "UTF-16": (text.encode("utf-16-le"), text.encode("utf-16-be")),
        "hex": (raw.hex().encode("ascii"), raw.hex().upper().encode("ascii")),
        "base64": tuple(dict.fromkeys([*looks, *web])),
    }


def _look(
    data: bytes,
    wanted: Mapping[str, Mapping[str, tuple[bytes, ...]]],
    found: Sweep,
    *,
    path: str,
    inside: tuple[str, ...],
) -> None:
    found.bytes += len(data)
    found.hits += [
        Hit(name=name, path=path, inside=" > ".join((*inside, writing)))
        for name, writings in wanted.items()
        for writing, looks in writings.items()
        if any(look in data for look in looks)
    ]
    if len(inside) == DEEPEST:
        found.shut.append(f"{path}: {' > '.join(inside)} is packed deeper than {DEEPEST} times")
        return
    for kind, piece in _packed(data, found, path):
        found.unpacked[kind] = found.unpacked.get(kind, 0) + 1
        _look(piece, wanted, found, path=path, inside=(*inside, kind))


def _packed(data: bytes, found: Sweep, path: str) -> Iterator[tuple[str, bytes]]:
    if data.startswith(_GZIP):
        yield from _gunzip(data, found, path)
        return
    if data.startswith(_ZIP):
        yield from _unzip(data, found, path)
        return
    for run in _BASE64.finditer(data):
        piece = _of_base64(run.group())
        if piece is not None:
            yield "base64", piece
            inflated = _inflate(piece)
            if inflated is not None:
                yield "base64 > deflate", inflated


def _gunzip(data: bytes, found: Sweep, path: str) -> Iterator[tuple[str, bytes]]:
    """Every member of a gzip file; one that is cut gives what it has."""
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(data, LARGEST)
        except zlib.error as error:
            found.shut.append(f"{path}: gzip that cannot be read ({error})")
            return
        if unpacker.unconsumed_tail:
            found.shut.append(f"{path}: gzip of more than {LARGEST} bytes")
        yield "gzip", piece
        data = unpacker.unused_data


def _unzip(data: bytes, found: Sweep, path: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield "zip", member.filename.encode("utf-8", "surrogateescape")
                with archive.open(member) as file:
                    yield "zip", file.read(LARGEST)
                if member.file_size > LARGEST:
                    found.shut.append(f"{path}: {member.filename} has more than {LARGEST} bytes")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        found.shut.append(f"{path}: zip that cannot be read ({error})")


def _inflate(data: bytes) -> bytes | None:
    """What a deflated text was (the page of a report keeps its data so), None for what is none: it has no sign of its own."""
    for bits in (-15, 15):
        unpacker = zlib.decompressobj(wbits=bits)
        try:
            piece = unpacker.decompress(data, LARGEST)
        except zlib.error:
            continue
        if unpacker.eof or unpacker.unconsumed_tail:
            return piece
    return None


def _of_base64(run: bytes) -> bytes | None:
    plain = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    whole = plain[: len(plain) // 4 * 4 if len(plain) % 4 == 1 else len(plain)]
    try:
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    except ValueError:
        return None
