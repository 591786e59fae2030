"""Mirror of ``harness/publish/plan.py``: the table of steps, without gh and without GitHub."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.jsonvalue import JsonValue
from harness.publish.answer import Answer
from harness.publish.places import Place, parse_place
from harness.publish.plan import READS, Ask, End, Job, Publication, Step
from harness.publish.stored import Stored
from tests.publish.material import ARTIFACT, MANIFEST, RELEASE

URL = "https://github.com/octo/sdk/issues/12#issuecomment-501"


def ok(status: int = 200, **body: JsonValue) -> Answer:
    """An answer of GitHub."""
    return Answer(status=status, exit=0 if status < 300 else 1, body=body)


THREAD = ok(number=12)
CREATED = ok(201, id=501, html_url=URL)
TEXT = "the report"
LIMITED = Answer(status=403, exit=1, headers={"retry-after": "5"})
SILENT = Answer(status=None, exit=1, said="connection refused")


def publication(*urls: str, text: str = TEXT, patience_s: int = 8) -> Publication:
    """One on its way to thread 12."""

    def body(stored: Sequence[Stored]) -> str:
        return text + "".join(f" until {one.until}" for one in stored if one.until)

    places: tuple[Place, ...] = tuple(parse_place(url, "github.com") for url in urls)
    return Publication(
        Job(
            host="github.com", repo="octo/sdk", thread=12, run_id="r", manifest=MANIFEST, places=places,
            patience_s=patience_s, body=body,
        )
    )  # fmt: skip


def hear(plan: Publication, *answers: Answer) -> Ask | End:
    """What comes out after these answers."""
    following: Ask | End = plan.begin()
    for answer in answers:
        assert isinstance(following, Ask), f"ended before the answers did: {following}"
        following = plan.hear(answer, 1000)
    return following


def ended(plan: Publication, *answers: Answer) -> End:
    """As ``hear``, for answers that end it."""
    end = hear(plan, *answers)
    assert isinstance(end, End), f"still asks: {end}"
    return end


@pytest.mark.requirement("F17")
def test_it_is_published_after_201_an_edit_and_the_same_text_read_back() -> None:
    """Provenance: issue 6, item 6."""
    plan = publication()

    end = ended(plan, THREAD, CREATED, ok(), ok(body=f"{TEXT}\r\n"))

    assert (end.word, end.url, str(end)) == ("published", URL, f"published: {URL}")
    assert "read the comment back" in repr(plan)


@pytest.mark.requirement("R4-24", "R4-25")
def test_what_is_asked_is_what_a_person_would_do() -> None:
    """Provenance: docs.github.com, REST API for comments."""
    plan = publication()

    asked = [plan.begin(), hear(plan, THREAD), plan.hear(CREATED, 0), plan.hear(ok(), 0)]

    assert [(one.method, one.path) for one in asked if isinstance(one, Ask)] == [
        ("GET", "repos/octo/sdk/issues/12"),
        ("POST", "repos/octo/sdk/issues/12/comments"),
        ("PATCH", "repos/octo/sdk/issues/comments/501"),
        ("GET", "repos/octo/sdk/issues/comments/501"),
    ]
    assert [one.body and one.body["body"] for one in asked if isinstance(one, Ask)][2] == TEXT


@pytest.mark.requirement("R4-22", "R4-24", "F17")
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([Answer(status=None, exit=None, said="no gh")], "blocked(no gh on this machine)"),
        ([Answer(status=None, exit=4)], "blocked(no token)"),
        ([SILENT], "blocked(GitHub cannot be reached, no answer: connection refused)"),
        ([ok(401, message="Bad credentials")], "blocked(the token was refused, HTTP 401: Bad credentials)"),
        ([ok(404)], "blocked(not found, HTTP 404)"),
        ([ok(410)], "blocked(gone, HTTP 410)"),
        ([ok(500)], "blocked(GitHub failed, HTTP 500)"),
        ([ok(204)], "blocked(unexpected answer, HTTP 204)"),
        ([ok(number=13, html_url="https://github.com/o/other/issues/13")],
         "blocked(the thread is not there any more but https://github.com/o/other/issues/13)"),
        ([ok()], "blocked(the thread is not there any more but elsewhere)"),
        ([THREAD, ok(403)], "blocked(no write access shown: forbidden, HTTP 403)"),
        ([THREAD, ok(422)], "blocked(no write access shown: rejected, HTTP 422)"),
        ([THREAD, Answer(status=403, exit=1, headers={"retry-after": "99"})],
         "blocked(no write access shown: rate limit, HTTP 403)"),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_was_written_blocks(
    answers: list[Answer], said: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-24."""
    end = ended(publication(), *answers)

    assert (str(end), end.url) == (said, None)


