"""A workflow or an action as data: the parsed YAML in, jobs and steps out, every key that is not known refused. CORE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from ci_local.errors import Refused
from ci_local.expression import Value, as_text

Raw: TypeAlias = Mapping[str, object]

_WORKFLOW: Final = {"name", "on", "permissions", "concurrency", "env", "defaults", "jobs"}
_JOB: Final = {
    "name",
    "runs-on",
    "needs",
    "if",
    "permissions",
    "timeout-minutes",
    "strategy",
    "env",
    "outputs",
    "steps",
    "defaults",
}
_STEP: Final = {
    "name",
    "id",
    "if",
    "uses",
    "with",
    "run",
    "shell",
    "env",
    "working-directory",
    "continue-on-error",
}
_ACTION: Final = {"name", "description", "author", "branding", "inputs", "outputs", "runs"}
_RUNS: Final = {"using", "steps"}
_STRATEGY: Final = {"fail-fast", "matrix"}
_INPUT: Final = {"description", "required", "default", "type", "options"}
MINUTES: Final = 360
"""How long a job may take that does not say it (GitHub's own limit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input of a workflow or action; ``default``: None where there is none."""

    name: str
    required: bool
    default: Value
    type: str = "string"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; exactly one of ``uses`` and ``run``. ``where`` is its place in the file."""

    where: str
    title: str
    id: str | None = None
    condition: str = "success()"
    uses: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    run: str | None = None
    shell: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None
    may_fail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a workflow. ``matrix`` is a mapping, the text of an expression that gives one, or None."""

    id: str
    runs_on: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    condition: str = "success()"
    minutes: int = MINUTES
    matrix: str | Raw | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    shell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow file. ``dispatched``: whether a person can start it, ``called``: whether another workflow can."""

    name: str
    inputs: Mapping[str, Input]
    env: Mapping[str, str]
    jobs: Mapping[str, Job]
    dispatched: bool
    called: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A composite action."""

    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]
    steps: tuple[Step, ...]


def parse_workflow(document: object, where: str) -> Workflow:
    """Make a workflow of its parsed YAML (1.2: ``on`` is a text).

    Raises:
        Refused: a key is not known here, or a part that must be there is not.
    """
    raw = _mapping(document, where)
    _only(raw, _WORKFLOW, where)
    events = raw.get("on")
    on: Raw = (
        {str(one): None for one in events}
        if isinstance(events, list)
        else _mapping(events, f"{where} on")
    )
    inputs: dict[str, Input] = {}
    for event in ("workflow_call", "workflow_dispatch"):
        inputs |= _inputs(_optional(on.get(event), f"{where} on.{event}"), f"{where} on.{event}")
    shell = _shell(raw, where)
    jobs = _mapping(raw.get("jobs"), f"{where} jobs")
    return Workflow(
        name=str(raw.get("name", where)),
        inputs=inputs,
        env=_texts(raw.get("env"), f"{where} env"),
        jobs={name: _job(name, one, f"{where} jobs.{name}", shell) for name, one in jobs.items()},
        dispatched="workflow_dispatch" in on,
        called="workflow_call" in on,
    )


def parse_action(document: object, where: str) -> Action:
    """Make a composite action of its parsed YAML.

    Raises:
        Refused: it is of another kind, or see ``parse_workflow``.
    """
    raw = _mapping(document, where)
    _only(raw, _ACTION, where)
    runs = _mapping(raw.get("runs"), f"{where} runs")
    _only(runs, _RUNS, f"{where} runs")
    if runs.get("using") != "composite":
        raise Refused("only composite actions are known", f"{where} runs.using")
    outputs = _optional(raw.get("outputs"), f"{where} outputs")
    return Action(
        inputs=_inputs(raw, where),
        outputs={
            name: as_text(cast("Value", _mapping(one, f"{where} outputs.{name}").get("value")))
            for name, one in outputs.items()
        },
        steps=_steps(runs, f"{where} runs", None),
    )


def with_defaults(
    declared: Mapping[str, Input], given: Mapping[str, str], where: str
) -> dict[str, Value]:
    """The inputs as a run sees them: what was given, else the default, else the empty text.

    Raises:
        Refused: one was given that is not declared, one is required and missing, or a value is not of its kind.
    """
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise Refused(
            f"no input `{unknown[0]}`", f"{where}; known: {', '.join(sorted(declared)) or 'none'}"
        )
    found: dict[str, Value] = {}
    for name, one in declared.items():
        if name not in given and one.required and one.default is None:
            raise Refused(f"the input `{name}` is required", where)
        found[name] = _of_kind(one, given[name], where) if name in given else _absent(one)
    return found


