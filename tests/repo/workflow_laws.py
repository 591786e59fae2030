"""What our workflows must hold, as functions from a file to its problems: no problem is an empty list."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import click
from ruamel.yaml import YAML

from ci_local.document import Action, Job, Step, Workflow, parse_action, parse_workflow
from ci_local.expression import (
    STATUS,
    Call,
    Constant,
    Name,
    Part,
    Tree,
    condition,
    expressions,
    parse,
    parts,
)
from ci_local.order import ancestors
from harness.cli.main import main

ROOT: Final = Path(__file__).parents[2]
FILES: Final = [*sorted((ROOT / ".github/workflows").glob("*.yml")), ROOT / "action.yml"]
READ: Final = {"contents": "read"}
MORE: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("release", "attest"): {"id-token": "write", "attestations": "write"},
    ("release", "publish"): {**READ, "issues": "write", "pull-requests": "write"},
}
"""The jobs that may do more than read, and what."""

_SPLIT: Final = re.compile(r"&&|\|\||[;|{}]|\$\(|(?<!\()\)|>>?|<|\bthen\b|\bdo\b|\bif\b|!")
_FORBIDDEN: Final = (r"\beval\b", r"git (push|tag)", r"twine upload", r"gh release", r"uv publish")
_UPLOAD: Final = "actions/upload-artifact"
_DOWNLOAD: Final = "actions/download-artifact"


@dataclass(frozen=True, slots=True)
class File:
    """A workflow or the action: its name, its text, the parsed YAML and what ci_local makes of it."""

    name: str
    text: str

    @property
    def raw(self) -> Any:
        """The parsed YAML."""
        return YAML(typ="safe", pure=True).load(self.text)

    @property
    def parsed(self) -> Workflow | Action:
        """What ci_local makes of it; it refuses what it does not know."""
        return (parse_action if self.name == "action" else parse_workflow)(self.raw, self.name)

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The jobs; the action is one."""
        match self.parsed:
            case Workflow(jobs=jobs):
                return jobs
            case Action(steps=steps):
                return {"action": Job(id="action", runs_on="", steps=steps)}

    def steps(self) -> Iterator[tuple[Job, Step]]:
        """Every step with its job."""
        for job in self.jobs.values():
            for step in job.steps:
                yield job, step


def read(path: Path) -> File:
    """A file of this tree."""
    return File(path.stem, path.read_text("utf-8"))


def bounds(file: File) -> list[str]:
    """Nothing is allowed by default, the least per job; limits of time; one run at a time."""
    raw, found = file.raw, []
    if raw.get("permissions") != {}:
        found.append("permissions: not {}")
    if not raw.get("concurrency", {}).get("group"):
        found.append("no concurrency group")
    for name, job in raw["jobs"].items():
        wanted = MORE.get((file.name, name), READ)
        if job.get("permissions") != wanted:
            found.append(f"{name}: permissions are not {dict(wanted)}")
        if not 0 < job.get("timeout-minutes", 0) <= 60:
            found.append(f"{name}: no limit of time, or more than an hour")
    return found


def pins(file: File) -> list[str]:
    """Each action is named by a commit with its version beside it; one commit per action in all files."""
    found = []
    for line in file.text.split("\n"):
        used = re.match(r"\s*(?:- )?uses: (\S+)(?: # (\S+))?", line)
        if used and not used[1].startswith("$/"):
            if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", used[1]):
                found.append(f"{used[1]}: not by commit")
            elif not re.fullmatch(r"v\d+\.\d+\.\d+", used[2] or ""):
                found.append(f"{used[1]}: no version beside the commit")
    return found


def commits(files: list[File]) -> dict[str, set[str]]:
    """Action -> the commits it is pinned to, the parts of one repository together."""
    found: dict[str, set[str]] = {}
    for file in files:
        for _, step in file.steps():
            action, _, commit = (step.uses or "").partition("@")
            if commit:
                found.setdefault("/".join(action.split("/")[:2]), set()).add(commit)
    return found


def scripts(file: File) -> list[str]:
    """No expression reaches a script but by its environment; nothing is evaluated, tagged or pushed; a shell is named."""
    found = []
    for job, step in file.steps():
        if step.run is None:
            continue
        if "${{" in step.run:
            found.append(f"{job.id}: an expression in a script: {step.title}")
        found += [
            f"{job.id}: {word} in a script: {step.title}"
            for word in _FORBIDDEN
            if re.search(word, step.run)
        ]
        if len(step.run.strip().split("\n")) > 14:
            found.append(f"{job.id}: more than glue: {step.title}")
        if step.shell != "bash":
            found.append(f"{job.id}: no shell is named: {step.title}")
    return found


def commands(file: File, sessions: set[str]) -> list[str]:
    """Each session of nox and each command of codex-parity that a script names exists, with its options."""
    found = []
    for job, step in file.steps():
        for told in _commands(step.run or ""):
            words = told
            place = f"{job.id}: {shlex.join(words)}"
            if words[:2] == ["nox", "-s"]:
                if words[2] not in sessions:
                    found.append(f"{place}: no such session")
                rest = words[4:] if words[3:4] == ["--"] else []
                if words[2] in _ARE_COMMANDS:
                    words = ["codex-parity", *_ARE_COMMANDS[words[2]], *rest]
            if words[0] == "codex-parity":
                found += [f"{place}: {said}" for said in _unfit(words[1:])]
    return found


