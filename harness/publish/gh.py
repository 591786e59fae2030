"""IO: one request through ``gh api``, the person's own GitHub command line: tokens stay in its hands.

``gh api`` and not ``gh issue comment``: only the former says the HTTP status, and without a 201 nothing is published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from harness.client import process
from harness.errors import SpawnFailed
from harness.jsonvalue import JsonValue
from harness.publish.answer import Answer, parse
from harness.publish.plan import Ask
from harness.redaction.labels import SECRET_NAME, Redactor

TIMEOUT_S: Final = 60.0

OWN_TOKEN: Final = "gh auth token"  # noqa: S105 - a name
"""The name of the token that gh keeps in its own store."""

_QUIET: Final = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}
_LOUD: Final = frozenset({"GH_DEBUG", "DEBUG", "GH_FORCE_TTY", "CLICOLOR_FORCE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gh:
    """gh for one host; ``program`` is what is started, ``secrets`` (name -> value) is in nothing that it hands on."""

    host: str
    program: str = "gh"
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    async def own_token(self) -> str | None:
        """The token that gh would use, to be looked for and never to be kept; None when it has none or is not here."""
        argv = [self.program, "auth", "token", "--hostname", self.host]
        try:
            done = await process.run(argv, env=_environment(), timeout_s=TIMEOUT_S)
        except (SpawnFailed, TimeoutError):
            return None
        token = done.stdout.decode("utf-8", "replace").strip()
        return token if done.returncode == 0 and token else None

    async def ask(self, request: Ask) -> tuple[Answer, dict[str, JsonValue]]:
        """Send one request.

        What came back is cleaned of ``secrets`` at once, before anybody looks at it.

        Returns:
            the answer, and the record of the action: argv, exit status, HTTP status, what was said, all without secrets.
        """
        argv = [self.program, "api", "--include", "--hostname", self.host]
        argv += ["--method", request.method, request.path]
        data = b""
        if request.body is not None:
            argv += ["--input", "-"]
            data = json.dumps(request.body).encode("ascii")
        try:
            done = await process.run(argv, env=_environment(), stdin=data, timeout_s=TIMEOUT_S)
        except SpawnFailed as error:
            answer = Answer(status=None, exit=None, said=str(error))
        except TimeoutError:
            answer = Answer(status=None, exit=1, said=f"gh said nothing within {TIMEOUT_S:g} s")
        else:
            answer = parse(done.returncode, done.stdout, done.stderr)
        redactor = Redactor(self.secrets)
        answer = replace(answer, said=redactor.text(answer.said), body=redactor.clean(answer.body))
        return answer, {
            "action": request.step.value,
            "argv": [*argv],
            "exit": answer.exit,
            "http": answer.status,
            "said": answer.sentence,
            "removed": {**redactor.removed},
        }


def secrets_of(env: Mapping[str, str], token: str | None) -> dict[str, str]:
    """What must be in nothing that is published or kept: secrets of an environment by their names, and gh's own token."""
    named = {name: value for name, value in env.items() if SECRET_NAME.search(name) and value}
    return named if token is None or token in named.values() else {**named, OWN_TOKEN: token}


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _LOUD} | _QUIET
