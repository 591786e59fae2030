"""What a command line means to codex 0.169.0, as JSON, so that two spellings of one meaning compare equal.

Sources: PROTOCOLS.md 2.2, 2.3 and 2.7, and probes of the released 0.169.0 binary. Must not know the mock: its own
parser is written apart (if both shared one, a mistake would agree with itself).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.normalize.overrides import BadOverride, apply_override

Kind: TypeAlias = Literal["switch", "one", "many", "greedy", "split", "config", "toggle", "stop"]
Level: TypeAlias = Literal["root", "exec", "resume", "fork", "review"]

_EVERYWHERE: Final[frozenset[Level]] = frozenset({"root", "exec", "resume", "fork", "review"})
_EXEC_AND_BELOW: Final[frozenset[Level]] = frozenset({"exec", "resume", "fork", "review"})
_OUTER: Final[frozenset[Level]] = frozenset({"root", "exec"})
_ROOT: Final[frozenset[Level]] = frozenset({"root"})
_SANDBOXES: Final = ("read-only", "workspace-write", "danger-full-access")
_CYBER: Final = ("standard", "daybreak_blue", "daybreak_red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One option: the key of its meaning, how it is spelled, what follows it, where it is allowed.

    ``kind``: switch (no value), one (a value, once per level), many (repeatable), greedy (takes every word up to the
    next flag), split (one word per flag, cut at commas; greedy is cut too), config (``k=v``), toggle (a feature),
    stop (help or version: nothing else counts).
    """

    key: str
    spellings: tuple[str, ...]
    kind: Kind
    levels: frozenset[Level]
    choices: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def _flag(
    key: str,
    spellings: str,
    kind: Kind,
    levels: frozenset[Level],
    *,
    choices: tuple[str, ...] = (),
    against: tuple[str, ...] = (),
) -> Flag:
    words = tuple(spellings.split())
    return Flag(
        key=key, spellings=words, kind=kind, levels=levels, choices=choices, against=against
    )


_REVIEW: Final[frozenset[Level]] = frozenset({"review"})
_RESUME: Final[frozenset[Level]] = frozenset({"resume"})
_TAKES_IMAGES: Final[frozenset[Level]] = frozenset({"resume", "fork"})