def _of_kind(one: Input, text: str, where: str) -> Value:
    match one.type:
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "number" if text.isdigit():
            return int(text)
        case "choice" if text in one.options:
            return text
        case "string":
            return text
        case _:
            raise Refused(f"`{text}` is no {one.type} for the input `{one.name}`", where)


def _absent(one: Input) -> Value:
    if one.default is not None:
        return one.default
    return {"boolean": False, "number": 0}.get(one.type, "")


def _job(name: str, document: object, where: str, shell: str | None) -> Job:
    raw = _mapping(document, where)
    _only(raw, _JOB, where)
    needs = raw.get("needs", [])
    strategy = _optional(raw.get("strategy"), f"{where} strategy")
    _only(strategy, _STRATEGY, f"{where} strategy")
    if strategy and strategy.get("fail-fast") is not False:
        raise Refused("a matrix must say `fail-fast: false`", f"{where} strategy")
    own = _shell(raw, where) or shell
    return Job(
        id=name,
        runs_on=str(raw.get("runs-on", "")),
        steps=_steps(raw, where, own),
        needs=tuple(map(str, needs)) if isinstance(needs, list) else (str(needs),),
        condition=str(raw.get("if", "success()")),
        minutes=int(str(raw.get("timeout-minutes", MINUTES))),
        matrix=_matrix(strategy.get("matrix"), where),
        env=_texts(raw.get("env"), f"{where} env"),
        outputs=_texts(raw.get("outputs"), f"{where} outputs"),
        shell=own,
    )


def _matrix(document: object, where: str) -> str | Raw | None:
    if document is None or isinstance(document, str):
        return document
    return _mapping(document, f"{where} strategy.matrix")


def _steps(raw: Raw, where: str, shell: str | None) -> tuple[Step, ...]:
    steps = raw.get("steps")
    if not isinstance(steps, list) or not steps:
        raise Refused("no steps", where)
    return tuple(_step(one, f"{where}.steps[{at}]", shell) for at, one in enumerate(steps))


def _step(document: object, where: str, shell: str | None) -> Step:
    raw = _mapping(document, where)
    _only(raw, _STEP, where)
    if ("uses" in raw) == ("run" in raw):
        raise Refused("a step has either `uses` or `run`", where)
    what = as_text(cast("Value", raw.get("uses", raw.get("run"))))
    return Step(
        where=where,
        title=str(raw.get("name", what.strip().partition("\n")[0])),
        id=str(raw["id"]) if "id" in raw else None,
        condition=str(raw.get("if", "success()")),
        uses=what if "uses" in raw else None,
        given=_texts(raw.get("with"), f"{where} with"),
        run=what if "run" in raw else None,
        shell=str(raw["shell"]) if "shell" in raw else shell,
        env=_texts(raw.get("env"), f"{where} env"),
        folder=str(raw["working-directory"]) if "working-directory" in raw else None,
        may_fail=raw.get("continue-on-error") is True,
    )


def _inputs(raw: Raw, where: str) -> dict[str, Input]:
    found = {}
    for name, document in _optional(raw.get("inputs"), f"{where} inputs").items():
        place = f"{where} inputs.{name}"
        one = _mapping(document, place)
        _only(one, _INPUT, place)
        found[name] = Input(
            name=name,
            required=one.get("required") is True,
            default=cast("Value", one.get("default")),
            type=str(one.get("type", "string")),
            options=tuple(map(str, cast("Sequence[object]", one.get("options", ())))),
        )
    return found


def _shell(raw: Raw, where: str) -> str | None:
    defaults = _optional(raw.get("defaults"), f"{where} defaults")
    run = _optional(defaults.get("run"), f"{where} defaults.run")
    _only(defaults, {"run"}, f"{where} defaults")
    _only(run, {"shell"}, f"{where} defaults.run")
    return str(run["shell"]) if "shell" in run else None


def _texts(document: object, where: str) -> dict[str, str]:
    return {name: as_text(cast("Value", one)) for name, one in _optional(document, where).items()}


def _optional(document: object, where: str) -> Raw:
    return {} if document is None else _mapping(document, where)


def _mapping(document: object, where: str) -> Raw:
    if not isinstance(document, Mapping):
        raise Refused("not a mapping", where)
    return cast("Raw", document)


def _only(raw: Raw, known: set[str], where: str) -> None:
    unknown = sorted(raw.keys() - known)
    if unknown:
        raise Refused(f"`{unknown[0]}` is not known here", where)
