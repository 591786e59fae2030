"""Expressions of GitHub Actions, as far as our workflows use them: text to a tree, a tree to a value. CORE.

Operators, their order and how values become truth, numbers and text follow GitHub's page "Evaluate expressions in
workflows and actions". What is not here (object filters, ``hashFiles``) is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from ci_local.errors import Refused

Value: TypeAlias = bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"] | None
Status: TypeAlias = Literal["success", "failure", "skipped"]
"""How what came before has ended; ``skipped``: a job that is needed did not run, so neither ``success()`` nor ``failure()``."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[!<>().,\[\]]))"
)
_INSIDE: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS: Final[Mapping[str, Value]] = {"true": True, "false": False, "null": None}
_LEVELS: Final = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
STATUS: Final = ("success", "failure", "always", "cancelled")
"""Functions that ask how the steps or jobs before have ended. Without one, ``if`` means ``success() && (...)``."""


class Open(dict[str, Value]):
    """A mapping of which a missing name is null and no mistake, such as the outputs of a step that was skipped."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, true, false or null."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A context: ``github``, ``needs``."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """``of.key`` or ``of['key']``."""

    of: Tree
    key: Tree


@dataclass(frozen=True, slots=True)
class Not:
    """``!of``."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Two:
    """``left sign right``."""

    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """``name(arguments)``."""

    name: str
    arguments: tuple[Tree, ...]


