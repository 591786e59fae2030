"""Reads an argv as the argument parser of codex 0.169.0 (clap 4) reads it.

An option's value waits until the next word is understood, as in clap: a later unknown option is reported before an
earlier bad value, a later known one after it. Errors are data (``Problem``); ``clap_texts.py`` words them.
Runs on the play path, so it imports next to nothing.
"""

from __future__ import annotations

from mock_codex.flags import CHOICE, HELP, LEVELS, NAME, PATH, VERSION, Level, Option


class Problem(Exception):
    """The reading ended: ``kind`` is a key of ``clap_texts.WORDINGS``.

    ``given`` is what the level holds so far, in order; ``word`` the word at fault; ``rest`` the words after it.
    """

    def __init__(
        self,
        kind: str,
        level: Level,
        *,
        word: str = "",
        option: Option | None = None,
        given: tuple[str, ...] = (),
        rest: tuple[str, ...] = (),
        trailing: bool = False,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.level = level
        self.word = word
        self.option = option
        self.given = given
        self.rest = rest
        self.trailing = trailing


class CommandLine:
    """What was given at each level: pairs of (level name, {identity: values}); a flag has no values."""

    __slots__ = ("levels",)

    def __init__(self, levels: list[tuple[str, dict[str, list[str]]]]) -> None:
        self.levels = levels

    @property
    def command(self) -> str:
        """``codex``, ``exec``, ``resume``, ``fork`` or ``review``."""
        return self.levels[-1][0]

    def has(self, name: str) -> bool:
        """Whether the option was given at any level."""
        return any(name in values for _, values in self.levels)

    def value(self, name: str) -> str | None:
        """The option's last value at the deepest level that has it."""
        for _, values in reversed(self.levels):
            if name in values:
                return values[name][-1]
        return None

    def deepest(self, name: str) -> list[str]:
        """All values of the deepest level that has the option."""
        for _, values in reversed(self.levels):
            if name in values:
                return values[name]
        return []

    def joined(self, name: str) -> list[str]:
        """The values of all levels, outer ones first."""
        return [value for _, values in self.levels for value in values.get(name, ())]

    def positional(self, level: str, name: str) -> str | None:
        """A positional of one level; the same name means different things at different levels."""
        for where, values in self.levels:
            if where == level and name in values:
                return values[name][0]
        return None


def read(argv: list[str], root: Level = LEVELS["codex"]) -> CommandLine:
    """Read the words after the program's name, as the release does whose outermost command ``root`` is.

    Raises:
        Problem: help or version was asked for, or the words are not understood.
    """
    levels: list[tuple[str, dict[str, list[str]]]] = []
    _Reader(root, levels).read(argv)
    return CommandLine(levels)


class _Reader:
    """Reads one level."""

    def __init__(self, level: Level, levels: list[tuple[str, dict[str, list[str]]]]) -> None:
        self.level = level
        self.levels = levels
        self.values: dict[str, list[str]] = {}
        self.waiting: Option | None = None
        self.collected: list[str] = []
        self.open = False
        levels.append((level.name, self.values))

    def read(self, words: list[str]) -> None:
        positionals = iter(self.level.positionals)
        trailing = False
        for index, word in enumerate(words):
            if not trailing:
                if not self.open and word in self.level.subcommands:
                    self.subcommand(word, words[index + 1 :])
                    break
                if word == "--":
                    trailing = True
                    continue
                if word.startswith("--"):
                    self.long(word, words[index + 1 :])
                    continue
                if word.startswith("-") and word != "-":
                    self.short(word)
                    continue
                if self.open and self.waiting is not None:
                    self.collected.append(word)
                    self.open = self.waiting.greedy
                    continue
            positional = next(positionals, None)
            if positional is None:
                self.settle_quietly()
                raise self.problem("extra", word=word, trailing=trailing)
            self.settle()
            self.values[positional.long] = [word]
            self.check(positional, word)
        self.settle()
        self.validate()

    def subcommand(self, word: str, rest: list[str]) -> None:
        if word == "help":
            self.help_command(rest)
        else:
            _Reader(self.level.levels[word], self.levels).read(rest)

    def help_command(self, words: list[str]) -> None:
        level = self.level
        for word in words:
            if word == "help" and "help" in level.subcommands:
                raise Problem("help", level, word="help")
            if word not in level.subcommands:
                raise Problem("no subcommand", level, word=word)
            level = level.levels[word]
        raise Problem("help", level, word="--help")

    def long(self, word: str, rest: list[str]) -> None:
        name, equals, attached = word[2:].partition("=")
        option = self.level.by_long.get(name)
        if option is None:
            self.settle_quietly()
            raise self.problem("unknown long", word=f"--{name}", rest=rest)
        if option.metavar is None:
            if equals:
                raise self.problem("flag value", word=attached, option=option)
            self.flag(option, "--help")
        else:
            self.begin(option, attached if equals else None)

    def short(self, word: str) -> None:
        """One letter decides: the only flags of one letter are help and version, and they end the reading."""
        option = self.level.by_short.get(word[1])
        if option is None:
            self.settle_quietly()
            raise self.problem("unknown short", word=word[:2])
        if option.metavar is None:
            self.flag(option, "-h")
        else:
            rest = word[2:]
            self.begin(option, rest.removeprefix("=") if rest else None)

    def flag(self, option: Option, spelling: str) -> None:
        self.settle()
        if option is HELP:
            raise Problem("help", self.level, word=spelling)
        if option is VERSION:
            raise Problem("version", self.level)
        self.take(option)

    def begin(self, option: Option, attached: str | None) -> None:
        self.settle()
        self.waiting = option
        self.collected = [] if attached is None else [attached]
        self.open = attached is None
        if attached is not None:
            self.settle()

    def settle(self) -> None:
        """The waiting option has all its values: take it."""
        option, self.waiting, self.open = self.waiting, None, False
        if option is None:
            return
        if not self.collected:
            raise self.problem("no value", option=option)
        self.take(option)
        values = self.values[option.long]
        for word in self.collected:
            for value in word.split(",") if option.long == "image" else (word,):
                self.check(option, value)
                values.append(value)

    def settle_quietly(self) -> None:
        """Another error is certain; what waits only counts as given or not."""
        try:
            self.settle()
        except Problem:
            return

    def take(self, option: Option) -> None:
        if option.long in self.values and not option.repeatable:
            del self.values[option.long]
            raise self.problem("twice", option=option)
        self.values.setdefault(option.long, [])

    def check(self, option: Option, value: str) -> None:
        if option.kind == CHOICE:
            if value not in option.choices:
                raise self.problem(
                    "no value" if not value else "bad value", word=value, option=option
                )
        elif option.kind == PATH:
            if not value:
                raise self.problem("no value", option=option)
        elif any("\udc80" <= letter <= "\udcff" for letter in value):
            raise self.problem("not utf-8", word=value)
        elif option.kind == NAME and not (
            value.isascii() and value.replace("-", "a").replace("_", "a").isalnum()
        ):
            raise self.problem("bad name", word=value, option=option)

    def validate(self) -> None:
        level, values = self.level, self.values
        for name in values:
            against = level.find(name).conflicts
            found = tuple(other for other in values if other in against and other != name)
            if found:
                given = tuple(other for other in values if other not in found)
                raise Problem("conflict", level, option=level.find(name), given=given, rest=found)
        missing = [name for name in level.required if name not in values]
        for name in values:
            needed = level.find(name).requires
            if (
                needed
                and needed not in values
                and not any(other in values for other in level.find(needed).conflicts)
            ):
                missing.append(needed)
        if missing:
            raise self.problem("missing", rest=missing)

    def problem(
        self,
        kind: str,
        *,
        word: str = "",
        option: Option | None = None,
        rest: list[str] | None = None,
        trailing: bool = False,
    ) -> Problem:
        return Problem(
            kind,
            self.level,
            word=word,
            option=option,
            given=tuple(self.values),
            rest=tuple(rest or ()),
            trailing=trailing,
        )