@pytest.mark.parametrize("answer", [ok(502), SILENT, ok(200, id=1, html_url=URL)])
def test_a_first_comment_that_may_be_there_fails(answer: Answer) -> None:
    """Provenance: ours; after a lost answer nobody knows."""
    end = ended(publication(), THREAD, answer)

    assert str(end).startswith("failed(create the status comment): ")
    assert "may have been created" in end.reason


@pytest.mark.parametrize("body", [{}, {"id": 5}, {"html_url": URL}])
def test_a_201_without_a_comment_is_not_believed(body: dict[str, JsonValue]) -> None:
    """Provenance: ours."""
    assert "without the id" in ended(publication(), THREAD, ok(201, **body)).reason


@pytest.mark.requirement("R4-17")
@pytest.mark.parametrize(
    ("told", "said"),
    [(ok(), "the comment says so"), (ok(500), "the comment still says that it is under way (HTTP 500)")],
)  # fmt: skip
def test_an_edit_that_fails_is_told_in_the_comment(told: Answer, said: str) -> None:
    """Provenance: REQUIREMENTS.md R4-17."""
    plan = publication()
    asked = hear(plan, THREAD, CREATED, ok(422, message="too long"))

    assert isinstance(asked, Ask)
    assert asked.step is Step.TELL
    end = plan.hear(told, 0)
    assert isinstance(end, End)
    assert str(end) == f"failed(edit the comment): HTTP 422: too long; {said}"
    assert (end.url, "comment.md" in end.hint) == (URL, True)


def test_an_old_text_is_read_again_before_it_counts() -> None:
    """Provenance: ours; a read may be older than the edit."""
    old = ok(body="old")

    late = ended(publication(), THREAD, CREATED, ok(), *[old] * (READS - 1), ok(body=TEXT))
    never = ended(publication(), THREAD, CREATED, ok(), *[old] * READS)
    gone = ended(publication(), THREAD, CREATED, ok(), *[ok(404)] * READS)

    assert late.word == "published"
    assert str(never) == "failed(read the comment back): the comment has another text than was sent"
    assert str(gone) == "failed(read the comment back): HTTP 404"


def test_a_rate_limit_is_waited_for_as_long_as_patience_lasts() -> None:
    """Provenance: docs.github.com on rate limits."""
    plan = publication(patience_s=8)

    waited = hear(plan, THREAD, LIMITED)

    assert isinstance(waited, Ask)
    assert (waited.rest_s, waited.method) == (5, "POST")
    assert isinstance(plan.hear(LIMITED, 0), End), "5 and 5 seconds are more than 8"


def test_a_limit_without_an_end_is_not_waited_for() -> None:
    """Provenance: ours."""
    assert ended(publication(), Answer(status=429, exit=1)).refusal == "rate_limited"


@pytest.mark.requirement("R4-28")
def test_places_are_looked_at_before_anything_is_written() -> None:
    """Provenance: REQUIREMENTS.md R4-24, R4-28."""
    plan = publication(ARTIFACT)

    end = ended(plan, THREAD, ok(expires_at="2027"), CREATED, ok(), ok(body=f"{TEXT} until 2027"))

    assert end.word == "published"


@pytest.mark.requirement("R4-28")
def test_a_place_without_the_files_blocks_before_anything_is_written() -> None:
    """Provenance: ours; a link that leads to another file is worse than none."""
    missing = ended(publication(RELEASE), THREAD, ok(assets=[]))
    gone = ended(publication(ARTIFACT), THREAD, ok(404))

    assert str(missing) == f"blocked({RELEASE}: the release has no asset index.html)"
    assert str(gone) == f"blocked({ARTIFACT}: not found, HTTP 404)"


@pytest.mark.requirement("R4-13", "R4-30")
def test_a_text_with_a_link_that_does_not_last_is_never_sent() -> None:
    """Provenance: issue 6, item 6: the linter."""
    end = ended(publication(text="see /tmp/report and [x](../x)"), THREAD)

    assert str(end) == (
        "blocked(/tmp/report: a path of this machine; ../x: a relative link to what is not in the bundle)"
    )
