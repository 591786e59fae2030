"""What an invocation of the mock looked like, as the JSON text of ``schemas/journal.json``.

Runs on the play path: the text is joined by hand, because ``json`` costs more than the whole play.
Must not know files; ``shell.py`` writes the text atomically at each stage.

No secret of the environment is written down: the value of a variable whose name says that it is one becomes
``<secret sha256:...>`` wherever it stands, so who knows the value can tell that it was there, and nobody else can read it.
``removed`` says of which variable and how often. A key that is in no variable is not known here.
"""

from __future__ import annotations

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_SECRETS = (
    "API_KEY", "APIKEY", "ACCESS_KEY", "ACCESSKEY", "PRIVATE_KEY", "PRIVATEKEY", "TOKEN", "SECRET", "PASSWORD",
    "PASSWD", "CREDENTIAL", "CREDENTIALS",
)  # fmt: skip
_SHORTEST = 8
_OF_SH = ("PWD", "OLDPWD", "SHLVL", "_")


class Journal:
    """The facts of one invocation; ``shell.py`` sets them as they become known."""

    __slots__ = (
        "_labels",
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
        self._labels = _labels_of(env)

    def text(self) -> str:
        """The JSON text, ASCII only; bytes of argv that are no UTF-8 are lone surrogates."""
        clean = _Cleaner(self._labels)
        text, data = clean.text, clean.data
        env = ",".join(
            [f"{quoted(name)}:{quoted(clean.whole(value))}" for name, value in self.env.items()]
        )
        images = ",".join([f"[{quoted(text(path))},{_bool(there)}]" for path, there in self.images])
        argv = _strings([text(word) for word in self.argv])
        head = (
            f'{{"pid":{self.pid},"stage":"{self.stage}","argv":{argv},"env":{{{env}}},'
            f'"cwd":{quoted(text(self.cwd))},"stdin":{_hex(data(self.stdin))},"schema":{_hex(data(self.schema))},'
        )
        return (
            f'{head}"images":[{images}],"signals":{_strings(self.signals)},'
            f'"spawned":[{",".join(map(str, self.spawned))}],"turn":{_number(self.turn)},'
            f'"wrote":{self.wrote},"started_ns":{self.started_ns},"ended_ns":{_number(self.ended_ns)},'
            f'"end":{"null" if self.end is None else quoted(self.end)}{clean.account()}}}\n'
        )


class _Cleaner:
    """Puts labels in the place of secrets while one text of a journal is made, and counts."""

    __slots__ = ("_labels", "_removed")

    def __init__(self, labels: dict[str, tuple[str, str]]) -> None:
        self._labels = labels
        self._removed: dict[str, int] = {}

    def whole(self, value: str) -> str:
        """A value of the environment: a secret of any length, or a text."""
        if value in self._labels:
            name, label = self._labels[value]
            self._removed[name] = self._removed.get(name, 0) + 1
            return label
        return self.text(value)

    def text(self, text: str) -> str:
        """A text in which a secret may stand."""
        for secret, (name, label) in self._labels.items():
            if len(secret) >= _SHORTEST and secret in text:
                self._removed[name] = self._removed.get(name, 0) + text.count(secret)
                text = text.replace(secret, label)
        return text

    def data(self, data: bytes | None) -> bytes | None:
        """Bytes in which a secret may stand."""
        if data is None or not self._labels:
            return data
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def account(self) -> str:
        """The member of the journal that says what was removed; nothing when nothing was."""
        if not self._removed:
            return ""
        counts = [f"{quoted(name)}:{count}" for name, count in self._removed.items()]
        return f',"removed":{{{",".join(counts)}}}'


def is_secret(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret; ``harness/redaction`` has the same list."""
    padded = f"_{name.upper()}_"
    return any(f"_{word}_" in padded for word in _SECRETS)


def _labels_of(env: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Value -> the variable it is of and its label, longest first; hashing is loaded only for who has secrets."""
    secrets = {value: name for name, value in reversed(env.items()) if value and is_secret(name)}
    if not secrets:
        return {}
    from hashlib import sha256

    labels = {}
    for value in sorted(secrets, key=len, reverse=True):
        digest = sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
        labels[value] = (secrets[value], f"<secret sha256:{digest[:16]}>")
    return labels


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
