"""The ``codex exec`` side of the mock: argv and what lies around it in, an invocation or a refusal out.

Refuses what codex 0.169.0 refuses, with its exit status and its words (PROTOCOLS.md 1.6, 2.7; every case is in
``tests/mock_codex/probes.json``). ``CHECKS`` is the order that was measured with two faults at a time: argument
parser, worktree, features, cyber access, override syntax, ``--cd``, CODEX_HOME, settings, provider, review target,
prompt, schema file, git check, last-message file, thread.

Not imitated, each needs what the mock does not have: ``config.toml`` and ``--profile`` files, ``--strict-config``,
``--worktree``, the models a provider offers, `resume --last` (always a new thread here), the human output without
``--json``. A bad schema file gets the right status and first words, but only a rough reason from the JSON reader.

Runs on the play path, so it imports next to nothing; what only a refusal needs is imported there.
"""

from __future__ import annotations

from mock_codex.command_line import CommandLine, Problem, read
from mock_codex.surroundings import Refusal, World
from mock_codex.thread_id import canonical

VERSION = "0.169.0"
_UNTRUSTED = "Not inside a trusted directory and --skip-git-repo-check was not specified.\n"
_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space as Rust trims it; Python also strips U+001C to U+001F."""


class Invocation:
    """An accepted command line. ``thread``: the known thread that is resumed, None for a new one."""

    __slots__ = ("line", "prompt", "thread")

    def __init__(self, line: CommandLine) -> None:
        self.line = line
        self.prompt: str | None = None
        self.thread: str | None = None


def parse(argv: list[str], world: World) -> CommandLine:
    """Read the words after the program's name.

    Raises:
        Refusal: help, version, a usage error, or the interactive program, which needs a terminal.
    """
    home = _missing_home(world)
    if home is not None:
        world.say(f"WARNING: proceeding, even though we could not create PATH aliases: {home}")
    try:
        line = read(argv) if world.profile == VERSION else _read_as_older(argv, world)
    except Problem as problem:
        raise _refusal_of(problem, world) from None
    if line.command == "codex":
        raise Refusal(1, "", "Error: stdin is not a terminal\n")
    return line


def _read_as_older(argv: list[str], world: World) -> CommandLine:
    from mock_codex.profiles import levels_of

    return read(argv, levels_of(world.release())["codex"])


def images(line: CommandLine) -> list[str]:
    """The image paths in order. Those of ``exec`` come first on ``resume`` and ``fork``."""
    return line.joined("image")


def judge(line: CommandLine, world: World, known: frozenset[str]) -> Invocation:
    """Go through all checks in codex's order, reading stdin when it is its turn.

    Args:
        line: what ``parse`` gave.
        world: the surroundings.
        known: ids (canonical) and names that `resume` and `fork` find.

    Raises:
        Refusal: codex ends before any turn.
    """
    invocation = Invocation(line)
    for check in CHECKS:
        check(invocation, world)
    _find_thread(invocation, known)
    return invocation


def known_thread(line: CommandLine, known: frozenset[str]) -> str | None:
    """The known thread that this command line resumes, None for a new one; says nothing of whether codex goes on."""
    if line.command != "resume" or line.has("last"):
        return None
    asked = line.positional("resume", "SESSION_ID")
    if asked is None:
        return None
    thread = canonical(asked) or asked
    return thread if thread in known else None


def _refusal_of(problem: Problem, world: World) -> Refusal:
    if problem.kind == "version":
        name = "codex-cli" if problem.level.name == "codex" else "codex-cli-exec"
        return Refusal(0, f"{name} {world.profile}\n", "")
    if problem.kind == "help":
        texts = world.release()["help"]
        assert isinstance(texts, dict), "because the release file is ours"
        return Refusal(0, texts.get(f"{problem.level.name} {problem.word}", ""), "")
    from mock_codex.clap_texts import wording

    return Refusal(2, "", wording(problem))


def _worktree(invocation: Invocation, _: World) -> None:
    if not invocation.line.has("worktree"):
        return
    if invocation.line.command == "resume":
        text = "cannot resume an existing session; use `codex exec fork --worktree`"
        raise Refusal(1, "", f"Error: `--worktree` {text}\n")
    if invocation.line.command == "review":
        raise Refusal(1, "", "Error: `--worktree` is not supported for code review\n")
    raise Refusal(98, "", "mock-codex: --worktree is not played\n")


def _features(invocation: Invocation, world: World) -> None:
    asked = invocation.line.deepest("enable") + invocation.line.deepest("disable")
    if not asked:
        return
    known = world.release()["features"]
    assert isinstance(known, list), "because the release file is ours"
    for name in asked:
        if name not in known:
            raise Refusal(1, "", f"Error: Unknown feature flag: {name}\n")


def _cyber_access(invocation: Invocation, _: World) -> None:
    line = invocation.line
    if not line.has("cyber-access-program"):
        return
    if line.command == "review":
        text = "--cyber-access-program is not supported with `codex exec review`"
        raise Refusal(1, "", f"Error: {text}\n")
    if line.command == "fork" and _argument(line) is None:
        raise Refusal(1, "", "Error: Forking with --cyber-access-program requires a prompt\n")


def _override_syntax(invocation: Invocation, _: World) -> None:
    overrides = invocation.line.joined("config")
    if overrides:
        from mock_codex.settings import syntax_error

        error = syntax_error(overrides)
        if error is not None:
            raise Refusal(1, "", error)


def _folder(invocation: Invocation, world: World) -> None:
    folder = invocation.line.value("cd")
    if folder is not None and not world.exists(folder):
        raise Refusal(1, "", "Error: No such file or directory (os error 2)\n")


def _home(_: Invocation, world: World) -> None:
    home = _missing_home(world)
    if home is not None:
        raise Refusal(1, "", f"Error finding codex home: {home}")


def _missing_home(world: World) -> str | None:
    home = world.env("CODEX_HOME")
    if not home or world.exists(home):
        return None
    return f'CODEX_HOME points to "{home}", but that path does not exist\n'


def _settings(invocation: Invocation, _: World) -> None:
    overrides = invocation.line.joined("config")
    oss = invocation.line.has("oss")
    if not overrides and not oss:
        return
    from mock_codex.settings import SettingRefused, judge, judge_provider, merge

    try:
        tree = merge(overrides)
        judge(tree)
        judge_provider(tree, invocation.line.value("local-provider"), oss=oss)
    except SettingRefused as refused:
        raise Refusal(1, "", str(refused)) from None


def _review_target(invocation: Invocation, _: World) -> None:
    line = invocation.line
    if line.command != "review":
        return
    if any(map(line.has, ("uncommitted", "base", "commit"))):
        invocation.prompt = _review_prompt(line)
        return
    instructions = line.positional("review", "PROMPT")
    if instructions is None:
        text = "Specify --uncommitted, --base, --commit, or provide custom review instructions"
        raise Refusal(1, "", f"Error: {text}\n")
    if not instructions.strip(_WHITE):
        raise Refusal(1, "", "Error: Review prompt cannot be empty\n")


def _review_prompt(line: CommandLine) -> str:
    commit, title = line.value("commit"), line.value("title")
    if commit is not None:
        named = commit if title is None else f'{commit} ("{title}")'
        subject = f"Review the code changes introduced by commit {named}."
        return f"{subject} Provide prioritized, actionable findings."
    if line.has("uncommitted"):
        subject = "Review the current code changes (staged, unstaged, and untracked files)"
        return f"{subject} and provide prioritized findings."
    return f"changes against '{line.value('base')}'"


def _argument(line: CommandLine) -> str | None:
    """The prompt among the words. After a subcommand, one before it counts only if there is none after it."""
    given = line.positional(line.command, "PROMPT")
    if given is None and line.command == "resume" and line.has("last"):
        given = line.positional("resume", "SESSION_ID")
    if given is None and line.command in {"resume", "fork"}:
        given = line.positional("exec", "PROMPT")
    return given


def _prompt(invocation: Invocation, world: World) -> None:
    line = invocation.line
    given = _argument(line)
    if given == "-":
        invocation.prompt = _from_stdin(world)
    elif given is None and line.command in {"exec", "resume"}:
        if world.stdin_is_terminal():
            text = "Either specify one as an argument or pipe the prompt into stdin."
            raise Refusal(1, "", f"No prompt provided. {text}\n")
        world.say("Reading prompt from stdin...\n")
        invocation.prompt = _from_stdin(world)
    elif given is not None and line.command == "exec" and not world.stdin_is_terminal():
        world.say("Reading additional input from stdin...\n")
        more = _decoded(world.read_stdin())
        if more.strip(_WHITE):
            end = "" if more.endswith("\n") else "\n"
            given = f"{given}\n\n<stdin>\n{more}{end}</stdin>"
        invocation.prompt = given
    elif given is not None:
        invocation.prompt = given


def _from_stdin(world: World) -> str:
    text = _decoded(world.read_stdin())
    if not text.strip(_WHITE):
        raise Refusal(1, "", "No prompt provided via stdin.\n")
    return text


def _decoded(data: bytes) -> str:
    encoding = "UTF-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    if encoding.startswith("UTF-32"):
        why = f"input appears to be {encoding}. Convert it to UTF-8 and retry."
        raise Refusal(1, "", f"Failed to read prompt from stdin: {why}\n")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        why = (
            f"input looked like {encoding} but could not be decoded. Convert it to UTF-8 and retry."
        )
        if encoding == "UTF-8":
            why = (
                f"input is not valid UTF-8 (invalid byte at offset {error.start}). "
                "Convert it to UTF-8 and retry (e.g., `iconv -f <ENC> -t UTF-8 prompt.txt`)."
            )
        raise Refusal(1, "", f"Failed to read prompt from stdin: {why}\n") from None


_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
    (b"\xef\xbb\xbf", "UTF-8"),
)


def _schema(invocation: Invocation, world: World) -> None:
    path = invocation.line.value("output-schema")
    if path is None or invocation.line.command == "review":
        return
    try:
        text = world.read(path).decode()
    except OSError as error:
        why = f"{error.strerror} (os error {error.errno})"
        raise Refusal(1, "", f"Failed to read output schema file {path}: {why}\n") from None
    except UnicodeDecodeError:
        why = "stream did not contain valid UTF-8"
        raise Refusal(1, "", f"Failed to read output schema file {path}: {why}\n") from None
    from mock_codex.json_check import problem

    found = problem(text)
    if found is not None:
        raise Refusal(1, "", f"Output schema file {path} is not valid JSON: {found}\n")


def _git(invocation: Invocation, world: World) -> None:
    line = invocation.line
    if line.has("skip-git-repo-check") or line.has("dangerously-bypass-approvals-and-sandbox"):
        return
    for folder in world.upward(line.value("cd") or "."):
        mark = f"{folder}/.git"
        if world.is_folder(mark):
            mark = f"{mark}/HEAD"
        if world.exists(mark):
            return
    raise Refusal(1, "", _UNTRUSTED)


def _last_message(invocation: Invocation, world: World) -> None:
    path = invocation.line.value("output-last-message")
    error = None if path is None else world.creatable(path)
    if error is not None:
        why = f"{error.strerror} (os error {error.errno})"
        raise Refusal(1, "", f'Error: Failed to open last message file "{path}": {why}\n')


CHECKS = (
    _worktree,
    _features,
    _cyber_access,
    _override_syntax,
    _folder,
    _home,
    _settings,
    _review_target,
    _prompt,
    _schema,
    _git,
    _last_message,
)
"""Codex's checks in codex's order; the thread is looked for after them."""


def _find_thread(invocation: Invocation, known: frozenset[str]) -> None:
    line = invocation.line
    asked = line.positional(line.command, "SESSION_ID")
    if asked is None or (line.command == "resume" and line.has("last")):
        return
    uuid = canonical(asked)
    found = (uuid or asked) in known
    if uuid is not None and not found:
        verb = f"thread/{line.command}"
        why = f"{verb} failed: no rollout found for thread id {uuid} (code -32600)"
        raise Refusal(1, "", f"Error: {verb}: {why}\n")
    if line.command == "fork" and not found:
        raise Refusal(1, "", f"Error: Session not found: {asked}\n")
    invocation.thread = known_thread(line, known)
