"""What a subject is, what its driver says of itself, and how a play of it can end.

A subject is a folder with ``subject.toml`` (form: ``schemas/subject.json``), a driver and its pins; ``subjects/README.md``
of the folder tells a person the rest::

    name = "openai-typescript"                             # reports and baselines are filed under it
    sdk = "@openai/codex-sdk"                              # what the driver's hello must say too
    version = "0.163.0"
    language = "TypeScript"
    runtime = "node"                                       # node | python | go | rust | dotnet | elixir | none
    runtime_min = "18"
    get = "Install Node.js 18 or newer."                   # shown when the runtime is missing
    command = ["{runtime}", "{here}/driver.mjs", "{env}"]  # argv; {python} is the harness' own Python
    isolation = "shared"                                   # process: a new driver for each play
    default = true                                         # false: only played when it is named

    [install]
    kind = "npm"                                           # npm | pip; go | cargo | dotnet | mix build the driver
    pins = "package-lock.json"

    [[errors]]                                             # first row that fits wins; none: `other`
    kind = "exec_exited"
    class = "Error"
    message = '^Codex Exec exited with '                   # searched for; absent: any message

This module judges nothing, starts nothing, and knows no driver's language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias, cast

from harness.errors import SubjectInvalid
from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.subjects.matrix import family_of
from harness.wire.schemas import SchemaSet

JsonObject: TypeAlias = dict[str, JsonValue]
OnMessage: TypeAlias = Callable[[JsonObject], Awaitable[None]]

FILE: Final = "subject.toml"
PINS: Final = "pins"
"""The folder in a subject's folder with one folder of pins for each version that is not the pinned one."""

PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
"""What is replaced in a subject's ``command``; group 1 is one of ``PLACEHOLDERS``."""

PLACEHOLDERS: Final = ("env", "here", "python", "runtime")
Runtime: TypeAlias = Literal["node", "python", "go", "rust", "dotnet", "elixir", "none"]
InstallKind: TypeAlias = Literal["npm", "pip", "go", "cargo", "dotnet", "mix"]
_NO_PROGRAM: Final = ("none", "go", "rust")
"""Runtimes without a program that runs a driver: what is built runs by itself."""