FLAGS: Final[tuple[Flag, ...]] = (
    _flag("config", "-c --config", "config", _EVERYWHERE),
    _flag("enable", "--enable", "toggle", _EVERYWHERE),
    _flag("disable", "--disable", "toggle", _EVERYWHERE),
    _flag("strict_config", "--strict-config", "switch", _EVERYWHERE),
    _flag("model", "-m --model", "one", _EVERYWHERE),
    _flag(
        "dangerously_bypass_approvals_and_sandbox",
        "--dangerously-bypass-approvals-and-sandbox --yolo",
        "switch",
        _EVERYWHERE,
        against=("approve_for_me",),
    ),
    _flag(
        "dangerously_bypass_hook_trust", "--dangerously-bypass-hook-trust", "switch", _EVERYWHERE
    ),
    _flag("worktree", "--worktree", "switch", _EVERYWHERE),
    _flag("help", "-h --help", "stop", _EVERYWHERE),
    _flag("version", "-V --version", "stop", _OUTER),
    _flag("images", "-i --image", "greedy", _OUTER),
    _flag("images", "-i --image", "split", _TAKES_IMAGES),
    _flag("sandbox", "-s --sandbox", "one", _OUTER, choices=_SANDBOXES),
    _flag("cd", "-C --cd", "one", _OUTER),
    _flag("add_dir", "--add-dir", "many", _OUTER),
    _flag("profile", "-p --profile", "one", _OUTER),
    _flag("oss", "--oss", "switch", _OUTER),
    _flag("local_provider", "--local-provider", "one", _OUTER),
    _flag("approve_for_me", "--approve-for-me", "switch", _OUTER, against=("sandbox",)),
    _flag(
        "color",
        "--color",
        "one",
        frozenset({"exec"}),
        choices=("always", "never", "auto"),
    ),
    _flag("thread_source", "--thread-source", "one", _EXEC_AND_BELOW),
    _flag("cyber_access_program", "--cyber-access-program", "one", _EXEC_AND_BELOW, choices=_CYBER),
    _flag("skip_git_repo_check", "--skip-git-repo-check", "switch", _EXEC_AND_BELOW),
    _flag("trust", "--trust", "switch", _EXEC_AND_BELOW),
    _flag("ephemeral", "--ephemeral", "switch", _EXEC_AND_BELOW),
    _flag("ignore_user_config", "--ignore-user-config", "switch", _EXEC_AND_BELOW),
    _flag("ignore_rules", "--ignore-rules", "switch", _EXEC_AND_BELOW),
    _flag("output_schema", "--output-schema", "one", _EXEC_AND_BELOW),
    _flag("json", "--json --experimental-json", "switch", _EXEC_AND_BELOW),
    _flag("output_last_message", "-o --output-last-message", "one", _EXEC_AND_BELOW),
    _flag("last", "--last", "switch", _RESUME),
    _flag("all", "--all", "switch", _RESUME),
    _flag("uncommitted", "--uncommitted", "switch", _REVIEW, against=("base", "commit", "prompt")),
    _flag("base", "--base", "one", _REVIEW, against=("commit", "prompt")),
    _flag("commit", "--commit", "one", _REVIEW, against=("prompt",)),
    _flag("title", "--title", "one", _REVIEW),
    _flag(
        "ask_for_approval", "-a --ask-for-approval", "one", _ROOT, choices=("on-request", "never")
    ),
    _flag("search", "--search", "switch", _ROOT),
    _flag("remote", "--remote", "one", _ROOT),
    _flag("remote_auth_token_env", "--remote-auth-token-env", "one", _ROOT),
    _flag("no_alt_screen", "--no-alt-screen", "switch", _ROOT),
    _flag("no_daemon", "--no-daemon", "switch", _ROOT),
)
"""The command line of 0.169.0 (``codex --help``, ``codex exec [resume|fork|review] --help``, PROTOCOLS.md 2.7)."""

_BY_LEVEL: Final[dict[Level, dict[str, Flag]]] = {
    level: {word: flag for flag in FLAGS if level in flag.levels for word in flag.spellings}
    for level in _EVERYWHERE
}

_SUBCOMMANDS: Final[dict[Level, dict[str, Level | None]]] = {
    "root": {"exec": "exec", "e": "exec"},
    "exec": {"resume": "resume", "fork": "fork", "review": "review", "help": None},
    "resume": {},
    "fork": {},
    "review": {},
}
"""Which word opens which level; None: it only prints help."""

# fmt: off
_OTHER_PROGRAMS: Final = frozenset({
    "agents", "review", "login", "logout", "mcp", "plugin", "app-server", "remote-control",
    "completion", "update", "doctor", "sandbox", "debug", "apply", "a", "resume", "queue",
    "archive", "delete", "migrate-rollouts", "migrate-nfs-db", "unarchive", "fork", "cloud",
    "exec-server", "features", "help",
})
# fmt: on
"""Root commands that are not ``exec``: their words are kept as they are."""

_POSITIONALS: Final[dict[Level, tuple[str, ...]]] = {
    "root": ("prompt",),
    "exec": ("prompt",),
    "resume": ("thread", "prompt"),
    "fork": ("thread", "prompt"),
    "review": ("prompt",),
}
_COMMAND: Final[dict[Level, str]] = {
    "root": "tui",
    "exec": "exec",
    "resume": "exec.resume",
    "fork": "exec.fork",
    "review": "exec.review",
}
_INHERITED: Final = frozenset(
    {
        "model",
        "sandbox",
        "cd",
        "add_dir",
        "images",
        "oss",
        "local_provider",
        "approve_for_me",
        "dangerously_bypass_approvals_and_sandbox",
    }
)
"""Flags before ``exec`` that count as if they stood behind it (measured on 0.169.0, one by one)."""

