"""Mirror of ``harness/publish/manifest.py``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.publish.manifest import Manifest
from harness.root import find_root, load_schemas
from tests.commandline import ROOT
from tests.publish.material import MANIFEST


@pytest.mark.requirement("F16")
def test_a_manifest_fits_its_schema() -> None:
    """Provenance: schemas/manifest.json."""
    value = MANIFEST.to_json()

    assert load_schemas(find_root(ROOT)).first_problem("manifest", value) is None
    assert value["files"] == [
        {"path": one.path, "bytes": one.bytes, "sha256": one.sha256} for one in MANIFEST.files
    ]


def test_paths_and_hashes_are_those_of_the_files() -> None:
    """Provenance: ours."""
    first = MANIFEST.files[0]

    assert (first.path, first.bytes, first.sha256) == ("allure-results/a|b.json", 2, "b" * 64)
    assert first.path in MANIFEST.paths()
    assert first.sha256 in MANIFEST.hashes()


def test_the_links_that_are_refused_are_those_of_every_file() -> None:
    """Provenance: ours."""
    first, second, third = MANIFEST.files
    files = (replace(first, refused=("a", "b")), second, replace(third, refused=("c",)))

    assert Manifest(run_id="r", files=files).refused() == ("a", "b", "c")
