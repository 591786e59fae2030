"""CORE: what ``gh api --include`` wrote, read as an answer of GitHub, and the one word for why it is not the one hoped for.

gh 2.23 (measured): the status line, the headers and the body come on stdout, also for a refusal; exit 0 up to status
299, 1 for a refusal and when nothing answered, 4 when gh has no token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue

Refusal: TypeAlias = Literal[
    "no_gh", "no_token", "token_refused", "rate_limited", "forbidden", "not_found", "gone",
    "rejected", "server_error", "unreachable", "unexpected",
]  # fmt: skip

NO_TOKEN: Final = 4
"""The exit status of gh when it has no token for the host (measured, gh 2.23)."""

_STATUS: Final = re.compile(r"HTTP/\d(?:\.\d)? (\d{3})")
_BY_STATUS: Final[Mapping[int, Refusal]] = {
    401: "token_refused", 403: "forbidden", 404: "not_found", 410: "gone", 422: "rejected", 429: "rate_limited",
}  # fmt: skip
_SAID: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: HTTP status (None: no answer came), headers by lower-case name, the body as JSON (None: none).

    ``said`` is what gh wrote to stderr, ``exit`` its status; None: gh is not on this machine.
    """

    status: int | None
    exit: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None
    said: str = ""

    def text(self, name: str) -> str:
        """A member of the body that is text, else nothing."""
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A member of the body that is a whole number, else None."""
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def sentence(self) -> str:
        """The status and what GitHub or gh said, on one line."""
        said = self.text("message") or " ".join(self.said.split())
        head = "no answer" if self.status is None else f"HTTP {self.status}"
        return f"{head}: {said[:_SAID]}" if said else head


def parse(exit_status: int, stdout: bytes, stderr: bytes) -> Answer:
    """Read what ``gh api --include`` wrote; whatever is no answer of HTTP gives a status of None."""
    text = stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    said = stderr.decode("utf-8", "replace").strip()
    head, _, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    found = _STATUS.match(first)
    if found is None:
        return Answer(status=None, exit=exit_status, said=said)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Answer(
        status=int(found[1]), exit=exit_status, headers=headers, body=_json(body), said=said
    )


def _json(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return None
    return value


def refusal(answer: Answer) -> Refusal:
    """Why an answer is not the one hoped for; a success of another status than hoped for is ``unexpected``."""
    if answer.exit is None:
        return "no_gh"
    if answer.status is None:
        return "no_token" if answer.exit == NO_TOKEN else "unreachable"
    if answer.status in (403, 429) and _limited(answer):
        return "rate_limited"
    if answer.status >= 500:
        return "server_error"
    return _BY_STATUS.get(answer.status, "unexpected")


def _limited(answer: Answer) -> bool:
    # docs.github.com, "Rate limits for the REST API": 403 or 429, and one of these three says that it is the limit.
    return (
        answer.headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in answer.headers
        or "rate limit" in answer.text("message").lower()
    )


def wait_s(answer: Answer, now_s: int) -> int | None:
    """Seconds until a rate limit is over, at least 1; None when GitHub did not say.

    Args:
        answer: one that is ``rate_limited``.
        now_s: the time now, seconds since 1970.
    """
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return max(1, int(after))
    reset = answer.headers.get("x-ratelimit-reset", "")
    return max(1, int(reset) - now_s) if reset.isdecimal() else None
