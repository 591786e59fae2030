"""The order of jobs, their matrices and what their ends mean."""

from __future__ import annotations

import pytest

from ci_local.document import Job, Step
from ci_local.errors import Refused
from ci_local.expression import Value
from ci_local.order import (
    Ended,
    Result,
    ancestors,
    combinations,
    in_order,
    instance_name,
    needs_context,
    status,
    system_of,
    together,
    written,
)


def jobs(**needs: tuple[str, ...]) -> dict[str, Job]:
    """Jobs by name, with what each needs."""
    step = Step(where="", title="", run="true")
    return {
        name: Job(id=name, runs_on="ubuntu-1", steps=(step,), needs=wanted)
        for name, wanted in needs.items()
    }


def test_a_job_comes_after_what_it_needs() -> None:
    """Provenance: docs.github.com, jobs.<job_id>.needs."""
    there = jobs(merge=("plan", "shard"), shard=("plan",), plan=(), other=())

    assert [one.id for one in in_order(there)] == ["plan", "shard", "merge", "other"]
    assert [one.id for one in in_order(there, ["shard"])] == ["plan", "shard"]
    assert ancestors(there, "merge") == {"plan", "shard"}
    with pytest.raises(Refused, match="no job `nope`"):
        in_order(there, ["nope"])
    with pytest.raises(Refused, match="a -> b -> a"):
        in_order(jobs(a=("b",), b=("a",)))


@pytest.mark.parametrize(
    ("results", "wanted"),
    [
        ([], "success"),
        (["success", "elsewhere"], "success"),
        (["success", "skipped"], "skipped"),
        (["skipped", "failure"], "failure"),
    ],
)
def test_after_a_skipped_job_there_is_neither_success_nor_failure(
    results: list[Result], wanted: str
) -> None:
    """Provenance: docs.github.com, status check functions."""
    assert status(Ended(result=one) for one in results) == wanted


@pytest.mark.parametrize(
    ("results", "wanted"),
    [
        (["success", "failure", "elsewhere"], "failure"),
        (["elsewhere", "success"], "success"),
        (["elsewhere"], "elsewhere"),
        ([], "skipped"),
    ],
)
def test_one_failed_instance_is_a_failed_job(results: list[Result], wanted: Result) -> None:
    """Provenance: docs.github.com, matrix."""
    assert together(results) == wanted


def test_what_a_job_sees_of_those_it_needs() -> None:
    """Provenance: docs.github.com, needs context; a job of another system counts as done, and is told at the end."""
    ends = {"plan": Ended(result="success", outputs={"jobs": "{}"}), "shard": Ended(result="elsewhere")}  # fmt: skip
    seen = needs_context(jobs(merge=("plan", "shard"))["merge"], ends)

    assert seen == {
        "plan": {"result": "success", "outputs": {"jobs": "{}"}},
        "shard": {"result": "success", "outputs": {}},
    }


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        ({"a": [1, 2], "b": ["x"]}, [{"a": 1, "b": "x"}, {"a": 2, "b": "x"}]),
        ({"include": [{"a": 1}, {"a": 2}]}, [{"a": 1}, {"a": 2}]),
        ({"a": [1, 2], "include": [{"a": 1, "c": "y"}]}, [{"a": 1, "c": "y"}, {"a": 2}]),
        ({"a": [1], "include": [{"a": 3}]}, [{"a": 1}, {"a": 3}]),
        ({"a": [1, 2], "include": [{"c": "z"}]}, [{"a": 1, "c": "z"}, {"a": 2, "c": "z"}]),
    ],
)
def test_the_instances_of_a_matrix(
    matrix: dict[str, Value], wanted: list[dict[str, Value]]
) -> None:
    """Provenance: docs.github.com, "Expanding or adding matrix configurations"."""
    assert list(combinations(matrix, "job")) == wanted


@pytest.mark.parametrize(
    "matrix", [{"exclude": []}, {"a": "x"}, {"include": []}, {"include": ["x"]}, {"a": []}]
)
def test_a_matrix_that_gives_nothing_is_refused(matrix: dict[str, Value]) -> None:
    """Provenance: ours: a job that nobody ran must not look green."""
    with pytest.raises(Refused):
        combinations(matrix, "job")


def test_the_system_of_a_runner_and_the_name_of_an_instance() -> None:
    """Provenance: ours."""
    labels = ("ubuntu-24.04", "macos-15", "windows-2025")

    assert [system_of(label) for label in labels] == ["linux", "macos", "windows"]
    assert instance_name("tests", {"os": "ubuntu-24.04", "x": "a b/c"}) == "tests-ubuntu-24.04-a-b-c"  # fmt: skip
    with pytest.raises(Refused, match="self-hosted"):
        system_of("self-hosted")


def test_what_a_step_wrote_for_the_next() -> None:
    """Provenance: docs.github.com, "Setting an output parameter", "Multiline strings"."""
    text = "a=1\n\nb=x=y\nmany<<END\none\n\ntwo\nEND\nc=\n"

    assert dict(written(text)) == {"a": "1", "b": "x=y", "many": "one\n\ntwo", "c": ""}
    for wrong in ("no sign", "a<<END\nnever"):
        with pytest.raises(Refused):
            dict(written(wrong))
