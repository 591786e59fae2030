"""Where the project's data is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import HarnessFault
from harness.root import PACKAGE, find_root, load_schemas


def _project(folder: Path, *, schemas: bool = True) -> Path:
    (folder / "fixtures" / "scenarios").mkdir(parents=True)
    (folder / "subjects").mkdir()
    if schemas:
        (folder / "schemas").mkdir()
    return folder


def test_the_nearest_checkout_above_the_current_folder_is_found(tmp_path: Path) -> None:
    """Provenance: ours: the command works in any folder of a checkout."""
    _project(tmp_path / "outer")
    inner = _project(tmp_path / "outer" / "inner")
    start = inner / "docs" / "deep"
    start.mkdir(parents=True)

    root = find_root(start)

    assert root.fixtures == inner / "fixtures"
    assert root.scenarios == inner / "fixtures" / "scenarios"
    assert root.wire == inner / "fixtures" / "wire"
    assert root.golden == inner / "fixtures" / "golden"
    assert root.baselines == root.own_baselines == inner / "fixtures" / "baselines"
    assert root.subjects == inner / "subjects"
    assert root.schemas == inner / "schemas"
    assert root.reports == inner / "reports"
    assert root.home == inner / ".parity"


def test_without_a_start_the_current_folder_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours: what the command line does."""
    monkeypatch.chdir(_project(tmp_path / "here"))
    assert find_root().home == tmp_path / "here" / ".parity"


def test_a_folder_without_subjects_is_not_a_checkout(tmp_path: Path) -> None:
    """Provenance: ours: an SDK has a folder `fixtures` of its own."""
    outer = _project(tmp_path / "outer")
    (outer / "sdk" / "fixtures" / "scenarios").mkdir(parents=True)
    assert find_root(outer / "sdk").subjects == outer / "subjects"


def test_outside_of_a_checkout_the_packed_data_is_read_and_the_current_folder_written(
    tmp_path: Path,
) -> None:
    """Provenance: pyproject.toml, force-include: schemas, fixtures and subjects lie in ``harness/_data``."""
    package = tmp_path / "site-packages" / "harness"
    data = _project(package / "_data")
    (tmp_path / "elsewhere").mkdir()

    root = find_root(tmp_path / "elsewhere", package=package)

    assert root.schemas == data / "schemas"
    assert root.scenarios == data / "fixtures" / "scenarios"
    assert root.reports == tmp_path / "elsewhere" / "reports"
    assert root.home == tmp_path / "elsewhere" / ".parity"


def test_a_baseline_of_the_caller_comes_before_the_packed_one(tmp_path: Path) -> None:
    """Provenance: ours: the repository of an SDK says what is expected of it, also of an SDK that is packed."""
    package = tmp_path / "site-packages" / "harness"
    data = _project(package / "_data")
    root = find_root(tmp_path, package=package)

    assert root.baseline("sdk") == data / "fixtures" / "baselines" / "sdk.toml"
    root.own_baselines.mkdir(parents=True)
    (root.own_baselines / "sdk.toml").write_text("", "utf-8")
    assert root.baseline("sdk") == tmp_path / "fixtures" / "baselines" / "sdk.toml"


def test_an_editable_installation_finds_the_checkout_of_its_package(tmp_path: Path) -> None:
    """Provenance: ours: an editable installation has no packed data."""
    assert find_root(tmp_path).scenarios == PACKAGE.parent / "fixtures" / "scenarios"


def test_a_project_without_contracts_uses_those_of_the_package(tmp_path: Path) -> None:
    """Provenance: ours: the schemas belong to the harness, the scenarios to the project."""
    project = _project(tmp_path / "project", schemas=False)
    package = tmp_path / "site-packages" / "harness"
    (package / "_data" / "schemas").mkdir(parents=True)
    assert find_root(project, package=package).schemas == package / "_data" / "schemas"
    assert find_root(project).schemas == PACKAGE.parent / "schemas"


def test_no_data_anywhere_says_where_it_looked(tmp_path: Path) -> None:
    """Provenance: ours: a broken installation is our fault, not the caller's."""
    with pytest.raises(HarnessFault, match="no scenarios and subjects") as caught:
        find_root(tmp_path, package=tmp_path / "harness")
    assert str(tmp_path / "harness" / "_data") in str(caught.value)


def test_without_any_schema_folder_reading_the_schemas_says_so(tmp_path: Path) -> None:
    """Provenance: ours: an empty set would accept nothing and explain nothing."""
    project = _project(tmp_path / "project", schemas=False)
    root = find_root(project, package=tmp_path / "harness")
    with pytest.raises(HarnessFault, match="no schema") as caught:
        load_schemas(root)
    assert str(root.schemas) in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_broken_schema_is_named(tmp_path: Path, text: str) -> None:
    """Provenance: ours: a schema that cannot be read is a broken installation."""
    project = _project(tmp_path / "project")
    (project / "schemas" / "bad.json").write_text(text, encoding="latin-1")
    with pytest.raises(HarnessFault, match=r"bad\.json"):
        load_schemas(find_root(project))


def test_the_schemas_of_the_project_are_read_by_their_file_names() -> None:
    """Provenance: ``schemas/``: the contracts of this project."""
    schemas = load_schemas(find_root(Path(__file__).parent))
    assert schemas.first_problem("scenario", {}) is not None
    assert schemas.first_problem("driver#request", {"op": "bye"}) is None
