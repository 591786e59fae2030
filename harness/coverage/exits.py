"""CORE: the documented ways in which a ``codex exec`` ends, as data, and which scenarios end it so.

Source: PROTOCOLS.md 1.6 and the tables of 2.5 and 2.6. Whether a scenario is on a path is read off its script and steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.coverage.areas import Area
from harness.coverage.sent import command_lines, prompt_of
from harness.coverage.stream import events_of
from harness.jsonvalue import JsonValue
from harness.scenario import Scenario
from harness.steps import JsonObject, Resume, Start

Shown: TypeAlias = "Callable[[View], bool]"

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_POLICIES: Final = ("untrusted", "on-failure", "on-request", "granular", "never")

NO_SDK: Final = "no SDK calls it; the mock's probes show it (tests/mock_codex/probes.json)"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A scenario and what is read off it once: a script may write megabytes.

    Args:
        scenario: the scenario.
        ends: per turn of the script, types of its events, kind of the last action, its body.
        lines: what codex makes of the command line of each turn.
    """

    scenario: Scenario
    ends: list[tuple[set[str], str, JsonValue]]
    lines: list[dict[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitPath:
    """One way to end.

    Args:
        name: what happens and the exit status.
        status: what the golden of such a scenario says codex ended with; None: several, or chance.
        shown: whether a scenario is on the path; None: no scenario can be.
        reason: why none can be.
    """

    name: str
    status: int | str | None
    shown: Shown | None
    reason: str = ""


def _ends(scenario: Scenario) -> list[tuple[set[str], str, JsonValue]]:
    """Per turn of the script: types of its events, kind of the last action, its body."""
    found = []
    turns = cast("list[JsonObject]", scenario.script["turns"])
    for turn, events in zip(turns, events_of(scenario), strict=True):
        actions = cast("list[JsonObject]", turn["do"])
        ((kind, body),) = actions[-1].items() if actions else (("exit", 0),)
        types = {str(event.get("type")) for event in events}
        found.append(
            (
                types,
                kind if kind in {"exit", "signal", "hang"} else "exit",
                body if kind in {"exit", "signal"} else 0,
            )
        )
    return found


def _turn(has: str, *statuses: int, without: tuple[str, ...] = ()) -> Shown:
    def shown(view: View) -> bool:
        return any(
            has in types and not types.intersection(without) and kind == "exit" and body in statuses
            for types, kind, body in view.ends
        )

    return shown


_TERMINAL: Final = ("turn.completed", "turn.failed")
_LOUD: Final = (*_TERMINAL, "error")


def _signal(name: str) -> Shown:
    return lambda view: any(kind == "signal" and body == name for _, kind, body in view.ends)


def _status(*wanted: int) -> Shown:
    return lambda view: any(kind == "exit" and body in wanted for _, kind, body in view.ends)


def _stopped(view: View) -> bool:
    hangs = any(kind == "hang" for _, kind, _ in view.ends)
    never_begun: JsonValue = {"abort": "before_start"}
    return hangs and any(
        isinstance(turn.consume, dict) and turn.consume != never_begun
        for turn in view.scenario.turns
    )


def _left(view: View) -> bool:
    early = any(
        isinstance(turn.consume, dict) and "stop_after" in turn.consume
        for turn in view.scenario.turns
    )
    return early and not any(kind == "hang" for _, kind, _ in view.ends)


def _silent(view: View) -> bool:
    return any(not types and kind == "exit" and not body for types, kind, body in view.ends)


def _rejected(word: str) -> Shown:
    return lambda view: any(word in str(line.get("rejected", "")) for line in view.lines)


def _config(name: str, wanted: Callable[[JsonValue], bool]) -> Shown:
    return lambda view: any(
        name in config and wanted(config[name])
        for line in view.lines
        for config in [cast("JsonObject", line.get("config", {}))]
    )


def _blank(view: View) -> bool:
    return any(not prompt_of(turn).strip() for turn in view.scenario.turns)


def _no_repository(view: View) -> bool:
    begun = [step for step in view.scenario.steps if isinstance(step, Start | Resume)]
    return view.scenario.id.startswith("exec.process.") and any(
        not step.options.get("skip_git_repo_check") for step in begun
    )


def _resumes(*, uuid: bool) -> Shown:
    def shown(view: View) -> bool:
        turns = cast("list[JsonObject]", view.scenario.script["turns"])
        known = {cast("str", turn.get("thread", "")).lower() for turn in turns}
        known |= {
            str(name).lower()
            for name in cast("list[JsonValue]", view.scenario.script.get("known_threads", []))
        }
        return any(
            isinstance(step, Resume)
            and bool(step.thread_id)
            and step.thread_id.lower() not in known
            and bool(_UUID.fullmatch(step.thread_id)) is uuid
            for step in view.scenario.steps
        )

    return shown


def _folder_missing(view: View) -> bool:
    there = {f"<CWD>/{name.rpartition('/')[0]}" for name in view.scenario.files}
    begun = [step for step in view.scenario.steps if isinstance(step, Start | Resume)]
    folders = [str(step.options.get("working_directory", "")) for step in begun]
    return any(folder.startswith("<CWD>/") and folder not in there for folder in folders)


def _home_missing(view: View) -> bool:
    return "CODEX_HOME" in cast("JsonObject", view.scenario.client.get("env", {}))


SCRIPTED: Final[tuple[ExitPath, ...]] = (
    ExitPath(name="turn.completed, 0", status=0, shown=_turn("turn.completed", 0, without=("turn.failed",))),
    ExitPath(name="turn.completed, another status", status=None, shown=_turn("turn.completed", *range(1, 256), without=("turn.failed",))),
    ExitPath(name="turn.failed, 1", status=None, shown=_turn("turn.failed", 1)),
    ExitPath(name="turn.failed, 0", status=None, shown=_turn("turn.failed", 0)),
    ExitPath(name="only an error event, 0", status=0, shown=_turn("error", 0, without=_TERMINAL)),
    ExitPath(name="only an error event, 1", status=1, shown=_turn("error", 1, without=_TERMINAL)),
    ExitPath(name="interrupted: no terminal event, 0", status=0, shown=_turn("turn.started", 0, without=_LOUD)),
    ExitPath(name="interrupted: no terminal event, 1", status=1, shown=_turn("turn.started", 1, without=_LOUD)),
    ExitPath(name="nothing on stdout, 0", status=0, shown=_silent),
    ExitPath(name="nothing on stdout, 2", status=2, shown=_status(2)),
    ExitPath(name="panic, 101", status=101, shown=_status(101)),
    ExitPath(name="ended by the client's signal", status=None, shown=_stopped),
    ExitPath(name="stdout closed by the reader, 101", status=None, shown=_left),
    ExitPath(name="SIGKILL", status="signal SIGKILL", shown=_signal("SIGKILL")),
    ExitPath(name="SIGTERM", status="signal SIGTERM", shown=_signal("SIGTERM")),
    ExitPath(name="SIGINT", status="signal SIGINT", shown=_signal("SIGINT")),
    ExitPath(name="SIGABRT", status="signal SIGABRT", shown=_signal("SIGABRT")),
    ExitPath(name="SIGSEGV", status="signal SIGSEGV", shown=_signal("SIGSEGV")),
    ExitPath(name="unknown thread name begins a new thread, 0", status=0, shown=_resumes(uuid=False)),
)  # fmt: skip
"""Ends that a script brings about, once codex has taken the command line and the prompt."""

REFUSED: Final[tuple[ExitPath, ...]] = (
    ExitPath(name="unknown flag or value that looks like one, 2", status=2, shown=_rejected("value is required")),
    ExitPath(name="bad enum value, 2", status=2, shown=_rejected("invalid value")),
    ExitPath(name="override without an equals sign, 1", status=1, shown=_rejected("=")),
    ExitPath(name="bad config value, 1", status=1, shown=_config("approval_policy", lambda value: value not in _POLICIES)),
    ExitPath(name="approval_policy untrusted, 1", status=1, shown=_config("approval_policy", lambda value: value == "untrusted")),
    ExitPath(name="unknown provider, 1", status=1, shown=_config("model_provider", lambda value: value == "bad1")),
    ExitPath(name="no prompt on stdin, 1", status=1, shown=_blank),
    ExitPath(name="not a git repository, 1", status=1, shown=_no_repository),
    ExitPath(name="unknown thread id, 1", status=1, shown=_resumes(uuid=True)),
    ExitPath(name="working directory missing, 1", status=1, shown=_folder_missing),
    ExitPath(name="CODEX_HOME missing, 1", status=1, shown=_home_missing),
    ExitPath(name="binary missing", status=None, shown=lambda view: view.scenario.codex == "missing"),
    ExitPath(name="binary not executable", status=None, shown=lambda view: view.scenario.codex == "not_executable"),
)  # fmt: skip
"""Ends before any turn."""

OUT_OF_REACH: Final[tuple[ExitPath, ...]] = (
    ExitPath(name="prompt that begins with a dash prints help, 0", status=None, shown=None, reason="an SDK writes the prompt to standard input"),
    ExitPath(name="no prompt and a terminal, 1", status=None, shown=None, reason="an SDK gives codex a pipe"),
    ExitPath(name="bad schema file, 1", status=None, shown=None, reason="an SDK writes the schema file itself, always as JSON"),
    ExitPath(name="--strict-config with an unknown key, 1", status=None, shown=None, reason=NO_SDK),
    ExitPath(name="fork of an unknown id, 1", status=None, shown=None, reason=NO_SDK),
    ExitPath(name="fork without a prompt, 0", status=None, shown=None, reason=NO_SDK),
    ExitPath(name="resume --worktree, 1", status=None, shown=None, reason=NO_SDK),
)  # fmt: skip
"""Ends that no SDK can bring about."""

PATHS: Final = (*SCRIPTED, *REFUSED, *OUT_OF_REACH)
"""Every way that PROTOCOLS.md documents."""


def _reaches_its_script(view: View) -> bool:
    if len(view.scenario.turns) > 1:
        return True
    return not any(path.shown is not None and path.shown(view) for path in REFUSED)


def _is_on(path: ExitPath, view: View) -> bool:
    if path.shown is None or not path.shown(view):
        return False
    return path not in SCRIPTED or _reaches_its_script(view)


def area(scenarios: Iterable[Scenario]) -> Area:
    """The documented exit paths and the scenarios on them."""
    played = [
        View(scenario=one, ends=_ends(one), lines=list(command_lines(one))) for one in scenarios
    ]
    return Area(
        name="exit_paths",
        shown={
            path.name: tuple(one.scenario.id for one in played if _is_on(path, one))
            for path in PATHS
        },
        reasons={path.name: path.reason for path in PATHS if path.shown is None},
    )
