"""Reading and selecting scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue import Catalogue, load
from harness.errors import NothingSelected, ScenarioInvalid
from harness.root import Root, find_root, load_schemas

SCHEMAS = load_schemas(find_root(Path(__file__).parent))

PLAIN = """\
id: exec.items.plain
title: A scenario for this test
expect: Whatever this test needs
source: ours
family: items
provenance: {kind: synthetic}
script:
  turns:
    - do: [{line: {a: 1}}]
steps:
  - start: {}
  - turn: {input: hello}
"""


@pytest.fixture
def project(tmp_path: Path) -> Root:
    """A project with one recording and no scenario."""
    (tmp_path / "fixtures" / "scenarios").mkdir(parents=True)
    (tmp_path / "subjects").mkdir()
    wire = tmp_path / "fixtures" / "wire" / "9.9.9"
    wire.mkdir(parents=True)
    (wire / "talk.1.jsonl").write_bytes('{"a":1}\n{"b":"x\u2028y"}\n'.encode())
    return find_root(tmp_path)


def _write(project: Root, name: str, text: str) -> Path:
    path = project.scenarios / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _refused(project: Root) -> str:
    with pytest.raises(ScenarioInvalid) as caught:
        load(project, SCHEMAS)
    return str(caught.value)


def _named(name: str, family: str = "items") -> str:
    return PLAIN.replace("exec.items.plain", f"exec.{family}.{name}").replace(
        "family: items", f"family: {family}"
    )


@pytest.mark.requirement("R3-57")
def test_scenarios_come_sorted_by_id(project: Root) -> None:
    """Provenance: ours: the order of a report does not depend on the file system."""
    _write(project, "turn/a.yaml", _named("a", "turn"))
    _write(project, "items/plain.yaml", PLAIN)
    _write(project, "items/a-b.yaml", _named("a-b"))
    ids = [one.id for one in load(project, SCHEMAS).scenarios]
    assert ids == ["exec.items.a-b", "exec.items.plain", "exec.turn.a"]


def test_a_project_without_scenarios_is_an_empty_catalogue(project: Root) -> None:
    """Provenance: ours: the caller decides that zero cases is no pass (exit 4)."""
    assert load(project, SCHEMAS) == Catalogue(scenarios=())


def test_a_recording_is_played_line_by_line_as_it_was_written(project: Root) -> None:
    """Provenance: ``schemas/scenario.json``, recording: resolved before the mock sees it; only a line feed ends a line."""
    text = PLAIN.replace(
        "[{line: {a: 1}}]", "[{stderr: x}, {recording: 9.9.9/talk.1.jsonl}, {exit: 1}]"
    )
    _write(project, "items/plain.yaml", text)
    (scenario,) = load(project, SCHEMAS).scenarios
    assert scenario.script == {
        "turns": [
            {
                "do": [
                    {"stderr": "x"},
                    {"json": '{"a":1}'},
                    {"json": '{"b":"x\u2028y"}'},
                    {"exit": 1},
                ]
            }
        ]
    }


def test_a_changed_recording_changes_the_hash_of_the_scenario(project: Root) -> None:
    """Provenance: ours: a golden file must go stale when the played bytes change."""
    _write(
        project,
        "items/plain.yaml",
        PLAIN.replace("[{line: {a: 1}}]", "[{recording: 9.9.9/talk.1.jsonl}]"),
    )
    before = load(project, SCHEMAS).scenarios[0].sha256
    (project.wire / "9.9.9" / "talk.1.jsonl").write_bytes(b'{"a":2}\n')
    assert load(project, SCHEMAS).scenarios[0].sha256 != before


def test_a_missing_recording_is_named_with_its_place_and_the_nearest_one(project: Root) -> None:
    """Provenance: ours."""
    text = PLAIN.replace("[{line: {a: 1}}]", "[{exit: 0}, {recording: 9.9.9/talks.1.jsonl}]")
    _write(project, "items/plain.yaml", text)
    assert _refused(project) == (
        "no recording `9.9.9/talks.1.jsonl` "
        "@ fixtures/scenarios/items/plain.yaml $.script.turns[0].do[1].recording\n"
        "  Did you mean 9.9.9/talk.1.jsonl?"
    )


def test_a_recording_outside_of_the_folder_of_recordings_is_refused(project: Root) -> None:
    """Provenance: ours: a scenario cannot play any file of the machine."""
    text = PLAIN.replace("[{line: {a: 1}}]", "[{recording: ../scenarios/items/plain.yaml}]")
    _write(project, "items/plain.yaml", text)
    message = _refused(project)
    assert message.startswith("no recording `../scenarios/items/plain.yaml`")
    assert "Did you mean" not in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id: [", ":1:6"),
        ("id: a\n\tb: c\n", ":2:1"),
        ("id: a\ntitle: b\nid: c\n", ":3:1"),
        ("id: a\n---\nid: b\n", ":2:1"),
        ("id: *nowhere\n", ":1:5"),
    ],
    ids=["cut off", "tab", "key twice", "two documents", "unknown alias"],
)
def test_broken_yaml_is_reported_with_line_and_column(project: Root, text: str, place: str) -> None:
    """Provenance: YAML 1.2; a key that stands twice is an error."""
    _write(project, "items/plain.yaml", text)
    message = _refused(project)
    assert message.startswith("not YAML: ")
    assert message.endswith(f"@ fixtures/scenarios/items/plain.yaml{place}")


def test_a_file_that_is_not_utf_8_is_refused(project: Root) -> None:
    """Provenance: YAML 1.2: an encoding of Unicode."""
    _write(project, "items/plain.yaml", "").write_bytes(b"id: \xff\n")
    assert _refused(project).startswith("not YAML: ")


def test_yaml_1_2_reads_yes_as_text(project: Root) -> None:
    """Provenance: YAML 1.2: only true and false are booleans."""
    _write(project, "items/plain.yaml", PLAIN.replace("{a: 1}", "[yes, on, 012, 1.0, true, null]"))
    (scenario,) = load(project, SCHEMAS).scenarios
    assert scenario.script == {"turns": [{"do": [{"line": ["yes", "on", 12, 1.0, True, None]}]}]}


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("2026-11-20", "`2026-11-20` is not a JSON value"),
        ("[1, .nan]", "`nan` is not a JSON value"),
        ("-.inf", "`-inf` is not a JSON value"),
        ("!!binary aGk=", "is not a JSON value"),
        ("{1: a}", "the key `1` is not a string"),
    ],
)
def test_what_json_cannot_say_is_refused(project: Root, value: str, what: str) -> None:
    """Provenance: ours: a scenario is JSON written as YAML."""
    _write(project, "items/plain.yaml", PLAIN.replace("{a: 1}", value))
    message = _refused(project)
    assert what in message
    assert "$.script.turns[0].do[0].line" in message
    assert message.endswith("Put it in quotes.")


def test_an_alias_that_holds_itself_is_refused(project: Root) -> None:
    """Provenance: ours: it has no end."""
    _write(project, "items/plain.yaml", PLAIN.replace("{a: 1}", "&loop [*loop]"))
    assert _refused(project).startswith("nested too deep")


def test_a_file_that_does_not_fit_the_schema_is_refused_with_its_path(project: Root) -> None:
    """Provenance: ``schemas/scenario.json``."""
    _write(project, "items/plain.yaml", PLAIN.replace("kind: synthetic", "kind: guessed"))
    assert "fixtures/scenarios/items/plain.yaml $.provenance.kind" in _refused(project)


def test_an_empty_file_is_refused(project: Root) -> None:
    """Provenance: ``schemas/scenario.json``."""
    _write(project, "items/plain.yaml", "")
    assert "None is not of type 'object'" in _refused(project)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("items/plain.yaml", _named("plain", "turn"), "must lie in turn/plain.yaml"),
        ("items/other.yaml", PLAIN, "must lie in items/plain.yaml"),
        (
            "items/plain.yaml",
            PLAIN.replace("family: items", "family: turn"),
            "the id `exec.items.plain` is not of the family `turn`",
        ),
    ],
    ids=["folder", "file name", "family"],
)
def test_id_family_folder_and_file_name_agree(
    project: Root, name: str, text: str, what: str
) -> None:
    """Provenance: ours: an id says where its file is."""
    _write(project, name, text)
    assert what in _refused(project)


def test_an_id_cannot_be_used_twice(project: Root) -> None:
    """Provenance: ours: the file that has the name of the id owns it."""
    _write(project, "items/plain.yaml", PLAIN)
    _write(project, "items/plain-again.yaml", PLAIN)
    assert "so no id is used twice" in _refused(project)


@pytest.mark.parametrize("name", ["plain.yaml", "items/plain.yml", "items/plain.json"])
def test_a_scenario_in_the_wrong_place_is_refused_and_not_passed_over(
    project: Root, name: str
) -> None:
    """Provenance: ours: a scenario that is silently not run looks like a pass."""
    _write(project, name, PLAIN)
    assert _refused(project).startswith("a scenario in the wrong place")


def test_a_note_beside_the_scenarios_is_no_scenario(project: Root) -> None:
    """Provenance: ours."""
    _write(project, "items/README.md", "# Items\n")
    assert load(project, SCHEMAS).scenarios == ()


@pytest.fixture
def catalogue(project: Root) -> Catalogue:
    """Three scenarios of two families."""
    for name, family in (("web-search", "items"), ("plain", "items"), ("failed", "turn")):
        _write(project, f"{family}/{name}.yaml", _named(name, family))
    return load(project, SCHEMAS)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (None, ["items.plain", "items.web-search", "turn.failed"]),
        ("*", ["items.plain", "items.web-search", "turn.failed"]),
        ("exec.turn.failed", ["turn.failed"]),
        ("exec.items.*", ["items.plain", "items.web-search"]),
        ("family:items", ["items.plain", "items.web-search"]),
        ("exec.turn.failed, exec.items.plain", ["items.plain", "turn.failed"]),
        ("family:turn,*.failed", ["turn.failed"]),
    ],
)
def test_a_pattern_selects_by_id_glob_and_family(
    catalogue: Catalogue, pattern: str | None, names: list[str]
) -> None:
    """Provenance: ours: the forms that the command line's help names; each scenario once, sorted."""
    assert [one.id for one in catalogue.select(pattern)] == [f"exec.{name}" for name in names]


