"""Mirror of ``harness/publish/answer.py``."""

from __future__ import annotations

import pytest

from harness.publish.answer import Answer, parse, refusal, wait_s

HEAD = b"HTTP/2.0 201 Created\r\nX-Ratelimit-Remaining: 4999\r\nodd\r\n\r\n"


@pytest.mark.requirement("R4-29")
def test_the_status_the_headers_and_the_body_are_read() -> None:
    """Provenance: gh 2.23 api --include, measured."""
    answer = parse(0, HEAD + b'{"id": 7, "body": "x", "flag": true}', b"")

    assert (answer.status, answer.exit) == (201, 0)
    assert answer.headers["x-ratelimit-remaining"] == "4999"
    assert (answer.number("id"), answer.number("flag"), answer.number("body")) == (7, None, None)
    assert (answer.text("body"), answer.text("id")) == ("x", "")
    assert answer.sentence == "HTTP 201"


def test_a_body_that_is_no_object_has_no_members() -> None:
    """Provenance: ours."""
    listed, broken = parse(0, HEAD + b"[1]", b""), parse(0, HEAD + b"{", b"")

    assert (listed.text("a"), listed.number("a")) == ("", None)
    assert broken.body is None


def test_what_is_no_answer_has_no_status() -> None:
    """Provenance: gh 2.23 without a network, measured."""
    answer = parse(1, b"", b"dial unix /x:\n connection refused\n")

    assert (answer.status, refusal(answer)) == (None, "unreachable")
    assert answer.sentence == "no answer: dial unix /x: connection refused"


@pytest.mark.requirement("R4-22", "R4-31")
@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(status=None, exit=None), "no_gh"),
        (Answer(status=None, exit=4), "no_token"),
        (Answer(status=None, exit=1), "unreachable"),
        (Answer(status=401, exit=1), "token_refused"),
        (Answer(status=403, exit=1), "forbidden"),
        (Answer(status=403, exit=1, headers={"x-ratelimit-remaining": "0"}), "rate_limited"),
        (Answer(status=403, exit=1, headers={"retry-after": "5"}), "rate_limited"),
        (Answer(status=403, exit=1, body={"message": "secondary Rate Limit"}), "rate_limited"),
        (Answer(status=429, exit=1), "rate_limited"),
        (Answer(status=404, exit=1), "not_found"),
        (Answer(status=410, exit=1), "gone"),
        (Answer(status=422, exit=1), "rejected"),
        (Answer(status=502, exit=1), "server_error"),
        (Answer(status=200, exit=0), "unexpected"),
        (Answer(status=418, exit=1), "unexpected"),
    ],
)
def test_each_way_to_be_refused_has_its_word(answer: Answer, word: str) -> None:
    """Provenance: REQUIREMENTS.md R4-31, 3.8; docs.github.com on rate limits."""
    assert refusal(answer) == word


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30), ({"retry-after": "0"}, 1), ({"x-ratelimit-reset": "1060"}, 60),
        ({"x-ratelimit-reset": "900"}, 1), ({}, None), ({"retry-after": "soon"}, None),
    ],
)  # fmt: skip
def test_how_long_a_limit_lasts_is_what_github_says(
    headers: dict[str, str], seconds: int | None
) -> None:
    """Provenance: docs.github.com on rate limits."""
    assert wait_s(Answer(status=403, exit=1, headers=headers), 1000) == seconds
