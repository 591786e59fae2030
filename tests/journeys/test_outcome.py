"""Mirror of ``harness/journeys/outcome.py``."""

from __future__ import annotations

import pytest

from harness.journeys.outcome import NO_FFMPEG, NO_FFPROBE, Film, Journey, Status, ended
from tests.journeys.outcomes import BROWSER, FILES, FILM, journey, summaries, walked
from tests.report.runs import SCHEMAS

FRAMES = ("01-cell.png", "assertions.jsonl", "frames/0000-000000ms.jpg")


@pytest.mark.requirement("R4-4", "R4-18")
@pytest.mark.parametrize(
    ("failed", "trouble", "fallbacks", "status"),
    [
        ([], None, [], "pass"),
        ([], None, [NO_FFMPEG], "warn"),
        ([], None, [NO_FFMPEG, NO_FFPROBE], "warn"),
        (["a: b"], None, [], "fail"),
        (["a: b"], None, [NO_FFMPEG], "fail"),
        ([], "no end within 5 s", [], "fail"),
    ],
)
def test_a_fallback_is_never_a_pass_and_never_hides_a_failure(
    failed: list[str], trouble: str | None, fallbacks: list[str], status: Status
) -> None:
    """Provenance: REQUIREMENTS.md R4-4; issue text, frames and `warn + fallback` without ffmpeg."""
    found, reason, fallback = ended(failed, trouble, fallbacks)

    assert found == status
    assert (reason is not None) == (status == "fail")
    assert fallback == ("; ".join(fallbacks) or None)


def test_the_reason_names_the_first_failures_and_counts_the_rest() -> None:
    """Provenance: ours; a reason is read at a terminal."""
    _, reason, _ = ended(["a", "b", "c", "d", "e"], "lost", [])

    assert reason == "lost; a; b; c and 2 more"


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["pass", "pass"], 0),
        (["pass", "not_applicable"], 0),
        (["warn"], 0),
        (["pass", "fail"], 1),
        (["fail", "not_applicable"], 1),
        (["not_applicable"], 4),
        ([], 4),
    ],
)
def test_the_exit_code_says_the_worst(statuses: list[Status], code: int) -> None:
    """Provenance: issue text; nothing walked is 4, never a pass."""
    found = walked(*(journey(status) for status in statuses))

    assert found.exit == code
    assert sum(found.counts.values()) == len(statuses)


@pytest.mark.requirement("R4-18")
@pytest.mark.parametrize(
    "one",
    [
        journey(),
        journey("warn", fallback=NO_FFMPEG, film=None, files=FRAMES),
        journey("warn", fallback=NO_FFPROBE, film=None),
        journey("fail", reason="a: b", failed=1),
        journey("not_applicable", reason="the run has no cell", film=None, files=()),
    ],
)
def test_a_summary_fits_the_published_form(one: Journey) -> None:
    """Provenance: REQUIREMENTS.md R4-18, schema-checked; schemas/journey.json, schemas/journeys.json."""
    found = walked(one)
    own = one.to_json("run-1", BROWSER)

    assert SCHEMAS.first_problem("journey", own) is None
    assert own["assertions"] == {"count": 4, "held": 4 - one.failed, "failed": one.failed}
    assert SCHEMAS.first_problem("journeys", found.to_json(summaries(found))) is None


@pytest.mark.requirement("R4-18")
@pytest.mark.parametrize(
    "one",
    [
        *(journey(files=tuple(path for path in FILES if path != gone)) for gone in FILES),
        journey(film=None),
        journey(film=Film(codec="vp9", width=1, height=1, seconds=0.4, frames=100)),
        journey(film=Film(codec="vp9", width=1, height=1, seconds=61, frames=100)),
        journey(film=Film(codec="vp9", width=1, height=1, seconds=5, frames=10)),
        journey(failed=1),
        journey(fallback=NO_FFMPEG),
        journey("warn", film=None),
        journey("warn", fallback=NO_FFMPEG, film=None, files=("01-cell.png", "assertions.jsonl")),
        journey("fail"),
        journey("not_applicable"),
    ],
)
def test_the_published_form_refuses_a_pass_without_its_evidence(one: Journey) -> None:
    """Provenance: issue text, at least one picture, a video of 1 to 60 s with more than 10 frames, assertions."""
    assert SCHEMAS.first_problem("journey", one.to_json("run-1", BROWSER)) is not None


def test_the_film_of_a_summary_is_what_was_measured() -> None:
    """Provenance: schemas/journey.json."""
    assert journey().to_json("run-1", BROWSER)["video"] == FILM.to_json()