_ADDED_UP: Final = frozenset({"images", "add_dir"})
_PROMPT_ON_STDIN: Final[frozenset[Level]] = frozenset({"exec", "resume"})


class _Rejected(Exception):  # it is a refusal by codex, not an error of ours
    """The command line is refused; the text says why."""


class _Stop(Exception):  # a word that ends the reading, not an error
    """Help or version was asked for; the text is which."""


@dataclass(slots=True)
class _Words:
    """A cursor over the command line."""

    words: tuple[str, ...]
    at: int = 0

    def __iter__(self) -> Iterator[str]:
        while self.at < len(self.words):
            self.at += 1
            yield self.words[self.at - 1]

    def value(self) -> str | None:
        """The next word if it can be a value: a lone ``-`` can, a word that looks like a flag cannot."""
        if self.at == len(self.words) or _looks_like_flag(self.words[self.at]):
            return None
        self.at += 1
        return self.words[self.at - 1]

    def rest(self) -> tuple[str, ...]:
        """All words that are left."""
        rest = self.words[self.at :]
        self.at = len(self.words)
        return rest


@dataclass(slots=True)
class _Reading:
    """What was read so far: one dictionary per level (clap counts repetitions per level), config over all levels."""

    levels: list[tuple[Level, dict[str, JsonValue]]] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    toggles: list[str] = field(default_factory=list)
    other: dict[str, JsonValue] = field(default_factory=dict)

    def enter(self, level: Level) -> None:
        self.levels.append((level, {}))

    @property
    def level(self) -> Level:
        return self.levels[-1][0]

    @property
    def here(self) -> dict[str, JsonValue]:
        return self.levels[-1][1]


def meaning(argv: Sequence[str]) -> dict[str, JsonValue]:
    """What codex 0.169.0 makes of ``argv`` (without argv[0]).

    Keys stand only when given: ``command`` (always: ``exec``, ``exec.resume``, ``exec.fork``, ``exec.review``,
    ``help``, ``version``, ``tui`` or the name of another program), ``thread``, ``prompt``, one key per flag of
    :data:`FLAGS`, ``config`` (the effective nested configuration, later wins; the order of its keys means nothing),
    ``images`` and ``add_dir`` (lists, order kept), ``root`` (what stood before ``exec`` and has no effect that was
    measured: the prompt, flags of the terminal interface), ``args`` (another program's words), ``rejected`` (why codex refuses; then what was understood up to there is not given).

    A prompt of ``-`` is left out for ``exec`` and ``exec.resume``: both then read stdin (measured). A flag and the
    ``--config`` of the same name stay two things, because the flag wins over the configuration.
    """
    reading = _Reading()
    try:
        _read(_Words(tuple(argv)), reading)
        return _assemble(reading)
    except _Stop as stop:
        return {"command": str(stop)}
    except _Rejected as refusal:
        command = _COMMAND[reading.level]
        return {"command": command, "rejected": str(refusal)}


def _read(words: _Words, reading: _Reading) -> None:
    reading.enter("root")
    for word in words:
        if word == "--":
            for rest in words.rest():
                _positional(rest, reading)
        elif _looks_like_flag(word):
            _option(word, words, reading)
        elif word in _SUBCOMMANDS[reading.level]:
            level = _SUBCOMMANDS[reading.level][word]
            if level is None:
                raise _Stop("help")
            reading.enter(level)
        elif reading.level == "root" and word in _OTHER_PROGRAMS:
            reading.other = {"command": word, "args": list(words.rest())}
        else:
            _positional(word, reading)


