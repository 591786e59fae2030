"""What codex 0.169.0 prints when its argument parser (clap 4) stops: the wording, the usage line, the suggestions.

Loaded only when a command line was refused. The rules are clap's: a suggestion is the name with the highest Jaro
similarity above 0.7; the usage of a subcommand shows what was given so far; ``codex`` and ``codex exec`` have a fixed
usage. Each is held by cases of ``tests/mock_codex/probes.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mock_codex.command_line import Problem
from mock_codex.flags import Level, Option

_END = "\n\nFor more information, try '--help'.\n"


def wording(problem: Problem) -> str:
    """The whole text on stderr for a problem that is neither help nor version."""
    return _readable("error: " + WORDINGS[problem.kind](problem) + _END)


def _readable(text: str) -> str:
    """Bytes that are no UTF-8 are printed as U+FFFD."""
    return "".join("�" if "\udc80" <= letter <= "\udcff" else letter for letter in text)


def _unknown_long(problem: Problem) -> str:
    level, name = problem.level, problem.word[2:]
    text = f"unexpected argument '{problem.word}' found\n\n"
    near = similar(name, level.by_long)
    if near is not None:
        given = (*problem.given, level.by_long[near].long)
        return f"{text}  tip: a similar argument exists: '--{near}'\n\n{usage(level, given)}"
    elsewhere = [
        (problem.rest.index(word), word, found)
        for word in level.subcommands
        if word in problem.rest
        and word in level.levels
        and (found := similar(name, level.levels[word].by_long)) is not None
    ]
    if elsewhere:
        _, word, found = min(elsewhere)
        return f"{text}  tip: '{word} --{found}' exists\n\n{usage(level, problem.given)}"
    return f"{text}{_as_a_value(problem.word)}{usage(level, problem.given)}"


def _unknown_short(problem: Problem) -> str:
    text = f"unexpected argument '{problem.word}' found\n\n"
    return f"{text}{_as_a_value(problem.word)}{usage(problem.level, ())}"


def _extra(problem: Problem) -> str:
    level, word = problem.level, problem.word
    if problem.trailing and word in level.subcommands:
        tip = f"  tip: subcommand '{word}' exists; to use it, remove the '--' before it\n\n"
        return f"unexpected argument '{word}' found\n\n{tip}{usage(level, ())}"
    near = similar(word, level.subcommands)
    if near is not None:
        tip = f"  tip: a similar subcommand exists: '{near}'\n\n"
        return f"unrecognized subcommand '{word}'\n\n{tip}{usage(level, ())}"
    return f"unexpected argument '{word}' found\n\n{usage(level, ())}"


def _no_subcommand(problem: Problem) -> str:
    return f"unrecognized subcommand '{problem.word}'\n\n{usage(problem.level, ())}"


def _flag_value(problem: Problem) -> str:
    option = _option(problem)
    text = f"unexpected value '{problem.word}' for '--{option.long}' found; no more were expected"
    return f"{text}\n\n{usage(problem.level, (*problem.given, option.long))}"


def _no_value(problem: Problem) -> str:
    option = _option(problem)
    text = f"a value is required for '{_shown(option)}' but none was supplied"
    return text + (_possible(option) if option.choices else "")


def _bad_value(problem: Problem) -> str:
    option = _option(problem)
    near = similar(problem.word, option.choices)
    tip = "" if near is None else f"\n\n  tip: a similar value exists: '{near}'"
    return f"invalid value '{problem.word}' for '{_shown(option)}'{_possible(option)}{tip}"


def _bad_name(problem: Problem) -> str:
    reason = f"invalid --profile value `{problem.word}`; pass a plain name such as `work`"
    return f"invalid value '{problem.word}' for '{_shown(_option(problem))}': {reason}"


def _not_utf8(problem: Problem) -> str:
    return f"invalid UTF-8 was detected in one or more arguments\n\n{usage(problem.level, ())}"


def _twice(problem: Problem) -> str:
    text = f"the argument '{_shown(_option(problem))}' cannot be used multiple times"
    return f"{text}\n\n{usage(problem.level, ())}"


def _conflict(problem: Problem) -> str:
    others = [_shown(problem.level.find(name)) for name in problem.rest]
    against = (
        f" '{others[0]}'"
        if len(others) == 1
        else "".join([":", *(f"\n  {other}" for other in others)])
    )
    text = f"the argument '{_shown(_option(problem))}' cannot be used with{against}"
    return f"{text}\n\n{usage(problem.level, problem.given)}"


def _missing(problem: Problem) -> str:
    level = problem.level
    names = "".join(f"\n  {_given(level.find(name))}" for name in problem.rest)
    text = f"the following required arguments were not provided:{names}"
    return f"{text}\n\n{usage(level, (*problem.rest, *problem.given))}"


WORDINGS: dict[str, Callable[[Problem], str]] = {
    "unknown long": _unknown_long,
    "unknown short": _unknown_short,
    "extra": _extra,
    "no subcommand": _no_subcommand,
    "flag value": _flag_value,
    "no value": _no_value,
    "bad value": _bad_value,
    "bad name": _bad_name,
    "not utf-8": _not_utf8,
    "twice": _twice,
    "conflict": _conflict,
    "missing": _missing,
}
"""Every kind of ``Problem`` but ``help`` and ``version``."""


def usage(level: Level, given: Iterable[str]) -> str:
    """The usage line; ``given`` are the identities that it shows, in order."""
    if level.usage:
        return level.usage
    seen = tuple(dict.fromkeys(given))
    options = (
        [_given(level.find(name)) for name in seen if not name.isupper()] if seen else ["[OPTIONS]"]
    )
    shown = [
        f"<{option.long}>"
        if option.long in seen or option.long in level.required
        else f"[{option.long}]"
        for option in level.positionals
    ]
    path = _PATHS.get(level.name, f"codex exec {level.name}")
    below = ["[COMMAND]"] if level.subcommands and not seen else []
    return " ".join([f"Usage: {path}", *options, *shown, *below])


_PATHS = {"codex": "codex", "exec": "codex exec"}


def similar(word: str, names: Iterable[str]) -> str | None:
    """The name that is most like ``word``, None if none is alike."""
    rated = [(jaro(word, name), name) for name in names]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] > 0.7 else None


def jaro(left: str, right: str) -> float:
    """Jaro similarity, 0 to 1."""
    if not left or not right:
        return float(left == right)
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    taken = [False] * len(right)
    matched_left: list[str] = []
    for index, letter in enumerate(left):
        for other in range(max(0, index - reach), min(len(right), index + reach + 1)):
            if not taken[other] and right[other] == letter:
                taken[other] = True
                matched_left.append(letter)
                break
    if not matched_left:
        return 0.0
    matched_right = [letter for letter, used in zip(right, taken, strict=True) if used]
    swapped = sum(a != b for a, b in zip(matched_left, matched_right, strict=True)) / 2
    same = len(matched_left)
    return (same / len(left) + same / len(right) + (same - swapped) / same) / 3


def _as_a_value(word: str) -> str:
    return f"  tip: to pass '{word}' as a value, use '-- {word}'\n\n"


def _option(problem: Problem) -> Option:
    assert problem.option is not None, "because this kind of problem is always about one option"
    return problem.option


def _shown(option: Option) -> str:
    """An option or optional positional as an error names it."""
    if option.long.isupper():
        return f"[{option.long}]"
    return _given(option)


def _given(option: Option) -> str:
    """An option or positional as a usage line shows what was given."""
    if option.long.isupper():
        return f"<{option.long}>"
    value = f" <{option.metavar}>" if option.metavar else ""
    return f"--{option.long}{value}{'...' if option.greedy else ''}"


def _possible(option: Option) -> str:
    return f"\n  [possible values: {', '.join(option.choices)}]"
