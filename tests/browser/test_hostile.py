"""Every value of an SDK is data, never markup. Provenance: issue text, item 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.jsonvalue import JsonValue
from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.report import runs
from tests.report.test_html import HOSTILE, hostile_run

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(180)]

FOREIGN = "document.querySelectorAll('img, iframe, object, embed, link, base, svg, script:not([type=module])').length"
BAD = "[...document.body.innerText].filter(c => /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u202a-\\u202e\\u2066-\\u2069\\u2028\\u2029\\ufeff]/.test(c)).length"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which every free text is hostile."""
    return pages.written(runs.model(hostile_run()), tmp_path_factory.mktemp("hostile"))


def test_a_hostile_run_adds_no_element_and_runs_nothing(visitor: Visitor, hostile: Path) -> None:
    """`<script>`, `</script>`, NUL, bidi controls, terminal escapes, in the overview and in every part of a cell."""
    page = visitor.open(hostile)
    assert page.evaluate(FOREIGN) == 0
    assert page.evaluate(BAD) == 0
    page.click("a.first")
    page.wait_for_selector("#cell-title")
    for key in "1234567":
        page.keyboard.press(key)
        for form in ("", "r"):
            if form:
                page.keyboard.press(form)
            assert page.evaluate(FOREIGN) == 0, key
            assert page.evaluate(BAD) == 0, key
    assert "alert(1)" in page.inner_text("#cell-view")
    assert page.evaluate("document.querySelectorAll('#cell-view .inv').length") > 0
    assert page.evaluate("document.querySelectorAll('a[href^=javascript]').length") == 0


def test_a_hostile_filter_and_a_hostile_fragment_are_data_too(
    visitor: Visitor, hostile: Path
) -> None:
    """What a link brings in is no markup either."""
    page = visitor.open(hostile, "#?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    page.click("#b-values")
    page.wait_for_selector("#found li")
    page.evaluate("location.hash = '#<img src=x onerror=alert(1)>'")
    page.evaluate("location.hash = '#cell-x?tab=%3Cscript%3E&mode=__proto__'")

    assert page.evaluate(FOREIGN) == 0


def test_five_megabytes_of_text_are_cut_and_shown_when_asked_for(
    visitor: Visitor, tmp_path: Path
) -> None:
    """The page stays small and quick, and the text is all there."""
    long = HOSTILE + "x" * 5_000_000
    facts: JsonValue = {
        "surfaced.events": [
            [{"type": "item.completed", "item": {"id": "a", "type": "agent_message", "text": long}}]
        ]
    }
    other: JsonValue = {
        "surfaced.events": [
            [
                {
                    "type": "item.completed",
                    "item": {"id": "a", "type": "agent_message", "text": long + "y"},
                }
            ]
        ]
    }
    extra = (runs.observation("reference", facts=facts), runs.observation("left", facts=other))
    model = runs.played(
        runs.divergence("left", runs.difference(reference=long, sdk=long + "y")),
        runs.result("right"),
        extra=extra,
    )
    index = pages.written(model, tmp_path)
    page = visitor.open(index)
    page.click("a.first")
    page.wait_for_selector("#cell-title")

    assert index.stat().st_size < 1_000_000
    assert "sha256" in page.inner_text(".difflist")
    assert len(page.inner_text("body")) < 100_000
    page.locator("button.more").first.click()
    assert page.evaluate("document.querySelector('.ev code.long').textContent.length") > 5_000_000
    assert page.evaluate(FOREIGN) == 0
