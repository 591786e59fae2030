"""What may differ from play to play without meaning anything, one small callable each, with its reason.

Nothing else may be hidden: each rule is counted in the ledger, and a rule that never hits is reported. A rule that
changes what it does gets a new revision, so that goldens made with the old one are known to be old.
Knows nothing of checks' meaning beyond their names. The originator's value stays: it is a declared difference.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue

TextRule: TypeAlias = Callable[[str], str]
LONG: Final = 4096
_HEAD: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What of one play the rules need: places (label -> path), the schema files its argv named, its codex' pids."""

    places: Mapping[str, str]
    schema_files: tuple[str, ...] = ()
    pids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule on text. ``checks`` are the prefixes of the checks it looks at; ``make`` binds it to a play.

    ``make`` gives None when the play has nothing that the rule could replace.
    """

    id: str
    revision: int
    checks: tuple[str, ...]
    make: Callable[[Play], TextRule | None]

    @property
    def reason(self) -> str:
        """Why it may be hidden: the first paragraph of the callable's docstring."""
        return (self.make.__doc__ or "").split("\n\n")[0].strip()


def places(play: Play) -> TextRule | None:
    """Each play has its own folders, so their paths become labels.

    Longest first, and only where a path begins and ends: ``/cell/work`` leaves ``/cell/workshop`` alone. macOS shows
    the temp folder with and without ``/private``; Windows writes either slash, doubled inside quoted text.
    """
    by_path = {path: label for label, path in play.places.items() if path}
    if not by_path:
        return None
    ordered = sorted(by_path, key=lambda path: (-len(path), path))
    labels = [by_path[path] for path in ordered]
    pattern = re.compile("|".join(f"({_path_pattern(path)})" for path in ordered))
    needles = tuple({re.split(r"[\\/]", path)[-1] for path in ordered})

    def replace(text: str) -> str:
        if not any(needle in text for needle in needles):
            return text
        return pattern.sub(lambda match: labels[cast("int", match.lastindex) - 1], text)

    return replace


def _path_pattern(path: str) -> str:
    slash = r"(?:\\\\|\\|/)" if "\\" in path else "/"
    body = slash.join(re.escape(part) for part in re.split(r"[\\/]", path))
    private = "(?:/private)?" if path.startswith("/") else ""
    return rf"(?<![\w.-]){private}{body}(?![\w-]|\.\w)"


def schema_path(play: Play) -> TextRule | None:
    """An SDK writes the output schema to a temp file of its own naming, new in each turn (PROTOCOLS.md 2.5).

    Only files below ``<TMP>`` are renamed: one that lies elsewhere ignores TMPDIR, and that is to be seen.
    """
    label = places(play)
    if label is None:
        return None
    found = {label(path) for path in play.schema_files}
    below = sorted((path for path in found if re.match(r"<TMP>[\\/]", path)), key=len, reverse=True)
    if not below:
        return None
    pattern = re.compile("|".join(re.escape(path) for path in below))
    return lambda text: pattern.sub("<TMP>/<schema>", text) if "<TMP>" in text else text


_RANDOM_NAME: Final = re.compile(
    r"(?<![^/\\])(\.?tmp|[^/\\]*[-_])"
    r"(?:[A-Za-z0-9]{6}|[a-z0-9_]{8}|[0-9]{5,10}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?![^./\\])"
)


def leftover_name(_play: Play) -> TextRule | None:
    """Temp files end in random letters, new in each play.

    6 letters from mkdtemp of Node, libc and Rust, 8 from Python's tempfile, up to 10 digits from Go, or a UUID. What
    this hides: two leftovers whose names differ in nothing but such a last part count as one name.
    """
    return lambda text: _RANDOM_NAME.sub(r"\1<random>", text)


def pid(play: Play) -> TextRule | None:
    """The number of a codex process is new in each play; some SDKs put it into their messages."""
    if not play.pids:
        return None
    numbers = "|".join(str(number) for number in sorted(play.pids))
    pattern = re.compile(rf"(?i)\b(pid|process)([ =:#(]{{1,2}})(?:{numbers})\b")
    return lambda text: pattern.sub(r"\1\2<pid>", text)


_STACK_LINE: Final = re.compile(
    r"\n[ \t]+at [^\n]*(?:node:internal|file://|\.[cm]?[jt]s:\d+)[^\n]*"
)


def stack(_play: Play) -> TextRule | None:
    """Frames of JavaScript in a message name files and lines of the runtime, which change with its version."""
    return lambda text: _STACK_LINE.sub("", text) if "\n" in text else text


_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")


def address(_play: Play) -> TextRule | None:
    """Addresses of objects (``<Foo object at 0x7f...>``) are new in each process."""
    return lambda text: _ADDRESS.sub("<address>", text) if "0x" in text else text


TEXT_RULES: Final[tuple[Rule, ...]] = (
    Rule(id="places", revision=1, checks=("",), make=places),
    Rule(id="schema_path", revision=1, checks=("",), make=schema_path),
    Rule(id="leftover_name", revision=1, checks=("lifecycle.files",), make=leftover_name),
    Rule(id="pid", revision=1, checks=("surfaced.error",), make=pid),
    Rule(id="stack", revision=1, checks=("surfaced.error",), make=stack),
    Rule(id="address", revision=1, checks=("surfaced.error",), make=address),
)
"""In the order in which they work: ``schema_path`` reads what ``places`` wrote."""


def long_text(text: str) -> dict[str, JsonValue]:
    """A text of more than 4096 characters stands as its length, hash and head, so that goldens stay small.

    Equality is kept: the hash is over the UTF-8 of the whole text (lone surrogates as they are).
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"$text": {"length": len(text), "sha256": digest, "head": text[:_HEAD]}}


def long_key(text: str) -> str:
    """:func:`long_text` for the key of an object."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"$text:{len(text)}:{digest}"


# fmt: off
_SET_BY_STARTING: Final = frozenset({
    # macOS: CoreFoundation, in every process that loads it.
    "__CF_USER_TEXT_ENCODING",
    # A POSIX shell, when `codex` is started through one.
    "PWD", "OLDPWD", "SHLVL", "_",
    # Windows: names that libuv's uv_spawn adds to any environment; PATH and TEMP stay, they mean something.
    "HOMEDRIVE", "HOMEPATH", "LOGONSERVER", "SYSTEMDRIVE", "SYSTEMROOT",
    "USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR",
})
# fmt: on
_COERCED_LOCALE: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def env_start(name: str, change: JsonValue) -> bool:
    """Whether a change of the environment is what starting a process does by itself, not what the SDK asked for.

    Only values that were set: a name that is gone was taken away by somebody. ``LC_CTYPE`` is set by a Python that
    coerces the C locale (PEP 538), to one of three values.
    """
    if not isinstance(change, dict):
        return False
    if name == "LC_CTYPE":
        return change.get("set") in _COERCED_LOCALE
    return name.upper() in _SET_BY_STARTING


ORIGINATOR: Final = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE"
OWN_NAME: Final[dict[str, JsonValue]] = {"set": "<own name>"}


def own_name(name: str, change: JsonValue) -> bool:
    """Whether a change of the environment is a client saying who it is (PROTOCOLS.md 2.4).

    Each client has a name of its own by design; that it sets one, and that it keeps one it was given, still shows.
    """
    return name == ORIGINATOR and isinstance(change, dict) and bool(change.get("set"))


OTHER_RULES: Final[tuple[tuple[str, int], ...]] = (
    ("long_text", 1),
    ("env_start", 1),
    ("own_name", 1),
)
"""Rules that are no plain text replacement, as (id, revision)."""
