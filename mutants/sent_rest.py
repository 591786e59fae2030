"""Mutants that give codex the wrong prompt, folder, schema or images, or start it once too often."""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.client import process
from harness.client.options import TurnOptions
from harness.client.process import Child
from harness.client.thread import Input
from mutants.wrong import Change, Mutant, Passing

_PLAIN: Final = "exec.items.agent-message"
_EXACT: Final = "exec.input.exact-text"


# -- stdin


def _texts(prompt: Input) -> list[str]:
    if isinstance(prompt, str):
        return [prompt]
    return [part["text"] for part in prompt if part["type"] == "text"]


def _images(prompt: Input) -> list[Mapping[str, str]]:
    return (
        []
        if isinstance(prompt, str)
        else [part for part in prompt if part["type"] == "local_image"]
    )


def _with_text(prompt: Input, text: str) -> Input:
    return text if isinstance(prompt, str) else [{"type": "text", "text": text}, *_images(prompt)]


class _OpenStdin(Passing):
    async def close_stdin(self) -> None:
        """Leave it open."""


async def _prompt_as_argument(argv: list[str], env: dict[str, str]) -> Child:
    return await process.start([*argv, "Answer."], env=env)


def _stdin(name: str, sentence: str, scenario: str, change: Change) -> Mutant:
    return Mutant(
        name=name, sentence=sentence, scenario=scenario, check="sent.stdin", change=change
    )


_STDIN: Final = (
    _stdin(
        "trims_prompt",
        "Cuts white space off the ends of the prompt.",
        _EXACT,
        Change(stdin=lambda data: data.strip()),
    ),
    _stdin(
        "changes_line_ends",
        "Makes CR LF of LF in the prompt, as a text stream on Windows does.",
        _EXACT,
        Change(stdin=lambda data: data.replace(b"\n", b"\r\n")),
    ),
    _stdin(
        "adds_line_end",
        "Ends the prompt with a line feed.",
        _PLAIN,
        Change(stdin=lambda data: data + b"\n"),
    ),
    _stdin(
        "composes_letters",
        "Normalises the prompt to NFC, so that combining letters become others.",
        _EXACT,
        Change(stdin=lambda data: unicodedata.normalize("NFC", data.decode()).encode()),
    ),
    _stdin(
        "writes_latin",
        "Writes the prompt as Latin-1 and a question mark for every other letter.",
        _EXACT,
        Change(stdin=lambda data: data.decode().encode("latin-1", "replace")),
    ),
    _stdin(
        "sends_byte_order_mark",
        "Puts a byte order mark before the prompt.",
        _PLAIN,
        Change(stdin=lambda data: b"\xef\xbb\xbf" + data),
    ),
    _stdin(
        "sends_first_word",
        "Sends the prompt up to its first space.",
        _PLAIN,
        Change(stdin=lambda data: data.split(b" ")[0]),
    ),
    _stdin(
        "joins_with_one_line_end",
        "Joins text parts with one line feed instead of two.",
        "exec.input.texts-joined",
        Change(prompt=lambda prompt: _with_text(prompt, "\n".join(_texts(prompt)))),
    ),
    _stdin(
        "sends_first_text_only",
        "Sends the first of several text parts.",
        "exec.input.texts-joined",
        Change(prompt=lambda prompt: _with_text(prompt, "".join(_texts(prompt)[:1]))),
    ),
    Mutant(
        name="adds_prompt_argument",
        sentence="Gives codex a prompt as argument beside the one on stdin.",
        scenario=_PLAIN,
        check="sent.argv",
        path="prompt",
        change=Change(start=_prompt_as_argument),
    ),
    Mutant(
        name="leaves_stdin_open",
        sentence="Does not close stdin, so that codex waits for the rest of the prompt.",
        scenario=_PLAIN,
        check="lifecycle.host",
        scope=f"{_PLAIN},exec.input.exact-text",
        change=Change(child=_OpenStdin),
    ),
)


# -- folder, schema, images, invocations


def _folder_of(argv: Sequence[str]) -> str | None:
    folder = argv[argv.index("--cd") + 1] if "--cd" in argv else None
    return folder if folder and Path(folder).is_dir() else None


async def _start_in_folder(argv: list[str], env: dict[str, str]) -> Child:
    return await process.start(argv, env=env, cwd=_folder_of(argv))


async def _start_in_temp(argv: list[str], env: dict[str, str]) -> Child:
    return await process.start(argv, env=env, cwd=str(Path(tempfile.gettempdir()).parent))


def _schema_path(argv: Sequence[str]) -> Path | None:
    return Path(argv[argv.index("--output-schema") + 1]) if "--output-schema" in argv else None


def _remove_schema(argv: list[str]) -> list[str]:
    if (path := _schema_path(argv)) is not None:
        path.unlink()
    return argv


def _inline_schema(argv: list[str]) -> list[str]:
    path = _schema_path(argv)
    if path is None:
        return argv
    return [path.read_text("utf-8") if word == str(path) else word for word in argv]


def _strict(options: TurnOptions) -> TurnOptions:
    """What a helpful client does to a schema: nothing may be left out."""
    schema = options.output_schema
    if not isinstance(schema, dict):
        return options
    return replace(
        options, output_schema={**schema, "required": [*schema.get("properties", {})][:1]}
    )


def _no_empty_schema(options: TurnOptions) -> TurnOptions:
    return replace(options, output_schema=options.output_schema or None)