Tree: TypeAlias = Constant | Name | Part | Not | Two | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an expression sees: the contexts by name, and how what was before has ended."""

    contexts: Mapping[str, Value]
    status: Status = "success"


class _Parser:
    """Descends from the weakest operator to the strongest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0

    def whole(self) -> Tree:
        tree = self.level(0)
        if self.at < len(self.tokens):
            raise Refused(f"`{self.tokens[self.at][1]}` is too much", self.text)
        return tree

    def level(self, number: int) -> Tree:
        if number == len(_LEVELS):
            return self.single()
        tree = self.level(number + 1)
        while (sign := self.take(*_LEVELS[number])) is not None:
            tree = Two(sign, tree, self.level(number + 1))
        return tree

    def single(self) -> Tree:
        if self.take("!"):
            return Not(self.single())
        tree = self.first()
        while (sign := self.take(".", "[")) is not None:
            if sign == ".":
                tree = Part(tree, Constant(self.need("name")))
            else:
                tree = Part(tree, self.level(0))
                self.must("]")
        return tree

    def first(self) -> Tree:
        if self.take("("):
            tree = self.level(0)
            self.must(")")
            return tree
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        self.at += 1
        match kind:
            case "number":
                return Constant(float(text) if "." in text else int(text))
            case "text":
                return Constant(text.replace("''", "'"))
            case "name":
                return self.named(text)
            case _:
                raise Refused(f"`{text}` where a value is wanted", self.text)

    def named(self, name: str) -> Tree:
        if not self.take("("):
            return Constant(_WORDS[name]) if name in _WORDS else Name(name)
        arguments: list[Tree] = []
        while not self.take(")"):
            if arguments:
                self.must(",")
            arguments.append(self.level(0))
        return Call(name, tuple(arguments))

    def take(self, *signs: str) -> str | None:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "sign" and text in signs:
                self.at += 1
                return text
        return None

    def must(self, sign: str) -> None:
        if self.take(sign) is None:
            raise Refused(f"no `{sign}` where one is wanted", self.text)

    def need(self, kind: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != kind:
            raise Refused(f"no {kind} where one is wanted", self.text)
        self.at += 1
        return self.tokens[self.at - 1][1]


def parse(text: str) -> Tree:
    """The tree of an expression, without its ``${{ }}``.

    Raises:
        Refused: it is none, or uses what is not known here.
    """
    return _Parser(text).whole()


def expressions(text: str) -> tuple[str, ...]:
    """The expressions inside ``${{ }}`` of a text, in order."""
    return tuple(found[1].strip() for found in _INSIDE.finditer(text))


def condition(text: str) -> Tree:
    """The tree of an ``if``, with or without ``${{ }}``, with the ``success()`` that GitHub adds where no status is asked for."""
    inside = expressions(text)
    tree = parse(inside[0] if inside and _INSIDE.fullmatch(text.strip()) else text)
    asks = any(isinstance(one, Call) and one.name in STATUS for one in parts(tree))
    return tree if asks else Two("&&", Call("success", ()), tree)


def parts(tree: Tree) -> Iterator[Tree]:
    """The tree and every tree inside it."""
    yield tree
    match tree:
        case Constant() | Name():
            pass
        case Part(of=of, key=key):
            yield from (*parts(of), *parts(key))
        case Not(of=of):
            yield from parts(of)
        case Two(left=left, right=right):
            yield from (*parts(left), *parts(right))
        case _:
            for one in tree.arguments:
                yield from parts(one)


def evaluate(tree: Tree, scope: Scope) -> Value:
    """The value of an expression.

    Raises:
        Refused: an unknown context, function or name.
    """
    match tree:
        case Constant(value=value):
            return value
        case Name(name=name):
            if name not in scope.contexts:
                raise Refused(f"no context `{name}`", f"known: {', '.join(sorted(scope.contexts))}")
            return scope.contexts[name]
        case Part(of=of, key=key):
            return _part(evaluate(of, scope), evaluate(key, scope))
        case Not(of=of):
            return not is_true(evaluate(of, scope))
        case Two(sign="&&", left=left, right=right):
            value = evaluate(left, scope)
            return evaluate(right, scope) if is_true(value) else value
        case Two(sign="||", left=left, right=right):
            value = evaluate(left, scope)
            return value if is_true(value) else evaluate(right, scope)
        case Two(sign=sign, left=left, right=right):
            return _compare(sign, evaluate(left, scope), evaluate(right, scope))
        case _:
            arguments = [evaluate(one, scope) for one in tree.arguments]
            return _call(tree.name, arguments, scope.status)


def interpolate(text: str, scope: Scope) -> Value:
    """A text with its expressions replaced. A text that is one expression and nothing else becomes its value."""
    whole = _INSIDE.fullmatch(text.strip())
    if whole is not None and text.count("${{") == 1:
        return evaluate(parse(whole[1]), scope)
    return _INSIDE.sub(lambda found: as_text(evaluate(parse(found[1]), scope)), text)


def is_true(value: Value) -> bool:
    """False are: false, 0, the empty text and null."""
    return value not in (None, False, "") and value != 0


def as_text(value: Value) -> str:
    """A value inside a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case Mapping():
            return "Object"
        case _:
            return "Array"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    rest = text.rstrip()
    while at < len(rest):
        found = _TOKEN.match(rest, at)
        if found is None:
            raise Refused(f"`{rest[at:].strip()}` is not understood", text)
        kind = str(found.lastgroup)
        yield kind, found[kind]
        at = found.end()


def _part(value: Value, key: Value) -> Value:
    match value:
        case None:
            return None
        case Mapping() if as_text(key) in value:
            return value[as_text(key)]
        case Open():
            return None
        case Mapping():
            raise Refused(f"no `{as_text(key)}`", f"known: {', '.join(sorted(value))}")
        case list() if isinstance(key, int) and 0 <= key < len(value):
            return cast("list[Value]", value)[key]
        case _:
            raise Refused(f"{as_text(value)!r} has no part {as_text(key)!r}")


def _compare(sign: str, left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        pair: tuple[object, object] = (left.casefold(), right.casefold())
    else:
        pair = (_number(left), _number(right))
    match sign:
        case "==":
            return pair[0] == pair[1]
        case "!=":
            return pair[0] != pair[1]
        case _:
            a, b = _number(left), _number(right)
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def _number(value: Value) -> float:
    match value:
        case None | "":
            return 0
        case bool() | int() | float():
            return float(value)
        case str() if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value):
            return float(value)
        case _:
            return float("nan")


def _from_json(text: Value) -> Value:
    try:
        found: Value = json.loads(as_text(text))
    except ValueError as error:
        raise Refused(f"fromJSON of what is no JSON ({error})", as_text(text)[:200]) from error
    return found


def _contains(where: Value, what: Value) -> bool:
    if isinstance(where, list):
        return any(_compare("==", one, what) for one in where)
    return as_text(what).casefold() in as_text(where).casefold()


_FUNCTIONS: Final[Mapping[str, tuple[int, Callable[..., Value]]]] = {
    "fromJSON": (1, _from_json),
    "toJSON": (1, lambda value: json.dumps(value, indent=2)),
    "contains": (2, _contains),
    "startsWith": (
        2,
        lambda text, start: as_text(text).casefold().startswith(as_text(start).casefold()),
    ),
}


def _call(name: str, arguments: list[Value], status: Status) -> Value:
    match name, arguments:
        case "success", []:
            return status == "success"
        case "failure", []:
            return status == "failure"
        case "always", []:
            return True
        case "cancelled", []:
            return False  # who cancels this interpreter ends it
        case _ if name in _FUNCTIONS and len(arguments) == _FUNCTIONS[name][0]:
            return _FUNCTIONS[name][1](*arguments)
        case _:
            raise Refused(f"no function `{name}` of {len(arguments)} arguments")
