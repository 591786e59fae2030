"""A workflow as data, and every key that nobody knows refused."""

from __future__ import annotations

from typing import cast

import pytest

from ci_local.document import MINUTES, Input, Raw, parse_action, parse_workflow, with_defaults
from ci_local.errors import Refused


def workflow(**changes: object) -> Raw:
    """A small workflow with one job."""
    steps = [{"uses": "actions/checkout@1", "with": {"persist-credentials": False}}, {"run": "true\nfalse"}]  # fmt: skip
    return {"name": "w", "on": ["push"], "jobs": {"a": {"runs-on": "ubuntu-1", "steps": steps}}} | changes  # fmt: skip


def job(**changes: object) -> Raw:
    """That workflow with its job changed."""
    return workflow(jobs={"a": {"runs-on": "ubuntu-1", "steps": [{"run": "true"}], **changes}})


def step(**keys: object) -> Raw:
    """That workflow with this one step."""
    return job(steps=[keys])


def test_a_small_workflow_has_the_defaults_of_github() -> None:
    """Provenance: docs.github.com, workflow syntax."""
    parsed = parse_workflow(workflow(), "w.yml")
    (only,) = parsed.jobs.values()

    assert (parsed.name, parsed.inputs, parsed.dispatched, parsed.called) == ("w", {}, False, False)
    assert (only.needs, only.condition, only.minutes, only.matrix) == ((), "success()", MINUTES, None)  # fmt: skip
    assert only.steps[0].given == {"persist-credentials": "false"}
    assert (only.steps[0].uses, only.steps[0].run) == ("actions/checkout@1", None)
    assert (only.steps[1].title, only.steps[1].shell) == ("true", None)


def test_a_workflow_says_all_that_ours_say() -> None:
    """Provenance: .github/workflows."""
    parsed = parse_workflow(
        {
            "name": "w",
            "on": {"workflow_dispatch": {"inputs": {"x": {"type": "choice", "options": ["a"], "default": "a"}}}, "workflow_call": None},
            "env": {"CODEX": 1},
            "defaults": {"run": {"shell": "bash"}},
            "jobs": {
                "a": {
                    "runs-on": "ubuntu-1", "needs": "b", "if": "always()", "timeout-minutes": 5, "env": {"A": "1"},
                    "outputs": {"o": "${{ 1 }}"}, "strategy": {"fail-fast": False, "matrix": {"os": ["x"]}},
                    "steps": [{"run": "x", "id": "i", "name": "n", "shell": "sh", "working-directory": "d", "continue-on-error": True, "if": "failure()"}],
                },
                "b": {"runs-on": "x", "needs": ["a"], "steps": [{"run": "x"}], "strategy": {"fail-fast": False, "matrix": "${{ m }}"}},
            },
        },
        "w.yml",
    )  # fmt: skip
    a, b = parsed.jobs.values()

    assert (parsed.env, parsed.dispatched, parsed.called) == ({"CODEX": "1"}, True, True)
    assert parsed.inputs["x"] == Input(name="x", required=False, default="a", type="choice", options=("a",))  # fmt: skip
    assert (a.needs, a.condition, a.minutes, a.matrix, a.outputs, a.env) == (("b",), "always()", 5, {"os": ["x"]}, {"o": "${{ 1 }}"}, {"A": "1"})  # fmt: skip
    one = a.steps[0]
    assert (one.id, one.title, one.shell, one.folder, one.may_fail, one.condition) == ("i", "n", "sh", "d", True, "failure()")  # fmt: skip
    assert (b.matrix, b.steps[0].shell) == ("${{ m }}", "bash")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "not a mapping"),
        (workflow(surprise=1), "`surprise` is not known"),
        (workflow(on="push"), "not a mapping"),
        (workflow(defaults={"run": {"shell": "bash", "x": 1}}), "`x` is not known"),
        (workflow(defaults={"x": 1}), "`x` is not known"),
        (workflow(on={"workflow_dispatch": {"inputs": {"x": {"kind": 1}}}}), "`kind` is not known"),
        (job(container="x"), "`container` is not known"),
        (job(steps=[]), "no steps"),
        (job(strategy={"matrix": {"a": [1]}}), "fail-fast: false"),
        (job(strategy={"fail-fast": False, "max-parallel": 1}), "`max-parallel` is not known"),
        (job(strategy={"fail-fast": False, "matrix": [1]}), "not a mapping"),
        (step(name="x"), "either `uses` or `run`"),
        (step(run="x", uses="y"), "either `uses` or `run`"),
        (step(run="x", timeout=1), "`timeout` is not known"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(document: object, said: str) -> None:
    """Provenance: issue 6, point 1: nothing is passed over in silence."""
    with pytest.raises(Refused, match=said) as caught:
        parse_workflow(document, "w.yml")
    assert "@ w.yml" in str(caught.value)


def test_a_composite_action_has_inputs_outputs_and_steps() -> None:
    """Provenance: action.yml."""
    raw = {
        "name": "a", "description": "d",
        "inputs": {"x": {"description": "d", "required": True}},
        "outputs": {"o": {"value": "${{ 1 }}"}},
        "runs": {"using": "composite", "steps": [{"run": "x", "shell": "bash"}]},
    }  # fmt: skip
    action = parse_action(raw, "action.yml")

    assert action.inputs["x"].required
    assert action.outputs == {"o": "${{ 1 }}"}
    assert action.steps[0].shell == "bash"
    for changed in ({"runs": {"using": "node20", "steps": []}}, {"main": "x"}, {"runs": {"using": "composite", "main": 1}}):  # fmt: skip
        with pytest.raises(Refused):
            parse_action(raw | cast("dict[str, object]", changed), "action.yml")


def test_inputs_are_what_was_given_else_their_defaults() -> None:
    """Provenance: docs.github.com, on.workflow_dispatch.inputs."""
    declared = {
        "text": Input(name="text", required=False, default="d"),
        "none": Input(name="none", required=False, default=None),
        "yes": Input(name="yes", required=False, default=None, type="boolean"),
        "number": Input(name="number", required=False, default=None, type="number"),
        "one": Input(name="one", required=False, default="a", type="choice", options=("a", "b")),
    }

    assert with_defaults(declared, {}, "w") == {"text": "d", "none": "", "yes": False, "number": 0, "one": "a"}  # fmt: skip
    given = {"text": "t", "yes": "true", "number": "4", "one": "b"}
    assert with_defaults(declared, given, "w") == {"text": "t", "none": "", "yes": True, "number": 4, "one": "b"}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "`must` is required"),
        ({"must": "x", "nope": "1"}, "no input `nope`"),
        ({"must": "x", "yes": "maybe"}, "`maybe` is no boolean"),
        ({"must": "x", "one": "c"}, "`c` is no choice"),
        ({"must": "x", "number": "many"}, "`many` is no number"),
    ],
)
def test_a_wrong_input_is_refused(given: dict[str, str], said: str) -> None:
    """Provenance: ours: on GitHub the form refuses it."""
    declared = {
        "must": Input(name="must", required=True, default=None),
        "yes": Input(name="yes", required=False, default=None, type="boolean"),
        "number": Input(name="number", required=False, default=None, type="number"),
        "one": Input(name="one", required=False, default="a", type="choice", options=("a",)),
    }

    with pytest.raises(Refused, match=said):
        with_defaults(declared, given, "w")


def test_nothing_is_declared_and_something_given() -> None:
    """Provenance: ours."""
    with pytest.raises(Refused, match="known: none"):
        with_defaults({}, {"x": "1"}, "w")
