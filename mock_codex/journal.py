"""What an invocation of the mock looked like, as the JSON text of ``schemas/journal.json``.

Runs on the play path: the text is joined by hand, because ``json`` costs more than the whole play.
Must not know files; ``shell.py`` writes the text atomically at each stage.
"""

from __future__ import annotations

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_OF_SH = ("PWD", "OLDPWD", "SHLVL", "_")


class Journal:
    """The facts of one invocation; ``shell.py`` sets them as they become known."""

    __slots__ = (
        "argv",
        "cwd",
        "end",
        "ended_ns",
        "env",
        "images",
        "pid",
        "schema",
        "signals",
        "spawned",
        "stage",
        "started_ns",
        "stdin",
        "turn",
        "wrote",
    )

    def __init__(
        self, *, pid: int, argv: list[str], env: dict[str, str], cwd: str, started_ns: int
    ) -> None:
        self.pid = pid
        self.argv = argv
        self.env = env
        self.cwd = cwd
        self.started_ns = started_ns
        self.stage = "started"
        self.stdin: bytes | None = None
        self.schema: bytes | None = None
        self.images: list[tuple[str, bool]] = []
        self.signals: list[str] = []
        self.spawned: list[int] = []
        self.turn: int | None = None
        self.wrote = 0
        self.ended_ns: int | None = None
        self.end: str | None = None

    def text(self) -> str:
        """The JSON text, ASCII only; bytes of argv that are no UTF-8 are lone surrogates."""
        env = ",".join([f"{quoted(name)}:{quoted(value)}" for name, value in self.env.items()])
        images = ",".join([f"[{quoted(path)},{_bool(there)}]" for path, there in self.images])
        return (
            f'{{"pid":{self.pid},"stage":"{self.stage}","argv":{_strings(self.argv)},"env":{{{env}}},'
            f'"cwd":{quoted(self.cwd)},"stdin":{_hex(self.stdin)},"schema":{_hex(self.schema)},'
            f'"images":[{images}],"signals":{_strings(self.signals)},'
            f'"spawned":[{",".join(map(str, self.spawned))}],"turn":{_number(self.turn)},'
            f'"wrote":{self.wrote},"started_ns":{self.started_ns},"ended_ns":{_number(self.ended_ns)},'
            f'"end":{"null" if self.end is None else quoted(self.end)}}}\n'
        )


def as_given(
    env: dict[str, str], options: dict[str, object], truth: bytes | None
) -> dict[str, str]:
    """The environment as the caller gave it, without what the start of an interpreter adds.

    In the C locale Python sets LC_CTYPE for itself (PEP 538, also when isolated). ``truth`` is what the kernel was
    given, where it can be asked; elsewhere an LC_CTYPE that stands last and alone is taken for Python's.
    ``options`` are the interpreter's ``-X``; ``sh`` says that a shell stood between.
    """
    own = {name: value for name, value in env.items() if "sh" not in options or name not in _OF_SH}
    if own.get("LC_CTYPE") in _COERCED:
        if truth is not None:
            added = not any(entry.startswith(b"LC_CTYPE=") for entry in truth.split(b"\0"))
        else:
            legacy = own.get("LANG", "C") in {"", "C", "POSIX"} and not own.get("LC_ALL")
            added = legacy and list(own)[-1] == "LC_CTYPE"
        if added:
            del own["LC_CTYPE"]
    return own


def quoted(text: str) -> str:
    """A JSON string in ASCII. The C encoder is loaded only for what is seldom."""
    if text.isascii() and text.isprintable():
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    from _json import encode_basestring_ascii

    return encode_basestring_ascii(text)


def _strings(texts: list[str]) -> str:
    return f"[{','.join([quoted(text) for text in texts])}]"


def _hex(data: bytes | None) -> str:
    return "null" if data is None else f'"{data.hex()}"'


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _bool(value: bool) -> str:  # noqa: FBT001 - a JSON value, not a switch
    return "true" if value else "false"
