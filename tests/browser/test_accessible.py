"""No violation of axe-core, in light, dark and forced colours. Provenance: issue text, item 8."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.report.runs import ONE

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(180)]

TABS = ("surfaced", "sent", "lifecycle", "wire", "ledger", "journal", "provenance")
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours, light": {"color_scheme": "light", "forced_colors": "active"},
    "forced colours, dark": {"color_scheme": "dark", "forced_colors": "active"},
}
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"


@pytest.mark.parametrize("mode", MODES)
def test_the_overview_has_no_violation(
    visitor: Visitor, failing: Path, axe: str, mode: str
) -> None:
    """axe-core, all of its default rules; everything that can be unfolded is."""
    page = visitor.open(failing, **MODES[mode])
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate(axe)

    assert page.evaluate(RUN) == []


@pytest.mark.parametrize("mode", MODES)
def test_no_part_of_a_cell_has_a_violation(
    visitor: Visitor, failing: Path, axe: str, mode: str
) -> None:
    """axe-core on each tab, and on the help."""
    page = visitor.open(failing, f"#cell-{ONE}--left", **MODES[mode])
    page.evaluate(axe)
    for number, tab in enumerate(TABS, start=1):
        page.keyboard.press(str(number))
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate(RUN) == [], tab
    page.keyboard.press("?")
    assert page.evaluate(RUN) == []


def test_without_the_script_there_is_no_violation(
    visitor: Visitor, failing: Path, axe: str
) -> None:
    """The summaries that the script hides are judged as well."""
    page = visitor.open(failing)
    page.evaluate(
        "delete document.documentElement.dataset.script; document.querySelectorAll('details').forEach(one => { one.open = true })"
    )
    page.evaluate(axe)

    assert page.evaluate(RUN) == []


def test_the_structure_is_told_to_a_screen_reader(visitor: Visitor, failing: Path) -> None:
    """Headings in order, tabs, a table with its rows and columns."""
    page = visitor.open(failing, f"#cell-{ONE}--left")
    tree = page.locator("#cell-view").aria_snapshot()

    for part in (
        'heading "divergence left on',
        'navigation "Where this is"',
        'tablist "Planes and evidence"',
        "tab ",
        'table "Events of turn 0',
    ):
        assert part in tree, part
    assert page.evaluate("document.activeElement.id") == "cell-title"
