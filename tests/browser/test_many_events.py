"""A scenario of 100,000 events in a real browser. Provenance: issue text, "It is done when"."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.report.runs import ONE

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(300)]

NODES = 2000

BLANK = """
async ([steps, jump]) => {
  const end = document.querySelector('.events').getBoundingClientRect().bottom + scrollY - innerHeight;
  const begin = document.querySelector('.events').getBoundingClientRect().top + scrollY + 100;
  const blank = [];
  for (let step = 0; step < steps; step++) {
    const at = jump ? begin + (end - begin) * ((step * 37) % steps) / steps : begin + step * 400;
    scrollTo(0, at);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const y of [100, 450, 800]) {
      const found = document.elementFromPoint(500, y);
      if (!found || !found.closest('.ev')) blank.push([at, y, found && found.className]);
    }
  }
  return blank;
}
"""


def test_it_opens_folded_with_its_one_difference(visitor: Visitor, many: Path) -> None:
    """One event at the head is one row; the others are one fold; the file is small."""
    page = visitor.open(many)
    page.click("a.first")
    page.wait_for_selector("#cell-title")

    assert page.locator(".ev.open").count() == 1
    assert "99,998 equal events" in page.inner_text("#tab-body")
    assert page.evaluate("document.querySelectorAll('*').length") < NODES
    assert many.stat().st_size < 5_000_000


def test_it_is_scrolled_without_a_blank_stretch(visitor: Visitor, many: Path) -> None:
    """Never one element per event, and wherever the reader goes there are rows."""
    page = visitor.open(many, f"#cell-{ONE}--left")
    page.click("button.foldall")

    assert page.locator(".events").get_attribute("aria-rowcount") == str(pages.MANY + 1)
    assert page.evaluate(BLANK, [60, True]) == []
    assert page.evaluate(BLANK, [100, False]) == []
    assert page.evaluate("document.querySelectorAll('*').length") < NODES


def test_its_last_event_is_found_by_a_search_and_shown_at_the_end(
    visitor: Visitor, many: Path
) -> None:
    """Ctrl-F sees only the window, so the page searches by itself."""
    page = visitor.open(many, f"#cell-{ONE}--right")
    page.click("button.link:has-text('equal events')")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_selector(f"text=message {pages.MANY - 1}")
    page.keyboard.press("o")
    page.fill("#f-text", f"message {pages.MANY - 1}".split()[1])
    page.click("#b-values")
    page.wait_for_selector("#found a")

    assert page.locator("#found a").all_inner_texts() == [ONE]