_ARE_COMMANDS: Final = {
    "parity": ["run"],
    "noise": ["noise"],
    "gate": ["gate"],
    "record": ["record"],
    "fidelity": ["fidelity"],
    "release_check": ["release", "check"],
}
"""Sessions that hand their arguments over to a command."""


def _commands(script: str) -> Iterator[list[str]]:
    lists = " ".join(re.findall(r"words\+?=\((.*?)\)(?:;|\n|$)", script))
    script = re.sub(r"words\+?=\(.*?\)(?=;|\n|$)", "", script).replace('"${words[@]}"', lists)
    for line in script.replace("\\\n", " ").split("\n"):
        for part in _SPLIT.split(re.sub(r"(^|\s)#.*", "", line)):
            try:
                words = shlex.split(part)
            except ValueError:
                words = part.replace('"', " ").split()
            if words and words[0] in ("nox", "codex-parity"):
                yield words


def _unfit(words: list[str]) -> list[str]:
    """What click says of a command line, a variable standing for any value; nothing is invoked."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.commands.get(words[0])
        if inner is None:
            return [f"no command {words[0]}"]
        command, words = inner, words[1:]
    try:
        context = click.Context(command, info_name=command.name)
        values, rest, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return [error.format_message()]
    said = [f"{rest[0]} is too much"] if rest and not isinstance(command, click.Group) else []
    for one in command.params:
        given = values.get(one.name or "")
        if one.required and not (isinstance(given, str | tuple | int) and given != ""):
            said.append(f"{one.name} is missing")
        if isinstance(one.type, click.Choice) and isinstance(given, str) and "$" not in given:
            said += [] if given in one.type.choices else [f"{given} is no {one.name}"]
    return said


def artifacts(file: File) -> list[str]:
    """What a job downloads a job that it needs has uploaded; each upload is of a failed job too, or builds what others need."""
    found = []
    for job, step in file.steps():
        if (step.uses or "").startswith(_DOWNLOAD):
            wanted = step.given.get("name") or step.given["pattern"]
            there = [
                re.sub(r"\$\{\{.*?\}\}", "x", one.given["name"])
                for name in ancestors(file.jobs, job.id)
                for one in file.jobs[name].steps
                if (one.uses or "").startswith(_UPLOAD)
            ]
            if not any(fnmatch(name, wanted) for name in there):
                found.append(f"{job.id}: nobody it needs uploads {wanted}")
        if (step.uses or "").startswith(_UPLOAD):
            asks = {one.name for one in parts(condition(step.condition)) if isinstance(one, Call)}
            needed = step.given.get("if-no-files-found") == "error" and not asks & {*STATUS[2:]}
            if not needed and "cancelled" not in asks:
                found.append(f"{job.id}: {step.given['name']} is not uploaded when the job fails")
            if needed and step.given["name"] not in ("dist", "plan"):
                found.append(f"{job.id}: {step.given['name']} is a report, and lost when the job fails")  # fmt: skip
    return found


def references(file: File) -> list[str]:
    """Outputs, inputs, steps, jobs and values of a matrix that an expression names are there."""
    found = []
    parsed = file.parsed
    for name, job in file.jobs.items():
        known = {"inputs": set(parsed.inputs), "matrix": _matrix(job)}
        texts = _texts(file.raw["jobs"][name] if isinstance(parsed, Workflow) else file.raw)
        ids = {step.id: step for step in job.steps if step.id}
        for road in {one for text in texts for one in _roads(text)}:
            match road:
                case ("needs", other, "outputs", output):
                    if other not in job.needs or output not in file.jobs[other].outputs:
                        found.append(f"{name}: {'.'.join(road)}")
                case ("needs", other, *_):
                    if other not in job.needs:
                        found.append(f"{name}: {'.'.join(road)}")
                case ("steps", step, "outputs", output):
                    if step not in ids or not _writes(ids[step], output):
                        found.append(f"{name}: {'.'.join(road)}")
                case ("inputs" | "matrix" as context, part, *_):
                    if part not in known[context]:
                        found.append(f"{name}: {'.'.join(road)}")
                case _:
                    pass
    return found


def _writes(step: Step, output: str) -> bool:
    if step.uses == "$/":
        action = read(ROOT / "action.yml").parsed
        return isinstance(action, Action) and output in action.outputs
    if step.run is not None and "codex-parity outputs" in step.run:
        return output in {"exit", "reason", "match", "divergence", "known", "changed", "fixed", "not_applicable", "not_compared"}  # fmt: skip
    return f"{output}=" in (step.run or "")


def _matrix(job: Job) -> set[str]:
    if isinstance(job.matrix, str):
        return {"shard", "leg", "os", "python"}  # `matrix plan --emit github`, docs/matrix.md
    return set(job.matrix or ())


def _texts(raw: object) -> Iterator[str]:
    match raw:
        case str():
            yield raw
        case list():
            for one in raw:
                yield from _texts(one)
        case dict():
            for key, one in raw.items():
                if key == "if" and "${{" not in str(one):
                    yield f"${{{{ {one} }}}}"
                yield from _texts(one)
        case _:
            pass


def _roads(text: str) -> Iterator[tuple[str, ...]]:
    for expression in expressions(text):
        for tree in parts(parse(expression)):
            if isinstance(tree, Part) and (road := _road(tree)):
                yield road


def _road(tree: Tree) -> tuple[str, ...]:
    match tree:
        case Name(name=name):
            return (name,)
        case Part(of=of, key=Constant(value=str() as key)):
            before = _road(of)
            return (*before, key) if before else ()
        case _:
            return ()