_HINT: Final = "The form of subject.toml is in schemas/subject.json."


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """How the SDK gets onto a machine: the packager and the file in the subject's folder that pins every package."""

    kind: InstallKind
    pins: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """One class of the SDK's errors in our words; ``message`` is searched for, None fits any."""

    kind: str
    name: str
    message: re.Pattern[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A client at a version on a runtime. ``folder`` is where its ``subject.toml`` lies.

    ``name`` is how this cell is written (``matrix.py``): the name of ``subject.toml``, with version and runtime where they
    were asked for. ``pinned`` is the version of ``subject.toml`` (empty: ``version``), ``on`` the runtime that was asked for
    (None: the machine's own), ``runtime_pins`` the folder with that runtime's pins, where it has any. ``given`` is what a
    person wrote for a subject that is not in ``subjects/``: a path, by which alone it is found again.
    """

    name: str
    sdk: str
    version: str
    language: str
    runtime: Runtime
    command: tuple[str, ...]
    folder: Path
    runtime_min: tuple[int, ...] = ()
    get: str | None = None
    isolation: Literal["shared", "process"] = "shared"
    default: bool = True
    install: Install | None = None
    errors: tuple[ErrorRow, ...] = ()
    pinned: str = ""
    on: str | None = None
    runtime_pins: Path | None = None
    given: str | None = None

    @property
    def family(self) -> str:
        """The name of ``subject.toml``: baselines are filed under it, environments begin with it."""
        return family_of(self.name)

    @property
    def pins_folder(self) -> Path:
        """Where the pins of this version lie: beside ``subject.toml`` for the pinned version, else in ``pins/VERSION``."""
        return self.folder if self.is_pinned else self.folder / PINS / self.version

    @property
    def is_pinned(self) -> bool:
        """Whether this is the version of ``subject.toml``."""
        return self.pinned in ("", self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What a driver says of itself (``schemas/driver.json``, hello)."""

    sdk: str
    version: str
    language: str
    runtime: str
    capabilities: frozenset[str]
    cannot_express: frozenset[str]

    @classmethod
    def from_message(cls, message: Mapping[str, JsonValue]) -> Hello:
        """Make it of a hello message that fits the schema."""
        return cls(
            sdk=cast("str", message["sdk"]),
            version=cast("str", message["version"]),
            language=cast("str", message["language"]),
            runtime=cast("str", message["runtime"]),
            capabilities=frozenset(cast("list[str]", message["capabilities"])),
            cannot_express=frozenset(cast("list[str]", message["cannot_express"])),
        )


@dataclass(frozen=True, slots=True)
class Done:
    """The driver played all steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The driver says that its SDK cannot do this, and perhaps where that is known."""

    reason: str
    issue: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverBroke:
    """The driver said what the driver protocol does not allow: a verdict on the driver, never on its SDK."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCrashed:
    """The driver's process ended in the middle of a play: exit status (negative: signal) and the end of its stderr."""

    returncode: int
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHung:
    """The play was not over when its time was."""

    seconds: float


PlayEnd: TypeAlias = Done | NotApplicable | DriverBroke | HostCrashed | HostHung


class Session(Protocol):
    """One driver that was asked to say hello and plays one run at a time.

    Implemented by ``driver.DriverSession`` (a process) and, for tests, in memory (``tests/subjects/memory.py``).
    """

    @property
    def usable(self) -> bool:
        """Whether another run may be asked for: no run has broken, crashed or hung this session."""
        ...

    async def run(self, request: JsonObject, on_message: OnMessage, deadline_s: float) -> PlayEnd:
        """Play once. ``request`` has ``codex``, ``client`` and ``steps`` of an ``op_run`` (``schemas/driver.json``).

        Each message is handed to ``on_message`` (gate, event, outcome, thread_id); a gate is opened when that returns.
        """
        ...

    async def cancel(self) -> None:
        """Ask for the turn that runs to be cancelled; without one, nothing happens."""
        ...

    async def close(self) -> None:
        """End the session; closing twice is no error."""
        ...


def classify(subject: Subject, error: Mapping[str, JsonValue]) -> str:
    """The kind of an error as a driver reported it (``schemas/driver.json``, error): first row that fits, else ``other``."""
    name, message = error["class"], cast("str", error["message"])
    for row in subject.errors:
        if row.name == name and (row.message is None or row.message.search(message)):
            return row.kind
    return "other"


def load_subject(path: Path, schemas: SchemaSet | None = None) -> Subject:
    """Read a subject.

    Args:
        path: its folder, or a ``.toml`` file in it.
        schemas: the contracts; None: those of the project around ``path``.

    Raises:
        SubjectInvalid: the file is missing, not TOML, does not fit its form, or contradicts itself.
    """
    file = (path if path.suffix == ".toml" else path / FILE).resolve()
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SubjectInvalid(
            f"cannot read the subject ({error})",
            where=str(file),
            hint=f"A subject is a folder with {FILE}.",
        ) from error
    return parse_subject(text, file, schemas or load_schemas(find_root(file.parent)))


def parse_subject(text: str, file: Path, schemas: SchemaSet) -> Subject:
    """Make a subject of the text of ``file``, which need not exist; its folder becomes the subject's.

    Raises:
        SubjectInvalid: see ``load_subject``.
    """
    try:
        document = cast("JsonObject", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SubjectInvalid(f"not TOML: {error}", where=str(file), hint=_HINT) from error
    problem = schemas.first_problem("subject", document)
    if problem is not None:
        raise SubjectInvalid(problem.message, where=f"{file} {problem.path}", hint=_HINT)
    command = tuple(cast("list[str]", document["command"]))
    install = cast("JsonObject | None", document.get("install"))
    allowed = set(PLACEHOLDERS) - ({"env"} if install is None else set())
    _refuse_placeholders(
        command, file, allowed - ({"runtime"} if document["runtime"] in _NO_PROGRAM else set())
    )
    return Subject(
        name=cast("str", document["name"]),
        sdk=cast("str", document["sdk"]),
        version=cast("str", document["version"]),
        language=cast("str", document["language"]),
        runtime=cast("Runtime", document["runtime"]),
        command=command,
        folder=file.parent,
        runtime_min=version_of(cast("str", document.get("runtime_min", ""))),
        get=cast("str | None", document.get("get")),
        isolation=cast('Literal["shared", "process"]', document.get("isolation", "shared")),
        default=cast("bool", document.get("default", True)),
        install=None if install is None else _install(install, file),
        errors=tuple(_rows(cast("list[dict[str, str]]", document.get("errors", [])), file)),
    )


def version_of(text: str) -> tuple[int, ...]:
    """The first dotted number in a text: ``node 20.20.2`` -> (20, 20, 2); no number -> ()."""
    found = re.search(r"\d+(\.\d+)*", text)
    return () if found is None else tuple(map(int, found.group().split(".")))


def _refuse_placeholders(command: tuple[str, ...], file: Path, allowed: set[str]) -> None:
    for index, word in enumerate(command):
        for name in cast("list[str]", PLACEHOLDER.findall(word)):
            if name not in allowed:
                known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
                raise SubjectInvalid(
                    f"placeholder {{{name}}} stands for nothing here",
                    where=f"{file} $.command[{index}]",
                    hint=f"Here there is {known}; {{env}} needs an [install], {{runtime}} a runtime.",
                )


def _install(table: JsonObject, file: Path) -> Install:
    pins = cast("str", table["pins"])
    if not (file.parent / pins).is_file():
        raise SubjectInvalid(f"no pin file `{pins}`", where=f"{file} $.install.pins", hint=_HINT)
    return Install(kind=cast("InstallKind", table["kind"]), pins=pins)


def _rows(rows: list[dict[str, str]], file: Path) -> list[ErrorRow]:
    made = []
    for index, row in enumerate(rows):
        try:
            message = re.compile(row["message"]) if "message" in row else None
        except re.error as error:
            raise SubjectInvalid(
                f"not a regular expression: {error}",
                where=f"{file} $.errors[{index}].message",
                hint=_HINT,
            ) from error
        made.append(ErrorRow(kind=row["kind"], name=row["class"], message=message))
    return made
