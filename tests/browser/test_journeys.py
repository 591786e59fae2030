"""What a maintainer does with the report, in a real browser. Provenance: issue text, item 8."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.journeys.browser import READY
from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.report import runs
from tests.report.runs import ONE, TWO

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(180)]

LEFT = f"#cell-{ONE}--left"


def seen(page: Page, text: str) -> bool:
    """Whether a text stands within the window as it is scrolled now."""
    return bool(
        page.locator("#cell-view")
        .get_by_text(text)
        .first.evaluate(
            "e => { const r = e.getBoundingClientRect(); return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight }"
        )
    )


@pytest.mark.requirement("R4-11", "F15")
def test_the_first_divergence_of_a_failing_run_takes_one_click(
    visitor: Visitor, failing: Path
) -> None:
    """At most two interactions; the sentence, both values and who is to look are in the first window."""
    page = visitor.open(failing)
    page.click("a.first")
    page.wait_for_selector("#cell-title")

    assert seen(page, "item.text` is otherwise")
    assert seen(page, "The SDK's: reference and golden agree")
    assert seen(page, f"codex-parity replay {ONE} --subject left")
    assert page.locator(".difflist mark").all_inner_texts() == ["i", "o"]


def test_the_first_divergence_takes_one_key(visitor: Visitor, failing: Path) -> None:
    """n from the overview, n again to the first place that differs in the planes."""
    page = visitor.open(failing)
    page.keyboard.press("n")
    page.wait_for_selector("#cell-title")
    page.keyboard.press("n")

    assert "item.completed" in page.locator(".here").inner_text()


def test_the_matrix_is_filtered_by_words_and_by_keys(visitor: Visitor, failing: Path) -> None:
    """Search over everything, filters, the state in the fragment."""
    page = visitor.open(failing)
    rows = page.locator("table.matrix tbody tr:not(.filtered)")
    assert rows.count() == 2
    page.fill("#f-text", "verdict:known")

    assert rows.count() == 1
    assert page.locator("#f-count").inner_text() == "1 of 6 cells in 1 scenarios"
    assert page.locator("#f-verdict").input_value() == "known"
    assert "q=verdict%3Aknown" in page.url
    page.select_option("#f-verdict", "")
    page.select_option("#f-sdk", "right")
    assert page.locator("#f-count").inner_text() == "2 of 6 cells in 2 scenarios"
    page.fill("#f-text", "level:contract plane:surfaced !sdk:left")
    assert page.locator("#f-count").inner_text() == "1 of 6 cells in 1 scenarios"
    page.fill("#f-text", "nothing at all")
    assert rows.count() == 0


def test_a_filter_is_a_link(visitor: Visitor, failing: Path) -> None:
    """Permalinks for every state."""
    page = visitor.open(failing, "#?q=family%3Aframing")

    assert page.locator("#f-text").input_value() == "family:framing"
    assert page.locator("table.matrix tbody tr:not(.filtered)").count() == 1


def test_a_state_of_a_cell_is_a_link(visitor: Visitor, failing: Path) -> None:
    """Tab, mode and form are in the fragment, and a fragment brings them back."""
    page = visitor.open(failing, f"{LEFT}?mode=stream&tab=sent")
    assert page.locator("#tab-sent").get_attribute("aria-selected") == "true"
    page.keyboard.press("r")
    page.keyboard.press("5")
    url = page.url
    assert "raw=1" in url
    assert "tab=ledger" in url
    again = visitor.open(failing, "#" + url.split("#")[1])

    assert again.locator("#tab-ledger").get_attribute("aria-selected") == "true"
    assert "cwd" in again.locator("#tab-body").inner_text()


def test_the_back_button_returns_to_the_place_in_the_overview(
    visitor: Visitor, failing: Path
) -> None:
    """A step into a cell is a step of the history, a change of tab is none."""
    page = visitor.open(failing, viewport={"width": 1280, "height": 300})
    page.evaluate("scrollTo(0, 200)")
    page.evaluate("document.querySelector('td.m a').click()")
    page.wait_for_selector("#cell-title")
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.go_back()
    page.wait_for_selector("#cell-view", state="hidden")

    assert page.evaluate("scrollY") == 200
    assert page.title().startswith("left diverges")


@pytest.mark.requirement("R4-11", "F15")
def test_everything_is_reached_by_the_keyboard_alone(visitor: Visitor, failing: Path) -> None:
    """Skip link, filter, cells, tabs, raw, fold, help, overview."""
    page = visitor.open(failing)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("known")
    assert page.locator("#f-text").input_value() == "known"
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_selector("#cell-title")
    assert "right" in page.locator("#cell-title").inner_text()
    page.keyboard.press("2")
    assert "the model to ask" in page.locator("#tab-body").inner_text()
    page.keyboard.press("?")
    assert page.locator("dialog#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_selector("#overview", state="visible")
    assert page.locator("#f-text").input_value() == "known"


def test_tabs_move_by_arrows(visitor: Visitor, failing: Path) -> None:
    """ARIA practices: a tab list is one stop of the keyboard."""
    page = visitor.open(failing, LEFT)
    page.focus("[role=tab][aria-selected=true]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    assert page.evaluate("document.activeElement.id") == "tab-lifecycle"
    assert page.locator("[role=tab][tabindex='0']").count() == 1


def test_all_evidence_of_a_cell_is_there(visitor: Visitor, failing: Path) -> None:
    """Three planes, raw and normalised, wire in hex and text, script, journal, stderr, provenance."""
    page = visitor.open(failing, LEFT)
    body = page.locator("#tab-body")
    assert "event 2" in body.inner_text()
    assert "golden 3" in page.locator(".eventhead").inner_text()
    page.keyboard.press("r")
    assert "raw of left" in body.inner_text()
    page.keyboard.press("3")
    assert "SIGTERM" in body.inner_text()
    page.keyboard.press("r")
    assert "written, never shown" in body.inner_text()
    page.keyboard.press("4")
    assert "played turn 0 and wrote 60 bytes" in body.inner_text()
    assert "<0xFF>␊" in body.inner_text()
    page.locator("details:has-text('hex')").last.locator("summary").click()
    page.wait_for_selector("pre.hex")
    assert "ff 0a" in body.inner_text()
    page.keyboard.press("6")
    assert "warn␛[31m" in body.inner_text()
    page.keyboard.press("7")
    assert "0.169.0/web-search.1.jsonl" in body.inner_text()


@pytest.mark.requirement("R4-11", "F15")
def test_the_replay_command_is_copied(visitor: Visitor, failing: Path) -> None:
    """One line, one button."""
    page = visitor.open(failing, LEFT, permissions=["clipboard-read", "clipboard-write"])
    page.click("#copy-replay")
    page.wait_for_selector("#copy-replay:text-is('copied')")

    assert (
        page.evaluate("navigator.clipboard.readText()")
        == f"codex-parity replay {ONE} --subject left"
    )


def test_all_values_are_searched(visitor: Visitor, failing: Path) -> None:
    """Search over everything: a word that stands only in an event."""
    page = visitor.open(failing)
    page.fill("#f-text", "experimental-json")
    page.click("#b-values")
    page.wait_for_selector("#found a")

    assert page.locator("#found a").all_inner_texts() == [ONE]


@pytest.mark.parametrize("width", [400, 768, 1280, 2560])
def test_nothing_is_wider_than_the_window(visitor: Visitor, failing: Path, width: int) -> None:
    """400 to 2,560 pixels; wide tables scroll by themselves."""
    size = {"width": width, "height": 900}
    for place in ("", LEFT, f"{LEFT}?tab=sent", f"{LEFT}?tab=wire", f"{LEFT}?tab=lifecycle"):
        page = visitor.open(failing, place, viewport=size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_print_shows_what_stands_in_the_page(visitor: Visitor, failing: Path) -> None:
    """A print has the hunks of the failing cells and no controls."""
    page = visitor.open(failing)
    assert not page.locator("#scenarios").is_visible()
    page.emulate_media(media="print")

    assert page.locator("#scenarios").is_visible()
    assert not page.locator("#controls").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("how", ["no script", "sandboxed frame"])
def test_the_summaries_are_read_without_the_script(
    visitor: Visitor, failing: Path, tmp_path: Path, how: str
) -> None:
    """Verdict, first divergence, hunks, ledger, replay; also as an attachment that may not run scripts."""
    if how == "no script":
        page = visitor.open(failing, LEFT, script=False)
        text = page.inner_text("body")
    else:
        outer = tmp_path / "outer.html"
        outer.write_text(
            f'<!doctype html><iframe sandbox="allow-same-origin" width="1200" height="900" src="{failing.as_uri()}{LEFT}"></iframe>',
            "utf-8",
        )
        page = visitor.open(outer, wait=False)
        text = page.frames[1].inner_text("body")
        (blocked,) = visitor.wrong
        assert "frame is sandboxed" in blocked
        visitor.wrong.clear()

    for part in (
        "left diverges: 1 new cause in 1 result",
        "item.text` is otherwise",
        "Hidden by rules",
        "1 unexpected difference",
        f"codex-parity replay {ONE} --subject left",
        "The SDK's: reference and golden agree",
    ):
        assert part in text, part


def test_a_split_report_goes_on_in_its_other_pages(visitor: Visitor, tmp_path: Path) -> None:
    """Issue: an index and one page per scenario with the same look."""
    index = pages.written(pages.failing(), tmp_path, limit=1)
    page = visitor.open(index)
    page.click("a.first")
    page.wait_for_selector("#cell-title")

    assert page.url.endswith(f"scenarios/{ONE}.html{LEFT}")
    assert "item.text` is otherwise" in page.inner_text("#cell-view")
    page.click("text=to the whole run")
    page.wait_for_selector(READY, state="attached")
    assert page.url.endswith("index.html")
    direct = visitor.open(index, f"#cell-{TWO}--left")
    direct.wait_for_url(re.compile(rf"scenarios/{TWO}"))
    direct.wait_for_selector("#cell-title")


def test_what_moved_since_the_last_run_is_told(visitor: Visitor, tmp_path: Path) -> None:
    """Issue: comparison with the previous run when there is one."""
    then = runs.played(runs.result("left"), runs.result("right"))
    now = runs.played(runs.divergence("left"), runs.result("right"))
    page = visitor.open(pages.written(now, tmp_path, earlier=then))

    assert "1 new regression, 1 equal on both" in page.inner_text("#since")
    page.locator("#since a").first.click()
    page.wait_for_selector("#cell-title")


def test_an_interrupted_and_an_empty_run_have_a_page_that_works(
    visitor: Visitor, tmp_path: Path
) -> None:
    """Ours: what has no cells has no errors either."""
    page = visitor.open(pages.written(runs.model([runs.header()]), tmp_path))
    page.keyboard.press("n")
    page.keyboard.press("f")
    page.fill("#f-text", "x")

    assert "Interrupted" in page.inner_text("h1")
