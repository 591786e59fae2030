"""What a caller may ask for: client, thread and turn options, as frozen data, and the token that cancels a turn.

Wrong *types* are refused here, at once. Values are not: which models, sandbox modes or reasoning efforts exist is for codex
to say, it changes with every release, and a client that knows better than codex cannot be compared with one that does not.
What codex cannot take in ``config`` and ``output_schema`` is refused at the first read of a turn, as the official
TypeScript SDK does (PROTOCOLS.md 2.3).

None means absent everywhere. The empty string is sent or skipped exactly as the TypeScript SDK does it (PROTOCOLS.md 2.2);
``argv.py`` has the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.errors import InvalidOption

SANDBOX_MODES: Final = ("read-only", "workspace-write", "danger-full-access")
"""What codex 0.169.0 takes; other words are handed on and make it exit 2."""
REASONING_EFFORTS: Final = (
    "minimal",
    "low",
    "medium",
    "high",
    "xhigh",
    "max",
    "ultra",
    "persistent",
)
"""What codex 0.169.0 takes."""
WEB_SEARCH_MODES: Final = ("disabled", "cached", "live")
"""What codex 0.169.0 takes."""
APPROVAL_POLICIES: Final = ("never", "on-request", "on-failure", "untrusted")
"""What the TypeScript SDK offers; codex 0.163.0 and 0.169.0 exit 1 on ``untrusted`` and ignore the rest (PROTOCOLS.md 2.6)."""
CYBER_ACCESS_PROGRAMS: Final = ("standard", "daybreak_blue", "daybreak_red")
"""What codex 0.169.0 takes."""


class CancelToken:
    """Cancels a turn from outside: hand it to the turn, call ``cancel`` when it should end. Safe from any thread.

    A token that is cancelled stays so: a turn begun with it starts no process.
    """

    def __init__(self) -> None:
        self._cancelled = False
        self._reason = ""
        self._subscribers: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"CancelToken(cancelled={self._cancelled})"

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` has been called."""
        return self._cancelled

    @property
    def reason(self) -> str:
        """What the caller gave as reason; ``""`` before."""
        return self._reason

    def cancel(self, reason: str = "the turn was cancelled") -> None:
        """Cancel every turn that has this token; the first reason stays."""
        if self._cancelled:
            return
        self._cancelled, self._reason = True, reason
        for subscriber in tuple(self._subscribers):
            subscriber()

    def subscribe(self, subscriber: Callable[[], None]) -> Callable[[], None]:
        """Have ``subscriber`` called on ``cancel``, in the thread that cancels; returns what undoes this."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodexOptions:
    """Options of a client.

    Args:
        codex_path_override: the codex binary; default: ``codex`` on PATH.
        base_url: sent as ``--config openai_base_url=...``; default: codex' own.
        api_key: sent as ``CODEX_API_KEY``; default: what the environment has.
        env: the whole environment of codex, nothing is inherited; default: a copy of ours.
        config: nested settings, flattened into ``--config key=value`` (PROTOCOLS.md 2.3); default: none.
        config_overrides: raw ``key=value`` settings, sent unchanged after ``config``; default: none.

    Raises:
        InvalidOption: a value of the wrong type.
    """

    codex_path_override: str | None = None
    base_url: str | None = None
    api_key: str | None = None
    env: Mapping[str, str] | None = None
    config: Mapping[str, object] | None = None
    config_overrides: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _each_is(self, ("codex_path_override", "base_url", "api_key"), str)
        _each_is(self, ("env",), Mapping)
        _strings("env", (*self.env.keys(), *self.env.values()) if self.env else ())
        _sequences(self, ("config_overrides",))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOptions:
    """Options of a thread; each turn of it sends them again. Every default is codex' own.

    Args:
        model: ``--model``.
        thread_source: ``--thread-source``, sent only when the thread is first created.
        sandbox_mode: ``--sandbox``, one of ``SANDBOX_MODES``.
        working_directory: ``--cd``; the process itself starts in ours.
        additional_directories: ``--add-dir``, repeated.
        skip_git_repo_check: ``--skip-git-repo-check``.
        model_reasoning_effort: one of ``REASONING_EFFORTS``.
        network_access_enabled: network inside the ``workspace-write`` sandbox.
        web_search_mode: one of ``WEB_SEARCH_MODES``; wins over ``web_search_enabled``.
        web_search_enabled: True is ``live``, False is ``disabled``.
        approval_policy: one of ``APPROVAL_POLICIES``.

    Raises:
        InvalidOption: a value of the wrong type.
    """

    model: str | None = None
    thread_source: str | None = None
    sandbox_mode: str | None = None
    working_directory: str | None = None
    additional_directories: Sequence[str] | None = None
    skip_git_repo_check: bool | None = None
    model_reasoning_effort: str | None = None
    network_access_enabled: bool | None = None
    web_search_mode: str | None = None
    web_search_enabled: bool | None = None
    approval_policy: str | None = None

    def __post_init__(self) -> None:
        _each_is(
            self,
            (
                "model",
                "thread_source",
                "sandbox_mode",
                "working_directory",
                "model_reasoning_effort",
                "web_search_mode",
                "approval_policy",
            ),
            str,
        )
        _each_is(
            self, ("skip_git_repo_check", "network_access_enabled", "web_search_enabled"), bool
        )
        _sequences(self, ("additional_directories",))


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """Options of one turn.

    Args:
        output_schema: JSON Schema of the answer, an object; written to a temporary file for codex. Anything else is refused
            at the first read.
        cyber_access_program: ``--cyber-access-program``, one of ``CYBER_ACCESS_PROGRAMS``.
        cancel: the token that cancels this turn.

    Raises:
        InvalidOption: a value of the wrong type.
    """

    output_schema: object = None
    cyber_access_program: str | None = None
    cancel: CancelToken | None = None

    def __post_init__(self) -> None:
        _each_is(self, ("cyber_access_program",), str)
        _each_is(self, ("cancel",), CancelToken)


def _each_is(options: object, names: Iterable[str], kind: type) -> None:
    for name in names:
        value = getattr(options, name)
        if value is not None and not isinstance(value, kind):
            raise InvalidOption(name, f"{name} must be {kind.__name__}, not {type(value).__name__}")


def _sequences(options: object, names: Iterable[str]) -> None:
    for name in names:
        value = getattr(options, name)
        if value is None:
            continue
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise InvalidOption(
                name, f"{name} must be a sequence of str, not {type(value).__name__}"
            )
        _strings(name, value)


def _strings(name: str, values: Iterable[object]) -> None:
    for value in values:
        if not isinstance(value, str):
            raise InvalidOption(name, f"{name} must hold str only, not {type(value).__name__}")
