"""Mirror of ``harness/release/contents.py``."""

from __future__ import annotations

import pytest

from harness.release.contents import contents_lines

TRACKED = [
    "fixtures/scenarios/a/x.yaml", "fixtures/golden/a/x.jsonl", "fixtures/wire/0.1/p.json", "schemas/run.json",
    "subjects/s/driver.py", "harness/report/assets/r.j2", "harness/x.py", "mock_codex/y.py", "docs/a.md", "README.md",
    "tests/test_x.py",
]  # fmt: skip
SDIST = dict.fromkeys(TRACKED, b"text")
WHEEL = {
    path if path.startswith(("harness/", "mock_codex/")) else f"harness/_data/{path}": b"text"
    for path in TRACKED
    if not path.startswith(("docs/", "README", "tests/"))
}


@pytest.mark.requirement("R0-4", "R0-5")
@pytest.mark.parametrize(("kind", "held"), [("wheel", WHEEL), ("sdist", SDIST)])
def test_a_package_with_all_the_repository_asks_for_passes(
    kind: str, held: dict[str, bytes]
) -> None:
    """Provenance: REQUIREMENTS.md R0-4, R0-5."""
    lines = contents_lines(kind, held, TRACKED, "c")

    assert {one.status for one in lines} == {"pass"}
    assert len(lines) == (8 if kind == "wheel" else 10)


@pytest.mark.requirement("R0-4")
@pytest.mark.parametrize("path", sorted(WHEEL))
def test_a_wheel_that_lacks_one_file_fails(path: str) -> None:
    """Provenance: issue 6: goldens, schemas and templates in."""
    held = {name: head for name, head in WHEEL.items() if name != path}

    failed = [one for one in contents_lines("wheel", held, TRACKED, "c") if one.status == "fail"]

    assert len(failed) == 1
    assert path.removeprefix("harness/_data/") in failed[0].detail


@pytest.mark.requirement("R0-4")
@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("harness/__pycache__/x.pyc", b""), ("reports/parity/index.html", b"<"), (".parity/codex/x", b""),
        ("subjects/s/node_modules/a.js", b""), ("subjects/s/target/debug/x", b""), ("x.egg-info/PKG", b""),
        ("harness/_build/x", b""), ("a.so", b""), ("bin/codex", b"\x7fELF"), ("codex", b"MZ\x90\x00"),
        ("mac", b"\xcf\xfa\xed\xfe"),
    ],
)  # fmt: skip
def test_caches_reports_and_binaries_do_not_belong_there(path: str, head: bytes) -> None:
    """Provenance: issue 6: caches, reports and binaries out."""
    lines = contents_lines("sdist", {**SDIST, path: head}, TRACKED, "c")

    failed = [one for one in lines if one.status == "fail"]
    assert [one.name for one in failed] == ["sdist: no caches, reports, binaries"]
    assert path in failed[0].detail


def test_a_repository_without_scenarios_is_not_the_right_folder() -> None:
    """Provenance: ours; all of nothing is no pass."""
    assert {one.status for one in contents_lines("wheel", {}, [], "c")[:-1]} == {"fail"}
