"""The one line reader of the project: bytes in, complete lines out.

Why one: JSONL that real codex writes holds U+2028, U+2029 and U+0085 raw inside its strings, and every convenient splitter
(``str.splitlines``, text mode files) cuts there. A line ends at LF and nowhere else; one CR before it belongs to the line
end. There is no limit of length: a command's whole output stands in one line.

Node's ``readline``, which the official TypeScript SDK uses, also ends a line at a lone CR (measured on 20.20.2; it does
not split at U+2028) and drops an incomplete character at the end of the stream. JSON allows CR between tokens, so this
reader does not follow it.

It must not know what is on a line.
"""

from __future__ import annotations


class LineReader:
    """Splits a stream of bytes at LF, holding what is not complete yet.

    Law: any bytes give the same lines whole, byte by byte and in any other cut. Work is linear in the bytes fed: each is
    searched once, and the pieces of a long line are held as they came and joined once.
    """

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def __repr__(self) -> str:
        return f"LineReader(held={sum(map(len, self._held))})"

    @property
    def held(self) -> tuple[bytes, ...]:
        """The pieces of the line that has not ended yet, as they were fed."""
        return tuple(self._held)

    def feed(self, data: bytes) -> list[str]:
        """Take the next bytes of the stream; returns the lines that they complete, without their line ends.

        Bytes that are not UTF-8 become U+FFFD, as many as the WHATWG decoder (and so Node) gives.
        """
        if b"\n" not in data:
            if data:
                self._held.append(data)
            return []
        first, *rest = data.split(b"\n")
        self._held.append(first)
        lines = [_text(b"".join(self._held)), *map(_text, rest[:-1])]
        self._held = [rest[-1]] if rest[-1] else []
        return lines

    def eof(self) -> list[str]:
        """The stream has ended; returns the last line if it had no line end, else nothing."""
        held, self._held = self._held, []
        return [_text(b"".join(held))] if held else []


def lines_of(data: bytes) -> list[str]:
    """All lines of a finished stream, such as a file that has been read whole."""
    reader = LineReader()
    return [*reader.feed(data), *reader.eof()]


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")
