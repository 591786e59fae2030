"""The generated files on disk."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from harness.errors import HarnessFault
from harness.generate import write
from harness.root import Root
from tests.commandline import run_module
from tests.generate.material import ROOT


@pytest.fixture
def place(tmp_path: Path) -> Root:
    """A copy of the drift scenarios that may be written to."""
    fixtures = tmp_path / "fixtures"
    shutil.copytree(ROOT.scenarios / "drift", fixtures / "scenarios" / "drift")
    shutil.copytree(ROOT.wire, fixtures / "wire")
    return dataclasses.replace(ROOT, fixtures=fixtures)


def test_the_scenarios_on_disk_are_those_that_the_generator_makes() -> None:
    """Provenance: issue text; `nox -s generate` writes them anew."""
    assert write.differences(ROOT) == []


def test_every_way_to_differ_has_a_sentence(place: Root) -> None:
    """Provenance: ours."""
    drift = place.scenarios / "drift"
    (drift / "depth-100.yaml").unlink()
    changed = drift / "null-line.yaml"
    changed.write_text(changed.read_text("utf-8") + "# mine\n", encoding="utf-8")
    shutil.copy(drift / "null-error.yaml", drift / "old-name.yaml")
    (drift / "token-nan.yaml").write_text("id: by-hand\n", encoding="utf-8")

    assert write.differences(place) == [
        "drift/depth-100.yaml is missing",
        "drift/null-line.yaml differs from what is generated",
        "drift/old-name.yaml says that it is generated and is not",
        "drift/token-nan.yaml is not generated",
    ]


def test_writing_makes_them_agree_and_leaves_what_is_typed_by_hand(place: Root) -> None:
    """Provenance: ours."""
    drift = place.scenarios / "drift"
    shutil.copy(drift / "null-error.yaml", drift / "old-name.yaml")
    (drift / "depth-100.yaml").unlink()

    assert write.write(place) == len(write.generated(place))
    assert write.differences(place) == []
    assert (drift / "unknown-event.yaml").is_file()
    assert not (drift / "old-name.yaml").exists()


def test_without_a_recording_there_is_nothing_to_make(place: Root) -> None:
    """Provenance: ours; an installed package has none of it to write to."""
    shutil.rmtree(place.wire)
    with pytest.raises(HarnessFault, match="nothing to make scenarios from"):
        write.generated(place)


@pytest.mark.process
def test_the_command_checks_and_says_what_to_do(tmp_path: Path) -> None:
    """Provenance: ours; exit 5 is a stale file."""
    for name in ("fixtures", "schemas"):
        shutil.copytree(ROOT.fixtures.parent / name, tmp_path / name)
    (tmp_path / "subjects").mkdir()
    assert run_module("harness.generate", "--check", folder=tmp_path).code == 0
    (tmp_path / "fixtures/scenarios/drift/depth-100.yaml").unlink()

    ended = run_module("harness.generate", "--check", folder=tmp_path)
    assert ended.code == 5
    assert "depth-100.yaml is missing" in ended.err
    assert "nox -s generate" in ended.err
    assert run_module("harness.generate", folder=tmp_path).code == 0
    assert run_module("harness.generate", "--check", folder=tmp_path).code == 0
