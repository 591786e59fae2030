"""Mutants that tell the end of a turn wrongly: its outcome, its result, its error, the id of its thread."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Final, cast

from harness.client.fold import TurnFold
from harness.errors import BadLine, Cancelled, ExecExited, InvalidOption, SpawnFailed, TurnFailed
from harness.jsonvalue import JsonValue
from harness.subjects.reference import JsonObject
from harness.wire.events import Event
from mutants.wrong import Change, Events, Mutant, Passing

_PLAIN: Final = "exec.items.agent-message"


def _swallows(*kinds: type[Exception]) -> Callable[[Exception], Exception | None]:
    return lambda error: None if isinstance(error, kinds) else error


def _status_forgiven(wanted: Callable[[ExecExited], bool]) -> Change:
    return Change(
        error=lambda error: None if isinstance(error, ExecExited) and wanted(error) else error
    )


def _vague(error: Exception) -> Exception:
    return RuntimeError("something went wrong") if isinstance(error, TurnFailed) else error


def _as_exit(error: Exception) -> Exception:
    if isinstance(error, Cancelled | SpawnFailed):
        return ExecExited(code=1, signal=None, stderr=str(error))
    return error


def _bad_line_as_failure(error: Exception) -> Exception:
    return TurnFailed("codex said something odd") if isinstance(error, BadLine) else error


def _without_stderr(error: Exception) -> Exception:
    if isinstance(error, ExecExited):
        return ExecExited(code=error.code, signal=error.signal, stderr="")
    return error


def _last_words(error: Exception) -> Exception:
    if isinstance(error, ExecExited):
        last = error.stderr.rstrip("\n").split("\n")[-1]
        return ExecExited(code=error.code, signal=error.signal, stderr=last)
    return error


async def _failing_stream(events: Events) -> AsyncGenerator[Event, None]:
    async for event in events:
        yield event
        if isinstance(event.raw, dict) and event.raw.get("type") == "turn.failed":
            raise TurnFailed("the turn failed")


async def _failing_on_notice(events: Events) -> AsyncGenerator[Event, None]:
    async for event in events:
        if isinstance(event.raw, dict) and event.raw.get("type") == "error":
            raise TurnFailed("an error was announced")
        yield event


async def _wanting_completion(events: Events) -> AsyncGenerator[Event, None]:
    last: JsonValue = None
    async for event in events:
        yield event
        last = event.raw.get("type") if isinstance(event.raw, dict) else last
    if last not in {"turn.completed", "turn.failed"}:
        raise TurnFailed("the stream ended too early")


class _Offended(Passing):
    """Takes whatever is on stderr for a failure."""

    async def wait(self) -> int:
        status = await self.child.wait()
        return status or (1 if self.child.stderr else 0)


class _Impatient(Passing):
    """Looks at the exit status before codex has one, and takes none for 0."""

    async def wait(self) -> int:
        await self.child.wait()
        return 0


def _blind_fold() -> None:
    """``run`` takes ``turn.failed`` for the end of a turn like any other."""
    whole = TurnFold.turn

    def turn(fold: TurnFold) -> object:
        fold._failure = None
        return whole(fold)

    TurnFold.turn = turn  # type: ignore[method-assign, assignment]


# -- the result of `run`


def _items(result: JsonObject) -> list[JsonObject]:
    return [item for item in cast("list[JsonValue]", result["items"]) if isinstance(item, dict)]


def _messages(result: JsonObject) -> list[str]:
    return [str(one.get("text")) for one in _items(result) if one.get("type") == "agent_message"]


def _with(**changes: Callable[[JsonObject], JsonValue]) -> Change:
    return Change(
        result=lambda result: {**result, **{key: one(result) for key, one in changes.items()}}
    )


def _without_failed(result: JsonObject) -> JsonValue:
    return [item for item in _items(result) if item.get("status") not in {"failed", "declined"}]


def _without_repeats(result: JsonObject) -> JsonValue:
    return cast(
        "JsonValue", list({str(item.get("type")): item for item in _items(result)}.values())
    )


def _sum_of_usage(result: JsonObject) -> JsonValue:
    usage = result.get("usage")
    if not isinstance(usage, dict):
        return usage
    return {**usage, "total_tokens": sum(one for one in usage.values() if isinstance(one, int))}


def _mutant(
    name: str, sentence: str, scenario: str, check: str, change: Change, path: str = ""
) -> Mutant:
    return Mutant(
        name=name, sentence=sentence, scenario=scenario, check=check, path=path, change=change
    )


_OUTCOME: Final = (
    _mutant(
        "ignores_exit_status",
        "Takes a codex that failed for one that ended well.",
        "exec.process.exit-3-after-completed",
        "surfaced.outcome",
        Change(error=_swallows(ExecExited)),
    ),
    _mutant(
        "forgives_signals",
        "Takes a codex that was killed for one that ended well.",
        "exec.process.killed",
        "surfaced.outcome",
        _status_forgiven(lambda error: error.signal is not None),
    ),
    _mutant(
        "forgives_small_status",
        "Takes exit status 1 for an end like any other.",
        "exec.turn.error-only-exit-1",
        "surfaced.outcome",
        _status_forgiven(lambda error: error.code == 1),
    ),
    _mutant(
        "looks_at_status_too_early",
        "Looks at the exit status before codex has one.",
        "exec.process.panic",
        "surfaced.outcome",
        Change(child=_Impatient),
    ),
    _mutant(
        "swallows_failed_turn",
        "Gives a result for a turn that failed.",
        "exec.turn.failed",
        "surfaced.outcome",
        Change(install=_blind_fold),
    ),
    _mutant(
        "swallows_bad_line",
        "Ends a turn quietly at a line that is not JSON.",
        "exec.framing.malformed-line",
        "surfaced.outcome",
        Change(error=_swallows(BadLine)),
    ),
    _mutant(
        "swallows_missing_binary",
        "Gives an empty result when there is no codex.",
        "exec.process.missing-binary",
        "surfaced.outcome",
        Change(error=_swallows(SpawnFailed)),
    ),
    _mutant(
        "swallows_refusal",
        "Gives an empty result for what it cannot hand on to codex.",
        "exec.options.config-null",
        "surfaced.outcome",
        Change(error=_swallows(InvalidOption, SpawnFailed, ValueError)),
    ),
    _mutant(
        "swallows_cancellation",
        "Ends a cancelled turn as if it had ended well.",
        "exec.cancel.while-running",
        "surfaced.outcome",
        Change(error=_swallows(Cancelled)),
    ),
    _mutant(
        "raises_in_stream",
        "Raises in the stream when a turn failed, where the event is handed out.",
        "exec.turn.failed-exit-0",
        "surfaced.outcome",
        Change(events=_failing_stream),
    ),
    _mutant(
        "raises_on_notice",
        "Takes an error notice for the end, although codex tries again.",
        "exec.turn.retry-then-ok",
        "surfaced.outcome",
        Change(events=_failing_on_notice),
    ),
    _mutant(
        "wants_completion",
        "Raises when codex ended well without turn.completed.",
        "exec.process.exit-0-no-events",
        "surfaced.outcome",
        Change(events=_wanting_completion),
    ),
    _mutant(
        "fails_at_stderr",
        "Takes anything on stderr for a failure.",
        "exec.process.stderr-noise",
        "surfaced.outcome",
        Change(child=_Offended),
    ),
)

_ERROR: Final = (
    _mutant(
        "raises_vaguely",
        "Raises RuntimeError when a turn failed.",
        "exec.turn.failed",
        "surfaced.error",
        Change(error=_vague),
        "kind",
    ),
    _mutant(
        "cancelled_is_failure",
        "Reports a cancelled turn, and a codex that is missing, as one that exited with 1.",
        "exec.cancel.while-running",
        "surfaced.error",
        Change(error=_as_exit),
        "kind",
    ),
    _mutant(
        "bad_line_is_failure",
        "Reports a line that it cannot read as a turn that failed.",
        "exec.framing.malformed-line",
        "surfaced.error",
        Change(error=_bad_line_as_failure),
        "kind",
    ),
    _mutant(
        "loses_stderr",
        "Raises without the words that codex left on stderr.",
        "exec.errors.exit-1-keeps-stderr",
        "surfaced.stderr",
        Change(error=_without_stderr),
    ),
    _mutant(
        "keeps_last_words",
        "Raises with the last line of what codex left on stderr.",
        "exec.errors.exit-1-keeps-stderr",
        "surfaced.stderr",
        Change(error=_last_words),
    ),
)

_RESULT: Final = (
    _mutant(
        "gives_first_message",
        "Gives the first message of a turn as its answer.",
        "exec.items.agent-message-last-wins",
        "surfaced.result",
        _with(final_response=lambda result: (_messages(result) or [""])[0]),
        "final_response",
    ),
    _mutant(
        "joins_messages",
        "Joins all messages of a turn to one answer.",
        "exec.items.agent-message-last-wins",
        "surfaced.result",
        _with(final_response=lambda result: "\n".join(_messages(result))),
        "final_response",
    ),
    _mutant(
        "gives_null_answer",
        "Gives null where there is no message.",
        "exec.items.agent-message-none",
        "surfaced.result",
        _with(final_response=lambda result: result.get("final_response") or None),
        "final_response",
    ),
    _mutant(
        "drops_failed_items",
        "Leaves items that failed out of the result.",
        "exec.items.command-fail",
        "surfaced.result",
        _with(items=_without_failed),
        "items",
    ),
    _mutant(
        "keeps_last_of_a_type",
        "Keeps one item of each type in the result.",
        "exec.items.commands-interleaved",
        "surfaced.result",
        _with(items=_without_repeats),
        "items",
    ),
    _mutant(
        "reverses_items",
        "Gives the items of a turn in reverse.",
        "exec.items.command-ok",
        "surfaced.result",
        _with(items=lambda result: cast("JsonValue", _items(result)[::-1])),
        "items",
    ),
    _mutant(
        "loses_usage",
        "Gives a result without usage.",
        _PLAIN,
        "surfaced.result",
        _with(usage=lambda _: None),
        "usage",
    ),
    _mutant(
        "adds_up_usage",
        "Adds a total to the usage that codex did not report.",
        "exec.turn.usage-0-58",
        "surfaced.result",
        _with(usage=_sum_of_usage),
        "total_tokens",
    ),
)

_THREAD: Final = (
    _mutant(
        "loses_id_after_first_turn",
        "Forgets the id of the thread in the second turn.",
        "exec.resume.two-turns",
        "surfaced.thread_id",
        Change(thread_id=lambda found, turns: found if turns < 2 else None),
    ),
    _mutant(
        "keeps_old_id",
        "Keeps the id it was asked to resume although codex gave another.",
        "exec.resume.new-id",
        "surfaced.thread_id",
        Change(thread_id=lambda found, turns: found if turns == 0 else "last-week"),
    ),
    _mutant(
        "never_has_an_id",
        "Never tells the id of a thread.",
        _PLAIN,
        "surfaced.thread_id",
        Change(thread_id=lambda _found, _turns: None),
    ),
    _mutant(
        "shortens_id",
        "Tells the first part of the id.",
        "exec.resume.by-id",
        "surfaced.thread_id",
        Change(thread_id=lambda found, _turns: found and found.split("-")[0]),
    ),
)

MUTANTS: Final[tuple[Mutant, ...]] = (*_OUTCOME, *_ERROR, *_RESULT, *_THREAD)
