"""CORE: puts a label in the place of every secret it was told of, and counts.

A label is as good as the value for comparing: the same secret has the same label everywhere, another value stays as it
is. What the mock journaled as ``<secret sha256:...>`` (``mock_codex/journal.py``) gets the same label, so a key that codex
was handed unchanged is recognised without having been written down.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from harness.jsonvalue import JsonValue

SECRET_NAME: Final = re.compile(
    r"(?:^|_)(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)",
    re.IGNORECASE,
)
"""Names of environment variables whose value is nobody's business; the mock has the same list."""

SHORTEST: Final = 8
"""Characters from which on a secret is looked for inside of longer texts; a shorter one only as a whole text."""


class Redactor:
    """Replaces the secrets it was made with; ``removed`` says which label it put how often.

    Args:
        secrets: name -> value; of two names with one value the first gives the label. Empty values are nobody's secret.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._labels: dict[str, str] = {}
        self._found: Counter[str] = Counter()
        for name, value in secrets.items():
            if value:
                self._labels.setdefault(value, label(name))
                self._labels.setdefault(journaled(value), label(name))
        longest = sorted(self._labels, key=lambda one: (-len(one), one))
        inside = [re.escape(one) for one in longest if len(one) >= SHORTEST]
        self._inside = re.compile("|".join(inside)) if inside else None

    @classmethod
    def of_environment(cls, env: Mapping[str, str]) -> Redactor:
        """For the values of every variable whose name says that it is a secret."""
        return cls({name: value for name, value in env.items() if SECRET_NAME.search(name)})

    @property
    def removed(self) -> dict[str, int]:
        """Label -> how often it was put in the place of a secret, sorted by label."""
        return dict(sorted(self._found.items()))

    def text(self, text: str) -> str:
        """``text`` with labels in the place of secrets."""
        whole = self._labels.get(text)
        if whole is not None:
            self._found[whole] += 1
            return whole
        return text if self._inside is None else self._inside.sub(self._replace, text)

    def clean(self, value: JsonValue) -> JsonValue:
        """A JSON value with every text in it cleaned, the names of members too."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.clean(child) for child in value]
            case dict():
                return {self.text(name): self.clean(child) for name, child in value.items()}
            case _:
                return value

    def _replace(self, found: re.Match[str]) -> str:
        put = self._labels[found.group()]
        self._found[put] += 1
        return put


def label(name: str) -> str:
    """What stands in the place of the secret of this name."""
    return f"<secret {name}>"


def journaled(value: str) -> str:
    """What the mock journals in the place of a secret of its environment."""
    digest = hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
    return f"<secret sha256:{digest[:16]}>"
