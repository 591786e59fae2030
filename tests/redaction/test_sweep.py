"""``harness/redaction/sweep.py``: a text is found however it is packed, and a sweep says what it looked at."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.redaction.sweep import DEEPEST, sweep

KEY = "sk-CANARY-0a1b2c3d4e5f"


def zipped(data: bytes, name: str = "inner.txt") -> bytes:
    """A zip file with one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def deflated(data: bytes) -> bytes:
    """As ``harness/report/payload.py`` packs."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


RAW = f"before {KEY} after".encode()

PACKED: list[tuple[str, bytes, str]] = [
    ("as it is", RAW, "as it is"),
    ("hex", RAW.hex().encode(), "hex"),
    ("HEX", RAW.hex().upper().encode(), "hex"),
    ("UTF-16", KEY.encode("utf-16-le"), "UTF-16"),
    ("gzip", gzip.compress(RAW), "gzip > as it is"),
    ("two gzips", gzip.compress(b"x") + gzip.compress(RAW), "gzip > as it is"),
    ("zip", zipped(RAW), "zip > as it is"),
    ("name in a zip", zipped(b"x", KEY), "zip > as it is"),
    ("gzip in a zip", zipped(gzip.compress(RAW)), "zip > gzip > as it is"),
    ("a page", b"<a href='data:application/gzip;base64," + base64.b64encode(gzip.compress(RAW)) + b"'>",
     "base64 > gzip > as it is"),
    ("data of a page", b"['" + base64.b64encode(deflated(RAW * 9)) + b"']", "base64 > deflate > as it is"),
    ("zlib", b" " + base64.b64encode(zlib.compress(RAW * 9)), "base64 > deflate > as it is"),
]  # fmt: skip


@pytest.mark.requirement("R1-28", "F18")
@pytest.mark.parametrize(
    ("data", "inside"), [one[1:] for one in PACKED], ids=[p[0] for p in PACKED]
)
def test_a_text_is_found_in_what_it_is_packed_in(tmp_path: Path, data: bytes, inside: str) -> None:
    """Provenance: issue text: archives, base64 data inside of HTML."""
    (tmp_path / "file").write_bytes(data)

    found = sweep(tmp_path, {"key": KEY})

    assert inside in [hit.inside for hit in found.hits]
    assert {hit.name for hit in found.hits} == {"key"}
    assert KEY not in repr(found.hits)


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_seen_through_wherever_it_begins(
    tmp_path: Path, before: int, encode: Callable[[bytes], bytes]
) -> None:
    """Provenance: ours; a key in the middle of a text has three looks, and what is before it may be of the alphabet."""
    (tmp_path / "file").write_bytes(b"word/" + encode(b"x" * before + KEY.encode() + b"yz"))

    assert sweep(tmp_path, {"key": KEY}).count("key") >= 1


def test_the_name_of_a_file_is_looked_at_too(tmp_path: Path) -> None:
    """Provenance: ours."""
    (tmp_path / KEY).mkdir()
    (tmp_path / KEY / "empty").touch()

    assert [hit.inside for hit in sweep(tmp_path, {"key": KEY}).hits] == ["the name"] * 2


def test_a_sweep_that_finds_nothing_says_what_it_looked_at(tmp_path: Path) -> None:
    """Provenance: ours; a sweep over nothing is no evidence."""
    (tmp_path / "a").write_bytes(zipped(b"clean"))
    (tmp_path / "b").write_bytes(gzip.compress(b"clean"))

    found = sweep(tmp_path, {"key": KEY})

    assert (found.hits, found.files, found.shut) == ([], 2, [])
    assert found.unpacked == {"zip": 2, "gzip": 1}
    assert found.bytes > len(b"clean") * 2


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """Provenance: ours; a broken archive is not a clean one."""
    deep = RAW
    for _ in range(DEEPEST + 1):
        deep = gzip.compress(deep)
    (tmp_path / "deep").write_bytes(deep)
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08" + b"\xff" * 30)
    (tmp_path / "broken.zip").write_bytes(zipped(RAW)[:40])

    shut = sweep(tmp_path, {"key": KEY}).shut

    assert len(shut) == 3
    assert "packed deeper than 6 times" in shut[2]
