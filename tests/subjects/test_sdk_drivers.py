"""The shipped drivers against the mock: every probe of `codex-parity driver check`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from harness.client import process
from harness.errors import RuntimeMissing
from harness.subjects.base import Subject, load_subject
from harness.subjects.check import check
from harness.subjects.driver import DriverSession
from harness.subjects.install import ready
from harness.subjects.probe_scripts import SCRIPTS
from tests.subjects.fake import ROOT, SCHEMAS, bounded

pytestmark = pytest.mark.process

SHIPPED = sorted(path.parent.name for path in ROOT.subjects.glob("*/subject.toml"))


@pytest.fixture
def mock(tmp_path: Path) -> Path:
    """The scripts of the probes, built."""
    built = bounded(
        process.run(
            [sys.executable, "-m", "mock_codex.shell", "build", "--out", str(tmp_path / "mock")],
            stdin=json.dumps({"scripts": SCRIPTS}).encode("ascii"),
            timeout_s=20,
        )
    )
    assert built.returncode == 0, built.stderr
    return tmp_path / "mock"


def installed(name: str) -> Subject:
    """A subject that can be started here; a test of one that cannot is skipped with the reason."""
    subject = load_subject(ROOT.subjects / name, SCHEMAS)
    try:
        ready(subject, ROOT.home)
    except RuntimeMissing as error:
        pytest.skip(reason=str(error))
    return subject


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_driver_passes_every_probe(name: str, mock: Path, tmp_path: Path) -> None:
    """Provenance: the SDKs at their pinned versions; DESIGN, driver protocol."""
    subject = installed(name)
    repository = tmp_path / "host" / ".git"
    repository.mkdir(parents=True)
    (repository / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    kept = {one: os.environ[one] for one in ("PATH", "SYSTEMROOT") if one in os.environ}
    env = {**kept, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}

    async def connect() -> DriverSession:
        session = await DriverSession.start(
            subject, env=env, cwd=str(repository.parent), home=ROOT.home, schemas=SCHEMAS
        )
        await session.hello(15)
        return session

    rows = bounded(check(connect, mock), 100)

    assert {row.probe: row.detail for row in rows if row.outcome == "fail"} == {}
    assert len(rows) > 30


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_driver_is_what_its_subject_says(name: str, tmp_path: Path) -> None:
    """Provenance: schemas/subject.json: sdk and version are those of the hello."""
    subject = installed(name)

    async def work() -> tuple[str, str]:
        env = {one: os.environ[one] for one in ("PATH", "SYSTEMROOT") if one in os.environ}
        session = await DriverSession.start(
            subject, env=env, cwd=str(tmp_path), home=ROOT.home, schemas=SCHEMAS
        )
        try:
            hello = await session.hello(15)
        finally:
            await session.close()
        return hello.sdk, hello.version

    assert bounded(work()) == (subject.sdk, subject.version)