@pytest.mark.parametrize(
    ("pattern", "what", "hint"),
    [
        (
            "exec.item.plain",
            "no scenario fits `exec.item.plain`",
            "Did you mean exec.items.plain, exec.items.web-search?",
        ),
        ("web-serch", "no scenario fits `web-serch`", "Did you mean exec.items.web-search?"),
        ("search", "no scenario fits `search`", "Did you mean exec.items.web-search?"),
        ("*,zzz", "no scenario fits `zzz`", "There is family:items, family:turn."),
        ("family:item", "no scenario fits `family:item`", "There is family:items, family:turn."),
        ("", "no scenario fits ``", "There is family:items, family:turn."),
        ("EXEC.*", "no scenario fits `EXEC.*`", "There is family:items, family:turn."),
    ],
)
def test_a_pattern_that_fits_nothing_names_the_nearest_ids(
    catalogue: Catalogue, pattern: str, what: str, hint: str
) -> None:
    """Provenance: ours: zero cases is never a pass; every part of a list must fit."""
    with pytest.raises(NothingSelected) as caught:
        catalogue.select(pattern)
    assert str(caught.value) == f"{what}\n  {hint}"


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [("x", "There is no scenario at all."), ("family:x", "There is no family.")],
)
def test_an_empty_catalogue_says_that_it_is_empty(pattern: str, hint: str) -> None:
    """Provenance: ours."""
    with pytest.raises(NothingSelected) as caught:
        Catalogue(scenarios=()).select(pattern)
    assert caught.value.hint == hint
