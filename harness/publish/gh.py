"""IO: one request through ``gh api``, the person's own GitHub command line: tokens stay in its hands.

``gh api`` and not ``gh issue comment``: only the former says the HTTP status, and without a 201 nothing is published.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import Final

from harness.client import process
from harness.errors import SpawnFailed
from harness.jsonvalue import JsonValue
from harness.publish.answer import Answer, parse
from harness.publish.plan import Ask
from harness.redaction.labels import Redactor

TIMEOUT_S: Final = 60.0

TOKEN_NAMES: Final = ("GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
"""Where gh looks for a token (gh help environment). Read here only to find their values in what is recorded."""

_QUIET: Final = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}
_LOUD: Final = frozenset({"GH_DEBUG", "DEBUG", "GH_FORCE_TTY", "CLICOLOR_FORCE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gh:
    """gh for one host; ``program`` is what is started."""

    host: str
    program: str = "gh"

    async def ask(self, request: Ask) -> tuple[Answer, dict[str, JsonValue]]:
        """Send one request.

        What came back is cleaned of the secrets of this environment at once, before anybody looks at it.

        Returns:
            the answer, and the record of the action: argv, exit status, HTTP status, what was said, all without secrets.
        """
        argv = [self.program, "api", "--include", "--hostname", self.host]
        argv += ["--method", request.method, request.path]
        data = b""
        if request.body is not None:
            argv += ["--input", "-"]
            data = json.dumps(request.body).encode("ascii")
        env = {name: value for name, value in os.environ.items() if name not in _LOUD} | _QUIET
        try:
            done = await process.run(argv, env=env, stdin=data, timeout_s=TIMEOUT_S)
        except SpawnFailed as error:
            answer = Answer(status=None, exit=None, said=str(error))
        except TimeoutError:
            answer = Answer(status=None, exit=1, said=f"gh said nothing within {TIMEOUT_S:g} s")
        else:
            answer = parse(done.returncode, done.stdout, done.stderr)
        redactor = Redactor.of_environment(os.environ)
        answer = replace(answer, said=redactor.text(answer.said), body=redactor.clean(answer.body))
        return answer, {
            "action": request.step.value,
            "argv": [*argv],
            "exit": answer.exit,
            "http": answer.status,
            "said": answer.sentence,
            "removed": {**redactor.removed},
        }