def _looks_like_flag(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _positional(word: str, reading: _Reading) -> None:
    for name in _POSITIONALS[reading.level]:
        if name not in reading.here:
            reading.here[name] = word
            return
    raise _Rejected(f"unexpected argument '{word}'")


def _option(word: str, words: _Words, reading: _Reading) -> None:
    flags = _BY_LEVEL[reading.level]
    attached: str | None
    if word.startswith("--"):
        name, equals, attached = word.partition("=")
        attached = attached if equals else None
    else:
        # No switch of 0.169.0 has a short form but help and version, so letters never cluster.
        name, attached = word[:2], word[2:].removeprefix("=") if len(word) > 2 else None
    if name not in flags:
        raise _Rejected(f"unexpected argument '{name}'")
    _take(flags[name], attached, words, reading)


def _take(flag: Flag, attached: str | None, words: _Words, reading: _Reading) -> None:
    here = reading.here
    if flag.kind == "stop":
        raise _Stop(flag.key)
    if flag.kind == "switch":
        if attached is not None:
            raise _Rejected(f"unexpected value '{attached}' for '{flag.spellings[-1]}'")
        _once(flag, here)
        here[flag.key] = True
        return
    value = attached if attached is not None else words.value()
    if value is None:
        raise _Rejected(f"a value is required for '{flag.spellings[-1]}'")
    match flag.kind:
        case "one":
            if flag.choices and value not in flag.choices:
                raise _Rejected(f"invalid value '{value}' for '{flag.spellings[-1]}'")
            _once(flag, here)
            here[flag.key] = value
        case "many":
            _list(here, flag.key).append(value)
        case "greedy" | "split":
            images = _list(here, flag.key)
            images.extend(value.split(","))
            while (
                flag.kind == "greedy" and attached is None and (more := words.value()) is not None
            ):
                images.extend(more.split(","))
        case "config":
            reading.overrides.append(value)
        case _:
            reading.toggles.append(f"features.{value}={str(flag.key == 'enable').lower()}")


def _once(flag: Flag, here: dict[str, JsonValue]) -> None:
    if flag.key in here:
        raise _Rejected(f"'{flag.spellings[-1]}' cannot be used multiple times")


def _list(here: dict[str, JsonValue], key: str) -> list[JsonValue]:
    return cast("list[JsonValue]", here.setdefault(key, []))


def _assemble(reading: _Reading) -> dict[str, JsonValue]:
    result: dict[str, JsonValue] = {"command": _COMMAND[reading.level]}
    _settle_last(reading)
    for level, found in reading.levels:
        _refuse_conflicts(found)
        kept = found
        if level == "root" and len(reading.levels) > 1:
            kept = {key: value for key, value in found.items() if key in _INHERITED}
            rest = {key: value for key, value in found.items() if key not in _INHERITED}
            if rest:
                result["root"] = rest
        _inherit(result, kept)
    _settle_prompt(reading.level, result)
    config: dict[str, JsonValue] = {}
    for override in [*reading.overrides, *reading.toggles]:
        try:
            apply_override(config, override)
        except BadOverride as bad:
            raise _Rejected(str(bad)) from bad
    if config:
        result["config"] = config
    return {**result, **reading.other}


def _refuse_conflicts(found: dict[str, JsonValue]) -> None:
    for flag in FLAGS:
        for other in flag.against:
            if flag.key in found and other in found:
                raise _Rejected(f"'{flag.spellings[0]}' cannot be used with '{other}'")


def _inherit(result: dict[str, JsonValue], found: dict[str, JsonValue]) -> None:
    """Lay an inner level over an outer one: inner values win, lists add up (both measured on 0.169.0)."""
    for key, value in found.items():
        if key in _ADDED_UP and key in result:
            _list(result, key).extend(cast("list[JsonValue]", value))
        else:
            result[key] = value


def _settle_last(reading: _Reading) -> None:
    """With ``--last`` a lone word behind ``resume`` is the prompt, whatever stood before it (measured on 0.169.0)."""
    here = reading.here
    if "last" in here and "thread" in here and "prompt" not in here:
        here["prompt"] = here.pop("thread")


def _settle_prompt(level: Level, result: dict[str, JsonValue]) -> None:
    if level == "fork" and "thread" not in result:
        raise _Rejected("the required argument '<SESSION_ID>' was not provided")
    if level in _PROMPT_ON_STDIN and result.get("prompt") == "-":
        del result["prompt"]
