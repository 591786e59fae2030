"""The options of ``codex``, ``codex exec`` and its subcommands, release 0.169.0, as tables.

Every row was tried on the real binary; ``tests/mock_codex/probes.json`` holds the cases with its exact answers, and
a test replays them. What was measured:

- An option that is not ``repeatable`` may be given once per level: ``--model a --model b`` is exit 2, while
  ``exec --model a resume --model b`` is accepted and the deeper one wins. ``--config`` of all levels is joined,
  ``--enable`` and ``--disable`` are not.
- ``exec --image`` is greedy: it takes every word up to the next option, so ``--image a resume ID`` never resumes.
  ``--image=a`` and, after ``resume``, ``--image a`` take one word. A comma separates images in both.
- ``--json`` has the hidden spelling ``--experimental-json``, the bypass flag ``--yolo``.
- A value may be ``-`` but may not begin with it; paths may not be empty; ``--profile`` takes a plain name.
- ``--sandbox``, ``--cd``, ``--add-dir``, ``--profile``, ``--oss``, ``--local-provider``, ``--approve-for-me`` and
  ``--color`` are unknown after a subcommand; ``--version`` too.

Runs on the play path, so it imports nothing and its classes are plain.
"""

from __future__ import annotations

TEXT, PATH, CHOICE, NAME = "text", "path", "choice", "name"
"""What a value must be: any UTF-8; any bytes but none at all; one of ``choices``; a plain name."""

_SANDBOX = ("read-only", "workspace-write", "danger-full-access")
_PROGRAMS = ("standard", "daybreak_blue", "daybreak_red")


class Option:
    """One option or positional. ``metavar`` None: a flag without a value.

    ``long`` is its identity at every level. ``conflicts`` and ``requires`` name others of the same level.
    """

    __slots__ = (
        "alias",
        "choices",
        "conflicts",
        "greedy",
        "kind",
        "long",
        "metavar",
        "repeatable",
        "requires",
        "short",
    )

    def __init__(
        self,
        long: str,
        short: str = "",
        metavar: str | None = None,
        *,
        kind: str = TEXT,
        choices: tuple[str, ...] = (),
        greedy: bool = False,
        repeatable: bool = False,
        alias: str = "",
        conflicts: tuple[str, ...] = (),
        requires: str = "",
    ) -> None:
        self.long = long
        self.short = short
        self.metavar = metavar
        self.kind = CHOICE if choices else kind
        self.choices = choices
        self.greedy = greedy
        self.repeatable = repeatable
        self.alias = alias
        self.conflicts = conflicts
        self.requires = requires


class Level:
    """One command: its path as usage shows it, its options, positionals and subcommands.

    ``levels`` are those of the release it belongs to. ``required`` positionals must be given. ``usage`` is fixed where codex fixes it; else it depends on what was given.
    """

    __slots__ = (
        "by_long",
        "by_short",
        "levels",
        "name",
        "options",
        "positionals",
        "required",
        "subcommands",
        "usage",
    )

    def __init__(
        self,
        name: str,
        options: tuple[Option, ...],
        positionals: tuple[Option, ...],
        *,
        required: tuple[str, ...] = (),
        subcommands: tuple[str, ...] = (),
        usage: str = "",
    ) -> None:
        self.name = name
        self.options = options
        self.positionals = positionals
        self.required = required
        self.subcommands = subcommands
        self.usage = usage
        self.levels: dict[str, Level] = {}
        self.by_long = {option.long: option for option in options}
        self.by_long.update({option.alias: option for option in options if option.alias})
        self.by_short = {option.short: option for option in options if option.short}

    def find(self, name: str) -> Option:
        """The option or positional of this identity."""
        for option in self.positionals:
            if option.long == name:
                return option
        return self.by_long[name]


HELP = Option("help", "h")
VERSION = Option("version", "V")
PROMPT = Option("PROMPT", metavar="PROMPT")
SESSION_ID = Option("SESSION_ID", metavar="SESSION_ID")

_CONFIG = Option("config", "c", "key=value", repeatable=True)
_ENABLE = Option("enable", metavar="FEATURE", repeatable=True)
_DISABLE = Option("disable", metavar="FEATURE", repeatable=True)
_STRICT = Option("strict-config")
_IMAGES = Option("image", "i", "FILE", kind=PATH, greedy=True, repeatable=True)
_IMAGE = Option("image", "i", "FILE", kind=PATH, repeatable=True)
_MODEL = Option("model", "m", "MODEL")
_BYPASS = Option(
    "dangerously-bypass-approvals-and-sandbox", alias="yolo", conflicts=("approve-for-me",)
)
_HOOKS = Option("dangerously-bypass-hook-trust")
_WORKTREE = Option("worktree")

