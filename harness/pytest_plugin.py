"""IO: the pytest side of golden files: a syrupy extension and the fixtures of ``harness/golden_suite``.

Loaded by ``nox -s golden`` with ``-p harness.pytest_plugin``. Writes only with ``--snapshot-update``, never when ``CI``
is set, never removes a file: syrupy's own discovery is quadratic here and its clean-up deletes the golden of a test
that crashed (REPORTS.md 0.6, 0.7), so both are off and ``codex-parity golden`` lists what is stale.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import ClassVar, Final, cast

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.data import SnapshotCollection, SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from syrupy.location import PyTestLocation

from harness import catalogue, root
from harness.golden import Golden, file_name, render
from harness.jsonvalue import allow_deep_values
from harness.runner.judge import record_golden
from harness.runner.lab import Crew, lab, muster, scripts_of
from harness.runner.records import PlayKey, PlayResult
from harness.runner.run import require_runtime
from harness.scenario import Scenario
from harness.storage import write_atomically
from harness.subjects.base import load_subject

GOLDEN_SUBJECT: Final = "openai-typescript"
_SHOWN_LINES: Final = 12


class GoldenExtension(SingleFileSnapshotExtension):
    """Keeps goldens in ``fixtures/golden``, one file per scenario id, whatever the test is called."""

    file_extension = "jsonl"
    folder: ClassVar[Path]

    def serialize(self, data: object, **_: object) -> bytes:
        """A ``Golden`` as the bytes of its file."""
        return render(cast("Golden", data)).encode("ascii")

    @classmethod
    def get_location(cls, *, test_location: PyTestLocation, index: str | int) -> str:
        """The file of the scenario whose id is the snapshot's name."""
        return str(cls.folder / file_name(str(index)))

    @classmethod
    def matches_test_location(
        cls, *, test_location: PyTestLocation, snapshot_location: str
    ) -> bool:
        """Files belong to scenarios, not to tests."""
        return True

    def discover_snapshots(self, **_: object) -> SnapshotCollections:
        """Nothing: syrupy must not look for unused files here (see the module's docstring)."""
        return SnapshotCollections()

    def diff_lines(self, serialized_data: str | bytes, snapshot_data: str | bytes) -> Iterator[str]:
        """The first lines that differ; the whole of it is in the report."""
        now, then = (_text(data).split("\n") for data in (serialized_data, snapshot_data))
        changed = (pair for pair in zip(then, now, strict=False) if pair[0] != pair[1])
        for before, after in islice(changed, _SHOWN_LINES // 2):
            yield f"- {before[:300]}"
            yield f"+ {after[:300]}"
        yield f"{len(then)} lines in the golden, {len(now)} observed; `codex-parity run` shows all of it"

    @classmethod
    def write_snapshot_collection(
        cls, *, snapshot_collection: SnapshotCollection, **_: object
    ) -> None:
        """Write the one file of the collection, atomically."""
        data = next(iter(snapshot_collection)).data
        write_atomically(Path(snapshot_collection.location), cast("bytes", data))


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("ascii")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this plugin."""
    group = parser.getgroup("codex-parity")
    group.addoption(
        "--parity-filter", default=None, help="record or check only these scenarios (ids or globs)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to write in CI; keep syrupy from removing anything."""
    allow_deep_values()
    if config.option.update_snapshots and os.environ.get("CI"):
        raise pytest.UsageError(
            "goldens are never written in CI: run `nox -s golden` on a laptop and commit the result"
        )
    config.option.no_cleanup = True
    config.option.warn_unused_snapshots = True


def _scenarios(config: pytest.Config) -> tuple[Scenario, ...]:
    place = root.find_root(None)
    found = catalogue.load(place, root.load_schemas(place))
    return found.select(config.getoption("--parity-filter"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per scenario, in the order of ids."""
    if "scenario_id" in metafunc.fixturenames:
        metafunc.parametrize(
            "scenario_id", [scenario.id for scenario in _scenarios(metafunc.config)]
        )


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Syrupy's assertion, keeping its files as ``GoldenExtension`` does."""
    GoldenExtension.folder = root.find_root(None).golden
    return snapshot.use_extension(GoldenExtension)


@pytest.fixture(scope="session")
def recordings(pytestconfig: pytest.Config) -> Mapping[str, Golden | str]:
    """Scenario id -> what the official SDK did just now, or why that could not be seen."""
    return asyncio.run(_record(_scenarios(pytestconfig)))


async def _record(scenarios: tuple[Scenario, ...]) -> dict[str, Golden | str]:
    place = root.find_root(None)
    subject = load_subject(place.subjects / GOLDEN_SUBJECT)
    plays: dict[PlayKey, PlayResult] = {}
    async with lab(scripts_of(scenarios), root.load_schemas(place), place.home) as rig:
        states = await muster([subject], rig)
        require_runtime(states)
        crew = Crew(
            rig=rig,
            subjects={subject.name: subject},
            jobs=os.cpu_count() or 1,
            on_play=plays.__setitem__,
        )
        await crew.run(
            [(scenario, states[0], mode) for scenario in scenarios for mode in scenario.modes]
        )
    return {scenario.id: record_golden(scenario, states[0], plays) for scenario in scenarios}
