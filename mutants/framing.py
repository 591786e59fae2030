"""Mutants that read the bytes of codex wrongly."""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Final, cast

from harness.client.process import Child
from harness.wire import jsontext
from mutants.wrong import Change, Chunks, Mutant, Passing

_LIMIT: Final = 1 << 16


def _chunk_by_chunk(change: Callable[[bytes], bytes]) -> Callable[[Chunks], Chunks]:
    async def changed(chunks: Chunks) -> AsyncGenerator[bytes, None]:
        async for data in chunks:
            yield change(data) or b"\n"

    return changed


def _line_by_line(change: Callable[[bytes], Iterable[bytes]]) -> Callable[[Chunks], Chunks]:
    """Change whole lines, with their line end; the last one may have none."""

    async def changed(chunks: Chunks) -> AsyncGenerator[bytes, None]:
        held = b""
        async for data in chunks:
            *lines, held = (held + data).split(b"\n")
            for line in lines:
                for one in change(line + b"\n"):
                    yield one
        if held:
            for one in change(held):
                yield one

    return changed


def _unless(bad: Callable[[bytes], bool]) -> Callable[[bytes], Iterable[bytes]]:
    return lambda line: () if bad(line) else (line,)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _limited(line: bytes) -> Iterable[bytes]:
    if len(line) > _LIMIT:
        raise ValueError("Separator is found, but chunk is longer than limit")
    yield line


def _cut(line: bytes) -> Iterable[bytes]:
    yield line[:_LIMIT]
    if len(line) > _LIMIT:
        yield b"\n"


def _strict(line: bytes) -> Iterable[bytes]:
    yield line.decode("utf-8").encode()


async def _ignoring(chunks: Chunks) -> AsyncGenerator[bytes, None]:
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    async for data in chunks:
        if text := decoder.decode(data):
            yield text.encode()


class _Mixed(Passing):
    """stderr is read as if it were stdout, as with ``2>&1``."""

    async def read(self) -> bytes:
        data = await self.child.read()
        if data:
            return data
        await self.child.wait()
        said, self.said = self.child.stderr[self.told :], True
        self.told = len(self.child.stderr)
        return said

    said = False
    told = 0


class _Deaf(Passing):
    """Never reads stderr, so that codex stops where the pipe is full."""

    def __init__(self, child: Child) -> None:
        super().__init__(child)
        stderr = child._transport.get_pipe_transport(2)
        cast("asyncio.ReadTransport", stderr).pause_reading()


def _first_key_wins() -> None:
    whole = json.loads

    def loads(line: str, **hooks: object) -> object:
        hooks["object_pairs_hook"] = lambda pairs: dict(reversed(pairs))
        return whole(line, **hooks)  # type: ignore[arg-type]

    jsontext.json = type("json", (), {"loads": staticmethod(loads), "dumps": json.dumps})  # type: ignore[assignment, attr-defined]


def _mutant(name: str, sentence: str, scenario: str, check: str, change: Change) -> Mutant:
    return Mutant(name=name, sentence=sentence, scenario=scenario, check=check, change=change)


MUTANTS: Final[tuple[Mutant, ...]] = (
    _mutant(
        "cuts_at_line_separator",
        "Splits lines where `str.splitlines()` does, so at U+2028 too.",
        "exec.framing.line-separators-raw",
        "surfaced.outcome",
        Change(stdout=_chunk_by_chunk(lambda data: data.replace("\u2028".encode(), b"\n"))),
    ),
    _mutant(
        "decodes_chunks",
        "Decodes each chunk on its own, so that a character cut in two is lost.",
        "exec.framing.split-utf8",
        "surfaced.events",
        Change(stdout=_chunk_by_chunk(lambda data: data.decode("utf-8", "replace").encode())),
    ),
    _mutant(
        "ignores_bad_bytes",
        "Leaves out bytes that are not UTF-8.",
        "exec.framing.invalid-utf8",
        "surfaced.events",
        Change(stdout=_ignoring),
    ),
    _mutant(
        "refuses_bad_bytes",
        "Fails at bytes that are not UTF-8.",
        "exec.framing.invalid-utf8",
        "surfaced.outcome",
        Change(stdout=_line_by_line(_strict)),
    ),
    _mutant(
        "reads_latin",
        "Reads codex' output as Latin-1.",
        "exec.framing.split-utf8",
        "surfaced.events",
        Change(stdout=_chunk_by_chunk(lambda data: data.decode("latin-1").encode())),
    ),
    _mutant(
        "drops_control_characters",
        "Takes escaped control characters out of texts.",
        "exec.framing.other-separators-raw",
        "surfaced.events",
        Change(stdout=_chunk_by_chunk(lambda data: data.replace(b"\\u001c", b""))),
    ),
    _mutant(
        "refuses_long_lines",
        "Has a limit of 64 KiB for a line, as asyncio's reader has.",
        "exec.framing.line-1mib",
        "surfaced.outcome",
        Change(stdout=_line_by_line(_limited)),
    ),
    _mutant(
        "cuts_long_lines",
        "Cuts a line at 64 KiB.",
        "exec.framing.line-1mib",
        "surfaced.outcome",
        Change(stdout=_line_by_line(_cut)),
    ),
    _mutant(
        "wants_final_newline",
        "Loses a last line without a line end.",
        "exec.framing.no-final-newline",
        "surfaced.events",
        Change(stdout=_line_by_line(_unless(lambda line: not line.endswith(b"\n")))),
    ),
    _mutant(
        "forgives_cut_line",
        "Takes a last line that was cut for nothing.",
        "exec.framing.cut-last-line",
        "surfaced.outcome",
        Change(
            stdout=_line_by_line(
                _unless(lambda line: not line.endswith(b"\n") and not _is_json(line))
            )
        ),
    ),
    _mutant(
        "skips_blank_lines",
        "Leaves out blank lines, where the official SDK fails.",
        "exec.framing.blank-line",
        "surfaced.outcome",
        Change(stdout=_line_by_line(_unless(lambda line: not line.strip()))),
    ),
    _mutant(
        "skips_bad_lines",
        "Leaves out lines that are not JSON.",
        "exec.framing.malformed-line",
        "surfaced.outcome",
        Change(stdout=_line_by_line(_unless(lambda line: not _is_json(line)))),
    ),
    _mutant(
        "refuses_space",
        "Takes a line that does not begin with a brace for no event.",
        "exec.framing.space-around-json",
        "surfaced.events",
        Change(stdout=_line_by_line(_unless(lambda line: line[:1] == b" "))),
    ),
    _mutant(
        "wants_line_feed_only",
        "Takes a line that ends with CR LF for a bad one.",
        "exec.framing.crlf",
        "surfaced.outcome",
        Change(stdout=_chunk_by_chunk(lambda data: data.replace(b"\r\n", b"\\r\n"))),
    ),
    _mutant(
        "reads_first_key",
        "Takes the first of two equal keys.",
        "exec.framing.duplicate-key",
        "surfaced.events",
        Change(install=_first_key_wins),
    ),
    _mutant(
        "mixes_stderr_in",
        "Reads stderr as if it were stdout.",
        "exec.process.stderr-noise",
        "surfaced.outcome",
        Change(child=_Mixed),
    ),
    Mutant(
        name="never_reads_stderr",
        sentence="Does not read stderr, so that codex stops when the pipe is full.",
        scenario="exec.process.stderr-flood",
        check="lifecycle.host",
        scope="exec.process.*",
        change=Change(child=_Deaf),
    ),
)