def _stringified(options: TurnOptions) -> TurnOptions:
    schema = options.output_schema
    return (
        replace(options, output_schema={"schema": schema})
        if isinstance(schema, str | list)
        else options
    )


def _images_reversed(prompt: Input) -> Input:
    if isinstance(prompt, str):
        return prompt
    rest = [part for part in prompt if part["type"] != "local_image"]
    return [*rest, *reversed(_images(prompt))]


def _one_image(prompt: Input) -> Input:
    if isinstance(prompt, str):
        return prompt
    rest = [part for part in prompt if part["type"] != "local_image"]
    return [*rest, *_images(prompt)[:1]]


def _copied(prompt: Input) -> Input:
    """Images are copied into the temp folder, which stays."""
    if isinstance(prompt, str) or not _images(prompt):
        return prompt
    folder = tempfile.mkdtemp(prefix="images-")
    return [
        {**part, "path": shutil.copy(part["path"], folder)}
        if part["type"] == "local_image" and Path(part["path"]).is_file()
        else part
        for part in prompt
    ]


def _existing_images(prompt: Input) -> Input:
    if isinstance(prompt, str):
        return prompt
    return [
        part for part in prompt if part["type"] != "local_image" or Path(part["path"]).is_file()
    ]


async def _ask_version(argv: list[str], env: dict[str, str]) -> Child:
    await process.run([argv[0], "--version"], env=env, timeout_s=10)
    return await process.start(argv, env=env)


async def _try_twice(argv: list[str], env: dict[str, str]) -> Child:
    await process.run(argv, env=env, stdin=b"try", timeout_s=10)
    return await process.start(argv, env=env)


def _never_cancelled(options: TurnOptions) -> TurnOptions:
    cancelled = options.cancel is not None and options.cancel.cancelled
    return replace(options, cancel=None) if cancelled else options


_REST: Final = (
    Mutant(
        name="changes_folder",
        sentence="Starts codex in the working directory besides saying `--cd`.",
        scenario="exec.options.directories",
        check="sent.cwd",
        needs=("thread.working_directory",),
        change=Change(start=_start_in_folder),
    ),
    Mutant(
        name="starts_elsewhere",
        sentence="Starts codex in a folder of its own.",
        scenario=_PLAIN,
        check="sent.cwd",
        change=Change(start=_start_in_temp),
    ),
    Mutant(
        name="removes_schema_early",
        sentence="Removes the schema file before codex has read it.",
        scenario="exec.options.output-schema",
        check="sent.schema",
        needs=("turn.output_schema",),
        change=Change(argv=_remove_schema),
    ),
    Mutant(
        name="sends_schema_inline",
        sentence="Gives codex the schema itself where a path is wanted.",
        scenario="exec.options.output-schema",
        check="sent.schema",
        needs=("turn.output_schema",),
        change=Change(argv=_inline_schema),
    ),
    Mutant(
        name="changes_schema",
        sentence="Makes another member of the schema required than its user did.",
        scenario="exec.options.output-schema",
        check="sent.schema",
        path="required",
        needs=("turn.output_schema",),
        change=Change(turn=_strict),
    ),
    Mutant(
        name="drops_empty_schema",
        sentence="Takes an empty schema for none.",
        scenario="exec.options.output-schema-empty",
        check="sent.schema",
        needs=("turn.output_schema",),
        change=Change(turn=_no_empty_schema),
    ),
    Mutant(
        name="takes_any_schema",
        sentence="Wraps a schema that is no object instead of refusing it.",
        scenario="exec.options.output-schema-array",
        check="surfaced.error",
        needs=("turn.output_schema",),
        change=Change(turn=_stringified),
    ),
    Mutant(
        name="reverses_images",
        sentence="Sends the images in reverse.",
        scenario="exec.input.images-several",
        check="sent.images",
        needs=("images",),
        change=Change(prompt=_images_reversed),
    ),
    Mutant(
        name="sends_one_image",
        sentence="Sends the first of several images.",
        scenario="exec.input.images-several",
        check="sent.images",
        needs=("images",),
        change=Change(prompt=_one_image),
    ),
    Mutant(
        name="copies_images",
        sentence="Copies images into a temp folder and leaves it there.",
        scenario="exec.input.image",
        check="sent.images",
        needs=("images",),
        change=Change(prompt=_copied),
    ),
    Mutant(
        name="skips_missing_images",
        sentence="Leaves out an image that is not there, silently.",
        scenario="exec.input.image-missing",
        check="sent.images",
        needs=("images",),
        change=Change(prompt=_existing_images),
    ),
    Mutant(
        name="asks_version_first",
        sentence="Asks codex for its version before every turn.",
        scenario=_PLAIN,
        check="sent.invocations",
        change=Change(start=_ask_version),
    ),
    Mutant(
        name="runs_turn_twice",
        sentence="Runs every turn once for itself before it runs it for its user.",
        scenario="exec.process.exit-2-no-events",
        check="sent.invocations",
        scope="exec.options.*,exec.process.exit-2-no-events",
        change=Change(start=_try_twice),
    ),
    Mutant(
        name="forgets_early_cancel",
        sentence="Plays a turn that was cancelled before it began.",
        scenario="exec.cancel.before-start",
        check="lifecycle.host",
        needs=("cancel_before_start",),
        change=Change(turn=_never_cancelled),
    ),
)

MUTANTS: Final[tuple[Mutant, ...]] = (*_STDIN, *_REST)
