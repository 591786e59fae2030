"""IO: ``codex-parity driver check``: gives the probes of ``subjects/check.py`` a lab to work in."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from harness.runner.lab import lab
from harness.subjects.base import Subject
from harness.subjects.bench import PATIENCE_S, Row
from harness.subjects.check import check
from harness.subjects.driver import DriverSession
from harness.subjects.probe_scripts import SCRIPTS
from harness.wire.schemas import SchemaSet


async def probe_driver(
    subject: Subject,
    schemas: SchemaSet,
    home: Path,
    patience_s: float = PATIENCE_S,
    only: Collection[str] | None = None,
) -> list[Row]:
    """Probe a subject's driver: one row per probe, in order.

    ``patience_s`` bounds one play, in seconds; ``only`` are titles of probes, None: all.

    Raises:
        RuntimeMissing: what the driver needs is not on this machine.
        HarnessFault: the mock could not be built.
    """
    async with lab(SCRIPTS, schemas, home) as rig:

        async def connect() -> DriverSession:
            session, _ = await rig.session(subject)
            return session

        return await check(connect, rig.workspace.mock, patience_s, only)