_RUN = (
    Option("oss"),
    Option("local-provider", metavar="OSS_PROVIDER"),
    Option("profile", "p", "CONFIG_PROFILE_V2", kind=NAME),
    Option("sandbox", "s", "SANDBOX_MODE", choices=_SANDBOX, conflicts=("approve-for-me",)),
    Option("approve-for-me", conflicts=("sandbox", "dangerously-bypass-approvals-and-sandbox")),
    _BYPASS,
    _HOOKS,
    Option("cd", "C", "DIR", kind=PATH),
    _WORKTREE,
    Option("add-dir", metavar="DIR", kind=PATH, repeatable=True),
)
_OF_EVERY_EXEC = (
    Option("thread-source", metavar="SOURCE"),
    Option("cyber-access-program", metavar="PROGRAM", choices=_PROGRAMS),
    Option("skip-git-repo-check"),
    Option("trust"),
    Option("ephemeral"),
    Option("ignore-user-config"),
    Option("ignore-rules"),
    Option("output-schema", metavar="FILE", kind=PATH),
    Option("json", alias="experimental-json"),
    Option("output-last-message", "o", "FILE", kind=PATH),
)
_AFTER = (_STRICT, _MODEL, _BYPASS, _HOOKS, _WORKTREE, *_OF_EVERY_EXEC, HELP)

_ROOT = Level(
    "codex",
    (
        _CONFIG,
        _ENABLE,
        _DISABLE,
        Option("remote", metavar="ADDR"),
        Option("remote-auth-token-env", metavar="ENV_VAR"),
        _STRICT,
        _IMAGES,
        _MODEL,
        *_RUN,
        Option(
            "ask-for-approval",
            "a",
            "APPROVAL_POLICY",
            choices=("on-request", "never"),
            conflicts=("dangerously-bypass-approvals-and-sandbox", "approve-for-me"),
        ),
        Option("search"),
        Option("no-alt-screen"),
        Option("no-daemon"),
        HELP,
        VERSION,
    ),
    (PROMPT,),
    subcommands=("exec", "e", "help"),
    usage="Usage: codex [OPTIONS] [PROMPT]\n       codex [OPTIONS] <COMMAND> [ARGS]",
)
_EXEC = Level(
    "exec",
    (
        _CONFIG,
        _ENABLE,
        _DISABLE,
        _STRICT,
        _IMAGES,
        _MODEL,
        *_RUN,
        *_OF_EVERY_EXEC[:8],
        Option("color", metavar="COLOR", choices=("always", "never", "auto")),
        *_OF_EVERY_EXEC[8:],
        HELP,
        VERSION,
    ),
    (PROMPT,),
    subcommands=("resume", "fork", "review", "help"),
    usage="Usage: codex exec [OPTIONS] [PROMPT]\n       codex exec [OPTIONS] <COMMAND> [ARGS]",
)
_RESUME = Level(
    "resume",
    (_CONFIG, Option("last"), Option("all"), _ENABLE, _DISABLE, _IMAGE, *_AFTER),
    (SESSION_ID, PROMPT),
)
_FORK = Level(
    "fork",
    (_CONFIG, _IMAGE, _ENABLE, _DISABLE, *_AFTER),
    (SESSION_ID, PROMPT),
    required=("SESSION_ID",),
)
_TARGETS = ("uncommitted", "base", "commit", "PROMPT")
_REVIEW = Level(
    "review",
    (
        _CONFIG,
        Option("uncommitted", conflicts=_TARGETS),
        Option("base", metavar="BRANCH", conflicts=_TARGETS),
        _ENABLE,
        Option("commit", metavar="SHA", conflicts=_TARGETS),
        _DISABLE,
        Option("title", metavar="TITLE", requires="commit"),
        *_AFTER,
    ),
    (Option("PROMPT", metavar="PROMPT", conflicts=_TARGETS),),
)


def together(levels: dict[str, Level]) -> dict[str, Level]:
    """``levels`` as those of one release: each knows the others."""
    for level in levels.values():
        level.levels = levels
    return levels


LEVELS = together(
    {
        "codex": _ROOT,
        "exec": _EXEC,
        "e": _EXEC,
        "resume": _RESUME,
        "fork": _FORK,
        "review": _REVIEW,
    }
)
"""Every command that is understood, by the word that calls it."""
