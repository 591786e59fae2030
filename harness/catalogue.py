"""All scenarios of a project: read from YAML, recordings put in, checked against each other, selected by pattern.

A scenario that names a recording gets its bytes as lines here, so the mock needs no other file and the hash of a
scenario covers what is really played. Knows nothing of subjects and runs.
"""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from harness.errors import NothingSelected, ScenarioInvalid
from harness.jsonvalue import JsonValue, canonical
from harness.root import Root
from harness.scenario import Scenario, parse
from harness.steps import JsonObject
from harness.wire.lines import lines_of
from harness.wire.schemas import SchemaSet
from harness.yamlfile import as_json, read_document

_FAMILY: Final = "family:"
_BLOCKS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The scenarios of a project, sorted by id."""

    scenarios: tuple[Scenario, ...]

    def select(self, pattern: str | None) -> tuple[Scenario, ...]:
        """The scenarios that fit ``pattern``, sorted by id; all of them for None.

        Args:
            pattern: a comma list of ids, globs over ids (``exec.items.*``) and families (``family:items``).

        Raises:
            NothingSelected: a part of the list fits nothing; the hint names the nearest ids. Zero cases is never a pass.
        """
        if pattern is None:
            return self.scenarios
        parts = [part.strip() for part in pattern.split(",")]
        for part in parts:
            if not any(_fits(scenario, part) for scenario in self.scenarios):
                raise NothingSelected(f"no scenario fits `{part}`", hint=self._nearest(part))
        return tuple(
            scenario for scenario in self.scenarios if any(_fits(scenario, part) for part in parts)
        )

    def _nearest(self, part: str) -> str:
        ids = [scenario.id for scenario in self.scenarios]
        families = sorted({f"{_FAMILY}{scenario.family}" for scenario in self.scenarios})
        if part.startswith(_FAMILY):
            return f"There is {', '.join(families) or 'no family'}."
        by_name = {name.rpartition(".")[2]: name for name in ids}
        near = difflib.get_close_matches(part, ids, n=3)
        near += [by_name[name] for name in difflib.get_close_matches(part, by_name, n=3)]
        near += [name for name in ids if part and part in name][:3]
        if near:
            return f"Did you mean {', '.join(dict.fromkeys(near))}?"
        return f"There is {', '.join(families) or 'no scenario at all'}."


def load(root: Root, schemas: SchemaSet) -> Catalogue:
    """Read every scenario of the project.

    Raises:
        ScenarioInvalid: a file is not YAML 1.2, does not fit the schema, contradicts itself, lies in the wrong place,
            or names a recording that does not exist.
    """
    found = (_load_one(path, root, schemas) for path in _files(root.scenarios))
    return Catalogue(scenarios=tuple(sorted(found, key=lambda scenario: scenario.id)))


def _files(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yaml", ".yml", ".json"}:
            if path.suffix != ".yaml" or path.parent.parent != folder:
                raise ScenarioInvalid(
                    "a scenario in the wrong place",
                    where=str(path),
                    hint="A scenario is fixtures/scenarios/<family>/<name>.yaml.",
                )
            yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One scenario file: the scenario, and the document it was made of with the recordings put in."""

    scenario: Scenario
    document: JsonObject


def open_file(path: Path, root: Root, schemas: SchemaSet) -> Opened:
    """Read one scenario file that may lie anywhere, such as one that ``shrink`` wrote.

    Raises:
        ScenarioInvalid: the file is not YAML 1.2, does not fit the schema, contradicts itself, or names a recording that
            does not exist.
        OSError: it cannot be read.
    """
    where = str(path)
    document = read_document(path, where, root.home)
    parse(document, where, schemas)
    resolved, _ = _with_recordings(cast("JsonObject", document), where, root.wire)
    return Opened(scenario=parse(resolved, where, schemas), document=resolved)


