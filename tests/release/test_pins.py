"""Mirror of ``harness/release/pins.py``."""

from __future__ import annotations

import json

import pytest

from harness.jsonvalue import JsonValue
from harness.release.look import LOCKS
from harness.release.pins import binary_line, pins_line
from tests.commandline import ROOT

SHA = "a" * 64
OTHER = "b" * 64


def npm(**packages: dict[str, JsonValue]) -> str:
    """A lock file of npm."""
    return json.dumps({"packages": {"": {"name": "root"}, **packages}})


def cargo(*entries: str) -> str:
    """A lock file of cargo."""
    return "\n".join(f"[[package]]\n{entry}" for entry in entries)


REGISTRY = 'name = "a"\nversion = "1"\nsource = "registry"\n'

CASES = [
    ("requirements.txt", f"# c\na==1 \\\n  --hash=sha256:{SHA}\n\n", "pass"),
    ("requirements.txt", f"a==1 --hash=sha256:{SHA}\nb==2\n", "fail"),
    ("requirements.txt", f"a>=1 --hash=sha256:{SHA}\n", "fail"),
    ("requirements.txt", "", "fail"),
    ("package-lock.json", npm(a={"integrity": "sha512-x"}, b={"link": True}), "pass"),
    ("package-lock.json", npm(a={"integrity": "sha1-x"}), "fail"),
    ("package-lock.json", npm(a={}), "fail"),
    ("package-lock.json", "{", "fail"),
    ("package-lock.json", "{}", "fail"),
    ("Cargo.lock", cargo(f'{REGISTRY}checksum = "{SHA}"', 'name = "own"\nversion = "1"'), "pass"),
    ("Cargo.lock", cargo(REGISTRY), "fail"),
    ("go.sum", "x", "warn"),
]


@pytest.mark.requirement("R1-35")
@pytest.mark.parametrize(("name", "text", "status"), CASES)
def test_every_package_of_a_lock_file_has_a_hash(name: str, text: str, status: str) -> None:
    """Provenance: REQUIREMENTS.md R1-35."""
    line = pins_line(f"subjects/s/{name}", text)

    assert line.status == status, line.detail


@pytest.mark.requirement("R1-35")
@pytest.mark.parametrize(
    ("provenance", "here", "status"),
    [
        ({"binary_sha256": SHA}, SHA, "pass"),
        ({"binary_sha256": SHA}, OTHER, "fail"),
        ({"binary_sha256": SHA}, None, "warn"),
        ({"binary_sha256": "x"}, SHA, "fail"),
        ({}, SHA, "fail"),
    ],
)
def test_a_recorded_binary_is_pinned_and_the_one_here_is_that_one(
    provenance: dict[str, JsonValue], here: str | None, status: str
) -> None:
    """Provenance: REQUIREMENTS.md R1-35."""
    assert binary_line("0.1.0", provenance, here).status == status


@pytest.mark.requirement("R1-35")
def test_every_package_that_this_project_pins_is_pinned_by_its_content() -> None:
    """Provenance: REQUIREMENTS.md R1-35; the lock files of every SDK and runtime, Rust's among them."""
    locks = [
        path for path in (ROOT / "subjects").rglob("*") if path.name in LOCKS and path.is_file()
    ]

    lines = [
        pins_line(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in locks
    ]

    assert [line.detail for line in lines if line.status != "pass"] == []
    assert {"requirements.txt", "package-lock.json", "Cargo.lock"} <= {one.name for one in locks}


@pytest.mark.requirement("R1-35")
def test_every_recorded_codex_says_the_sha256_of_its_binary() -> None:
    """Provenance: REQUIREMENTS.md R1-35."""
    recorded = sorted((ROOT / "fixtures" / "wire").glob("*/provenance.json"))

    lines = [
        binary_line(path.parent.name, json.loads(path.read_bytes()), None) for path in recorded
    ]

    assert len(lines) >= 5
    assert all("pinned as" in line.detail for line in lines)
