"""IO: probes a driver: does it keep the driver protocol, does it do what it claims, does it hand every value on whole?

What a driver's types lose must be declared in its ``cannot_express``, and what is declared must really be lost: a
comparison is weakened by that declaration, so a declaration too many hides differences. Prints nothing, judges no SDK:
where an SDK ends a turn with an error of its own, the probe is passed with a note.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Final, TypeAlias

from harness.errors import DriverFault, ParityError, RuntimeMissing
from harness.subjects import probe_cancel, probe_claims, probe_lines, probe_turns, probe_values
from harness.subjects.bench import PATIENCE_S, Bench, CannotRun, Probe, Row
from harness.subjects.driver import DriverSession

Connect: TypeAlias = Callable[[], Awaitable[DriverSession]]

STARTS: Final = "starts and says hello"
PROBES: Final[tuple[tuple[str, Probe], ...]] = (
    ("says what subject.toml says: its SDK and version", probe_claims.identity),
    *probe_lines.ASKING,
    *probe_turns.PROBES,
    *probe_cancel.PROBES,
    *probe_values.PROBES,
    ("does what it claims: every option reaches codex", probe_claims.options),
    *probe_lines.LEAVING,
)
"""What is asked of every driver, in order; the first line is that it starts."""


async def check(
    connect: Connect,
    mock: Path,
    patience_s: float = PATIENCE_S,
    only: Collection[str] | None = None,
) -> list[Row]:
    """Probe a driver.

    Args:
        connect: starts the driver anew and returns it when it has said hello; called again after a probe that ended it.
        mock: the folder into which ``mock-codex build`` put ``probe_scripts.SCRIPTS``: ``<mock>/<name>/codex``.
        patience_s: how long one play may take, seconds.
        only: the titles of the probes; None: all.

    Returns:
        a row for each probe, in order; only the first one when the driver does not start.

    Raises:
        RuntimeMissing: what the driver needs is not on this machine: no verdict on the driver.
    """
    try:
        session = await connect()
    except RuntimeMissing:
        raise
    except ParityError as error:
        return [Row.failed(STARTS, error, None)]
    rows = [Row(probe=STARTS, outcome="pass")]
    try:
        for title, probe in PROBES:
            if only is not None and title not in only:
                continue
            if not session.usable:
                await session.close()
                session = await connect()
            rows.append(await _row(title, probe, Bench(session, mock, patience_s)))
            if rows[-1].outcome == "fail":
                await session.close()
    except DriverFault as error:
        rows.append(Row.failed("starts again after a probe", error, None))
    finally:
        await session.close()
    return rows


async def _row(title: str, probe: Probe, bench: Bench) -> Row:
    try:
        note = await probe(bench)
    except CannotRun as reason:
        return Row(probe=title, outcome="not run", detail=str(reason))
    except ParityError as error:
        return Row.failed(title, error, bench.session.last_line)
    return Row(probe=title, outcome="pass", detail=note or "")
