"""The documented exit paths, and scenarios that are on them and not on others."""

from __future__ import annotations

import pytest

from harness.coverage import exits
from harness.jsonvalue import JsonValue
from harness.scenario import Scenario
from tests.coverage.scripts import START, line, scenario

STARTED = line("turn.started")
DONE = line("turn.completed")
FAILED = line("turn.failed", error={"message": "no"})
ERROR = line("error", message="no")
UUID = "01a1fb00-0000-7000-8000-000000000009"


def turn(**more: JsonValue) -> list[JsonValue]:
    return [START, {"turn": {"input": "x", **more}}]


def start(**options: JsonValue) -> list[JsonValue]:
    return [{"start": {"skip_git_repo_check": True, **options}}, {"turn": {"input": "x"}}]


def resume(thread_id: str) -> list[JsonValue]:
    return [{"resume": {"thread_id": thread_id}}, {"turn": {"input": "x"}}]


NOTHING: JsonValue = {"turns": []}


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (scenario(STARTED, DONE), {"turn.completed, 0"}),
        (scenario(STARTED, DONE, {"exit": 3}), {"turn.completed, another status"}),
        (scenario(STARTED, FAILED, {"exit": 1}), {"turn.failed, 1"}),
        (scenario(STARTED, FAILED), {"turn.failed, 0"}),
        (scenario(STARTED, ERROR), {"only an error event, 0"}),
        (scenario(STARTED, ERROR, {"exit": 1}), {"only an error event, 1"}),
        (scenario(STARTED), {"interrupted: no terminal event, 0"}),
        (scenario(STARTED, {"exit": 1}), {"interrupted: no terminal event, 1"}),
        (scenario(), {"nothing on stdout, 0"}),
        (scenario({"exit": 2}), {"nothing on stdout, 2"}),
        (scenario(STARTED, {"exit": 101}), {"panic, 101"}),
        (scenario(STARTED, {"signal": "SIGKILL"}), {"SIGKILL"}),
        (scenario(STARTED, {"signal": "SIGSEGV"}), {"SIGSEGV"}),
        (
            scenario(STARTED, {"hang": {}}, steps=turn(consume={"abort": "when_hanging"})),
            {"ended by the client's signal"},
        ),
        (scenario(STARTED, {"hang": {}}, steps=turn(consume={"abort": "before_start"})), set()),
        (scenario(STARTED, {"hang": {}}), set()),
        (
            scenario(STARTED, steps=turn(consume={"stop_after": 1}), modes=["stream"]),
            {"stdout closed by the reader, 101", "interrupted: no terminal event, 0"},
        ),
        (scenario(script=NOTHING, steps=start(sandbox_mode="none")), {"bad enum value, 2"}),
        (
            scenario(script=NOTHING, steps=start(model="--oss")),
            {"unknown flag or value that looks like one, 2"},
        ),
        (
            scenario(script=NOTHING, client={"config_overrides": ["words"]}),
            {"override without an equals sign, 1"},
        ),
        (scenario(script=NOTHING, steps=start(approval_policy="hm")), {"bad config value, 1"}),
        (
            scenario(script=NOTHING, steps=start(approval_policy="untrusted")),
            {"approval_policy untrusted, 1"},
        ),
        (
            scenario(script=NOTHING, client={"config": {"model_provider": "bad1"}}),
            {"unknown provider, 1"},
        ),
        (
            scenario(script=NOTHING, steps=[START, {"turn": {"input": " "}}]),
            {"no prompt on stdin, 1"},
        ),
        (
            scenario(script=NOTHING, steps=[{"start": {}}, {"turn": {"input": "x"}}]),
            {"not a git repository, 1"},
        ),
        (
            scenario(script=NOTHING, steps=resume(UUID), name="exec.resume.a"),
            {"unknown thread id, 1"},
        ),
        (
            scenario(script={"turns": [], "known_threads": [UUID]}, steps=resume(UUID), name="exec.resume.a"),
            set(),
        ),
        (
            scenario(script=NOTHING, steps=resume("last-week"), name="exec.resume.a"),
            {"unknown thread name begins a new thread, 0"},
        ),
        (
            scenario(script=NOTHING, steps=start(working_directory="<CWD>/no")),
            {"working directory missing, 1"},
        ),
        (
            scenario(script=NOTHING, steps=start(working_directory="<CWD>/a"), files={"a/b": ""}),
            set(),
        ),
        (
            scenario(script=NOTHING, client={"env": {"CODEX_HOME": "/nope"}}),
            {"CODEX_HOME missing, 1"},
        ),
        (scenario(script=NOTHING, codex="missing"), {"binary missing"}),
        (scenario(script=NOTHING, codex="not_executable"), {"binary not executable"}),
    ],
)  # fmt: skip
def test_a_scenario_is_on_its_path_and_on_no_other(found: Scenario, names: set[str]) -> None:
    """Provenance: PROTOCOLS.md 1.6, 2.5, 2.6."""
    area = exits.area([found])
    assert {name for name, ids in area.shown.items() if ids} == names


def test_a_script_is_not_reached_where_codex_refuses_the_only_turn() -> None:
    """Provenance: PROTOCOLS.md 1.6: an empty prompt ends codex before it writes anything."""
    empty: JsonValue = {"turn": {"input": ""}}
    one = scenario(STARTED, DONE, steps=[START, empty])
    two = scenario(STARTED, DONE, steps=[START, empty, {"turn": {"input": "x"}}])

    assert not exits.area([one]).shown["turn.completed, 0"]
    assert exits.area([two]).shown["turn.completed, 0"]


def test_a_path_that_no_sdk_can_reach_says_why() -> None:
    """Provenance: issue text: the list of holes."""
    area = exits.area([])
    assert area.holes["resume --worktree, 1"] == exits.NO_SDK
    assert area.holes["panic, 101"] is None
    assert all(path.reason for path in exits.PATHS if path.shown is None)
