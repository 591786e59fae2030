"""Every broken copy is caught, at the check named for it; a copy that changes nothing is not."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from harness.jsonvalue import JsonValue
from tests.commandline import codex_parity
from tests.miniatures.broken import CATALOGUE, Miniature, subject_toml
from tests.miniatures.null import NULL_DRIVERS
from tests.miniatures.null import subject_toml as null_toml

HERE = Path(__file__).parent
pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


@pytest.mark.parametrize(("name", "miniature"), CATALOGUE.items(), ids=CATALOGUE)
def test_a_broken_copy_is_caught_at_the_check_named_for_it(
    name: str, miniature: Miniature, tmp_path: Path
) -> None:
    """Provenance: issue text; STYLE.md 24. The report names plane, path and level."""
    ended = codex_parity(
        "run",
        "--subject",
        str(HERE / f"{name}.toml"),
        "--filter",
        miniature.scenario,
        "--no-golden",
        folder=tmp_path,
    )

    assert ended.code == 1, ended.out + ended.err
    (result,) = ended.results()
    assert result["verdict"] == "divergence"
    caught = [
        one
        for one in cast("list[dict[str, JsonValue]]", result["differences"])
        if one["check"] == miniature.check
        and one["level"] != "cosmetic"
        and miniature.path in f"{one['path']} {one['where']}"
    ]
    assert caught, result["differences"]
    assert {"plane", "path", "level", "fingerprint", "sentence"} <= caught[0].keys()
    assert str(caught[0]["fingerprint"]) in (tmp_path / "index.html").read_text("utf-8")


def test_a_copy_that_changes_nothing_is_a_match(tmp_path: Path) -> None:
    """Provenance: ours; the canary. Without it the test above could pass for a reason that has nothing to do with the break."""
    text = subject_toml("zero_usage").replace("miniature-zero-usage", "canary")
    text = text.replace('"{here}/broken.py", "zero_usage"', '"-m", "harness.subjects.reference"')
    text = text.replace('sdk = "codex-parity-miniature"', 'sdk = "codex-parity-reference"')
    (tmp_path / "canary.toml").write_text(text, "utf-8")
    scenarios = ",".join(sorted({one.scenario for one in CATALOGUE.values()}))

    ended = codex_parity(
        "run",
        "--subject",
        str(tmp_path / "canary.toml"),
        "--filter",
        scenarios,
        "--no-golden",
        folder=tmp_path,
    )

    assert ended.code == 0, ended.out + ended.err
    assert {str(result["verdict"]) for result in ended.results()} == {"match"}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_file_of_a_miniature_is_what_its_generator_writes(name: str) -> None:
    """Provenance: ours; `python tests/miniatures/broken.py --write` makes them anew."""
    assert (HERE / f"{name}.toml").read_text("utf-8") == subject_toml(name)


@pytest.mark.parametrize("name", sorted(NULL_DRIVERS))
def test_a_driver_that_does_nothing_never_gets_a_match(name: str, tmp_path: Path) -> None:
    """Provenance: issue text, null gate; FIELD row 1."""
    (tmp_path / "null.toml").write_text(null_toml(name), "utf-8")

    ended = codex_parity(
        "run",
        "--subject",
        str(tmp_path / "null.toml"),
        "--filter",
        "exec.items.*",
        "--no-golden",
        folder=tmp_path,
    )

    verdicts = {str(result["verdict"]) for result in ended.results()}
    assert ended.code == 3, ended.out + ended.err
    assert verdicts <= {"could_not_run", "not_applicable"}
    assert "could_not_run" in verdicts