def to_yaml(document: JsonObject) -> str:
    """A scenario document as the text of a scenario file: one line per action and step, the rest as a person writes it.

    Raises:
        ScenarioInvalid: YAML cannot hold it, such as a lone surrogate.
    """
    writer = YAML(typ="rt", pure=True)
    writer.width = 1_000_000  # a folded string is harder to read than a long one
    writer.allow_unicode = True
    stream = StringIO()
    try:
        writer.dump({key: _laid_out(one, 0) for key, one in document.items()}, stream)
        text = stream.getvalue()
        same = canonical(as_json(YAML(typ="safe", pure=True).load(text), "", "$", 0)) == canonical(
            document
        )
    except (YAMLError, UnicodeError) as error:
        raise ScenarioInvalid(f"YAML cannot hold it: {error}", where=str(document["id"])) from error
    if not same:
        raise ScenarioInvalid("YAML cannot hold it", where=str(document["id"]))
    return text


def _laid_out(value: JsonValue, depth: int) -> object:
    """In blocks down to single actions and steps, which are written in one line each."""
    if isinstance(value, dict):
        inline = CommentedMap((key, _laid_out(one, depth + 1)) for key, one in value.items())
        if not ({"turns", "do"} & value.keys()):
            inline.fa.set_flow_style()
        return inline
    if isinstance(value, list):
        listed = CommentedSeq(_laid_out(one, depth + 1) for one in value)
        if not all(isinstance(one, dict) for one in value) or depth > _BLOCKS or not value:
            listed.fa.set_flow_style()
        return listed
    return DoubleQuotedScalarString(value) if isinstance(value, str) and depth else value


def path_of(scenario: Scenario, root: Root) -> Path:
    """Where the file of a scenario of the catalogue lies."""
    return root.scenarios / scenario.family / f"{scenario.id.rpartition('.')[2]}.yaml"


def _load_one(path: Path, root: Root, schemas: SchemaSet) -> Scenario:
    where = path.relative_to(root.fixtures.parent).as_posix()
    document = read_document(path, where, root.home)
    scenario = parse(document, where, schemas)
    wanted = path_of(scenario, root)
    if scenario.id.split(".")[1] != scenario.family:
        raise ScenarioInvalid(
            f"the id `{scenario.id}` is not of the family `{scenario.family}`",
            where=f"{where} $.id",
        )
    if path != wanted:
        raise ScenarioInvalid(
            f"the scenario `{scenario.id}` must lie in {wanted.relative_to(root.scenarios).as_posix()}",
            where=where,
            hint="The file is named by the family and the last part of the id, so no id is used twice.",
        )
    resolved, changed = _with_recordings(cast("JsonObject", document), where, root.wire)
    return parse(resolved, where, schemas) if changed else scenario


def _with_recordings(document: JsonObject, where: str, wire: Path) -> tuple[JsonObject, bool]:
    script = cast("JsonObject", document["script"])
    turns: list[JsonValue] = []
    changed = False
    for number, turn in enumerate(cast("list[JsonObject]", script["turns"])):
        actions: list[JsonValue] = []
        for index, action in enumerate(cast("list[JsonObject]", turn["do"])):
            if "recording" in action:
                changed = True
                at = f"{where} $.script.turns[{number}].do[{index}]"
                name = cast("str", action["recording"])
                actions.extend({"json": line} for line in _recorded_lines(name, at, wire))
            else:
                actions.append(action)
        turns.append({**turn, "do": actions})
    return {**document, "script": {**script, "turns": turns}}, changed


def _recorded_lines(name: str, at: str, wire: Path) -> list[str]:
    path = (wire / name).resolve()
    if not (path.is_relative_to(wire.resolve()) and path.is_file()):
        near = difflib.get_close_matches(
            name, sorted(found.relative_to(wire).as_posix() for found in wire.glob("*/*.jsonl"))
        )
        raise ScenarioInvalid(
            f"no recording `{name}`",
            where=f"{at}.recording",
            hint=f"Did you mean {', '.join(near)}?" if near else None,
        )
    return lines_of(path.read_bytes())


def _fits(scenario: Scenario, part: str) -> bool:
    if part.startswith(_FAMILY):
        return scenario.family == part.removeprefix(_FAMILY)
    return fnmatch.fnmatchcase(scenario.id, part)
