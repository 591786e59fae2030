"""The journeys themselves: eight things that a maintainer does with a report, each with what must be seen on the way.

They work on the stage that ``browser.py`` makes, with what ``facts.py`` expects of this run; they know no file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from harness.journeys.browser import Stage, View
from harness.journeys.facts import Facts, Slice, Target
from harness.jsonvalue import JsonValue
from harness.report.words import plural

Walk: TypeAlias = Callable[[Stage, Facts], Awaitable[None]]
Need: TypeAlias = Callable[[Facts], str | None]

_ROWS: Final = "table.matrix tbody tr:not(.filtered)"
_PLANES: Final = ("surfaced", "sent", "lifecycle")
_TABS: Final = (*_PLANES, "wire", "ledger", "journal", "provenance")
_NARROW: Final = 400
_READABLE: Final = 4.5
"""The least contrast of text that WCAG 2.2 asks for at level AA (1.4.3)."""

_WIDTH: Final = "() => document.documentElement.scrollWidth"
_CONTRAST: Final = """(selectors) => {
  const rgba = (text) => { const [r, g, b, a = 1] = (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number); return { c: [r, g, b], a }; };
  const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { for (let one = e; one; one = one.parentElement) { const { c, a } = rgba(getComputedStyle(one).backgroundColor); if (a === 1) return c; } return [255, 255, 255]; };
  return selectors.map((selector) => {
    const one = document.querySelector(selector);
    if (!one) return [selector, null, null];
    const [back, text] = [light(behind(one)), light(rgba(getComputedStyle(one).color).c)];
    return [selector, Math.round(100 * (Math.max(back, text) + 0.05) / (Math.min(back, text) + 0.05)) / 100, Math.round(1000 * back) / 1000];
  });
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One journey: its name (also of its folder), title, what it does in a sentence, its window, what a run must have."""

    name: str
    title: str
    told: str
    walk: Walk
    need: Need
    view: View = field(default_factory=View)


async def _open(stage: Stage, facts: Facts) -> None:
    await stage.step("Open index.html from the disk")
    stage.log.holds("the verdict", facts.line, await stage.text("h1"), ok=facts.line in await stage.text("h1"))  # fmt: skip
    stage.log.equal("the verdict stands in the first window", expected=True, seen=await stage.within("h1"))  # fmt: skip
    title = str(await stage.ask("() => document.title"))
    stage.log.holds("the verdict in the title of the tab", facts.line, title, ok=title.startswith(facts.line))  # fmt: skip
    await stage.shot("overview")
    await stage.step("The cells of the run")
    await stage.ask("() => document.getElementById('matrix').scrollIntoView()")
    stage.log.equal("how many cells", f"{facts.cells} cells", await stage.text("#f-count"))
    await stage.beat()
    await stage.shot("matrix")
    await stage.step("Down to the end of the page")
    for part in range(1, 6):
        await stage.ask(f"() => scrollTo({{ top: document.body.scrollHeight * {part} / 5, behavior: 'smooth' }})")  # fmt: skip
        await stage.beat()
    _quiet(stage)


def _quiet(stage: Stage) -> None:
    """Nothing was asked for outside of the report's folder, nothing was complained about."""
    home = stage.index.parent.as_uri() + "/"
    left = [url for url in stage.requests if not url.startswith((home, "blob:", "data:"))]
    stage.log.equal("requests that leave the files of the report", [], [*left[:20]])
    stage.log.equal("errors, warnings and dialogs", [], [*stage.complaints[:20]])


async def _filter(stage: Stage, facts: Facts) -> None:
    assert facts.verdict is not None, "the journey needs cells"
    assert facts.subject is not None, "the journey needs cells"
    assert facts.text is not None, "the journey needs cells"
    await stage.ask("() => document.getElementById('matrix').scrollIntoView()")
    await stage.step(f"Filter by verdict: {facts.verdict.word}")
    await stage.choose("#f-verdict", facts.verdict.value)
    await _filtered(stage, facts, facts.verdict)
    await stage.shot("by-verdict")
    await stage.choose("#f-verdict", "")
    await stage.step(f"Filter by SDK: {facts.subject.value}")
    await stage.choose("#f-sdk", facts.subject.value)
    await _filtered(stage, facts, facts.subject)
    await stage.shot("by-sdk")
    await stage.choose("#f-sdk", "")
    await stage.step(f"Filter by text: {facts.text.value}")
    await stage.click("#f-text")
    await stage.write(facts.text.value)
    await _filtered(stage, facts, facts.text)
    url = str(await stage.ask("() => location.hash"))
    stage.log.holds("the filter stands in the address", "q=", url, ok="q=" in url)
    await stage.shot("by-text")
    await stage.step("Take the filter away")
    await stage.fill("#f-text", "")
    stage.log.equal("how many cells", f"{facts.cells} cells", await stage.text("#f-count"))


async def _filtered(stage: Stage, facts: Facts, wanted: Slice) -> None:
    told = f"{wanted.cells} of {facts.cells} cells in {wanted.scenarios} scenarios"
    stage.log.equal("what the filter leaves", told, await stage.text("#f-count"))
    stage.log.equal("rows that are shown", wanted.scenarios, await stage.count(_ROWS))
    await stage.beat()


async def _first(stage: Stage, facts: Facts) -> None:
    first = facts.first
    assert first is not None, "the journey needs a difference"
    if facts.red:
        await stage.step(f"To the first of what is red: {first.verdict}")
    else:
        await stage.step(f"Nothing is red; to the first that differs: {first.verdict}")
    if first.by_link:
        await stage.click("a.first")
    else:
        await stage.press("n")
    await stage.at(first.place)
    await _is_cell(stage, first)
    await stage.shot("cell")
    if first.sentences:
        await stage.step("To the place that differs")
        await stage.press("n")
        await stage.wait(".here")
        stage.log.equal("the place stands in the window", expected=True, seen=await stage.within(".here"))  # fmt: skip
        await stage.shot("difference")


async def _is_cell(stage: Stage, cell: Target) -> None:
    """The page shows this cell, with its verdict and a difference that the run file has."""
    await stage.wait("#cell-title")
    title = await stage.text("#cell-title")
    for what, text in (("verdict", cell.verdict), ("SDK", cell.subject), ("scenario", cell.scenario)):  # fmt: skip
        stage.log.holds(f"the {what} in the heading", text, title, ok=text in title)
    if cell.sentences:
        told = await stage.text(".diffs")
        named = [one for one in cell.sentences if " ".join(one.split()) in told]
        stage.log.holds("differences of the run file on the page", "at least 1", len(named), ok=bool(named))  # fmt: skip


async def _expand(stage: Stage, facts: Facts) -> None:
    cell = _cell(facts)
    await stage.open(cell.place)
    await stage.step("A cell: what was expected, what differs, whose it is")
    await _is_cell(stage, cell)
    await stage.shot("cell")
    for plane in _PLANES:
        await _tab(stage, plane)
        mark = await stage.text(f"#tab-{plane}")
        differs = plane in cell.planes
        stage.log.holds("its mark says whether it differs", "a count" if differs else "a tick", mark, ok=differs != mark.endswith("✓"))  # fmt: skip
        await stage.shot(plane)
    await stage.step("Raw: as it was seen, before any rule")
    await stage.click("#tab-surfaced")
    await stage.click(".tools button:text-is('raw')")
    seen = await stage.count(".tools button[aria-pressed=true]:text-is('raw')")
    stage.log.equal("raw is on", 1, seen)
    url = str(await stage.ask("() => location.hash"))
    stage.log.holds("raw stands in the address", "raw=1", url, ok="raw=1" in url)
    sides = await stage.count("#tab-body section[aria-label$=', raw']")
    stage.log.holds("sides as they were seen", "at least 1", sides, ok=sides >= 1)
    await stage.beat()
    await stage.shot("raw")
    await stage.click(".tools button:text-is('normalised')")
    await _tab(stage, "ledger")
    told = await stage.text("#tab-body")
    stage.log.holds("the ledger says what rules replaced", "a table, or that none did", told[:200], ok="rule" in told.lower())  # fmt: skip
    await stage.shot("ledger")
    for tab in ("wire", "journal", "provenance"):
        await _tab(stage, tab)


async def _tab(stage: Stage, tab: str) -> None:
    await stage.step(f"The tab {tab}")
    await stage.click(f"#tab-{tab}")
    await stage.ask("() => document.querySelector('.tabs').scrollIntoView()")
    on = await stage.count(f"#tab-{tab}[aria-selected=true]")
    stage.log.equal("the tab is chosen", 1, on)
    told = await stage.text("#tab-body")
    stage.log.holds("the tab says something", "text", f"{len(told)} characters", ok=bool(told))
    await stage.beat()


async def _copy(stage: Stage, facts: Facts) -> None:
    cell = _cell(facts)
    await stage.open(cell.place)
    await stage.ask("() => navigator.clipboard.writeText('nothing was copied')")
    await stage.step("The command that shows it again")
    shown = await stage.text("p.replay code")
    stage.log.equal("the page shows the command of the run file", cell.replay, shown)
    await stage.step("Copy it")
    await stage.click("#copy-replay")
    await stage.wait("#copy-replay:text-is('copied')")
    copied = str(await stage.ask("() => navigator.clipboard.readText()"))
    stage.log.equal("the clipboard holds what the page shows", shown, copied)
    await stage.shot("copied")
    await stage.step(f"In the clipboard: {copied}")
    stage.log.equal("the clipboard holds the command of the run file", cell.replay, copied)
    await stage.beat(2)


async def _dark(stage: Stage, facts: Facts) -> None:
    await stage.step("The overview in dark colours")
    await _contrast(stage, ("h1", "p.lede", "p.lane", "h2", "#matrix summary .name b"), dark=True)
    await stage.shot("overview")
    await stage.step("A cell in dark colours")
    await stage.open(_cell(facts).place)
    parts = ("#cell-title b", "p.headline", "p.expect", "p.replay code", ".tab[aria-selected=true]")
    await _contrast(stage, parts, dark=True)
    await stage.beat()
    await stage.shot("cell")
    await stage.step("The same in light colours")
    await stage.colours("light")
    await _contrast(stage, parts, dark=False)
    await stage.beat()


async def _contrast(stage: Stage, parts: tuple[str, ...], *, dark: bool) -> None:
    """Text on its background can be read, and the background is as dark or light as was asked for."""
    found = cast("list[tuple[str, float | None, float | None]]", await stage.ask(_CONTRAST, [*parts]))  # fmt: skip
    for part, ratio, back in found:
        if ratio is None or back is None:
            continue
        stage.log.holds(f"contrast of {part}", f"at least {_READABLE}", ratio, ok=ratio >= _READABLE)  # fmt: skip
        limit = "below 0.2" if dark else "above 0.5"
        stage.log.holds(f"luminance behind {part}", limit, back, ok=back < 0.2 if dark else back > 0.5)  # fmt: skip
    there: list[JsonValue] = [part for part, ratio, _ in found if ratio is not None]
    stage.log.holds("parts that were looked at", "at least 3", there, ok=len(there) >= 3)


async def _keyboard(stage: Stage, facts: Facts) -> None:
    assert facts.text is not None, "the journey needs cells"
    active = "() => document.activeElement.id || document.activeElement.className"
    await stage.step("Tab: the link that skips to the results")
    await stage.press("Tab")
    stage.log.equal("what has the focus", "skip", str(await stage.ask(active)))
    await stage.shot("skip")
    await stage.step("/: the filter")
    await stage.press("/")
    stage.log.equal("what has the focus", "f-text", str(await stage.ask(active)))
    await stage.write(facts.text.value)
    told = f"{facts.text.cells} of {facts.cells} cells in {facts.text.scenarios} scenarios"
    stage.log.equal("what the filter leaves", told, await stage.text("#f-count"))
    await stage.press("Escape")
    await stage.shot("filter")
    await stage.step("n: the first cell that fits")
    await stage.press("n")
    await stage.wait("#cell-title")
    title = await stage.text("#cell-title")
    stage.log.holds("the scenario in the heading", facts.text.value, title, ok=facts.text.value in title)  # fmt: skip
    await stage.step("1 to 7: the tabs")
    for number, tab in enumerate(_TABS, start=1):
        await stage.press(str(number))
        chosen = await stage.count(f"#tab-{tab}[aria-selected=true]")
        stage.log.equal(f"the tab {tab} is chosen", 1, chosen)
    await stage.press("1")
    await stage.step("r: raw")
    await stage.press("r")
    seen = await stage.count(".tools button[aria-pressed=true]:text-is('raw')")
    stage.log.equal("raw is on", 1, seen)
    await stage.shot("cell")
    await stage.step("?: the keys")
    await stage.press("?")
    stage.log.equal("the help is open", 1, await stage.count("dialog#help[open]"))
    await stage.shot("help")
    await stage.press("Escape")
    stage.log.equal("the help is closed", 0, await stage.count("dialog#help[open]"))
    await stage.step("o: back to the overview")
    await stage.press("o")
    await stage.wait("h1")
    stage.log.equal("events of a mouse or a finger", [], [*stage.pointer[:20]])


async def _narrow(stage: Stage, facts: Facts) -> None:
    await stage.step("The overview on a narrow screen")
    stage.log.equal("the verdict stands in the first window", expected=True, seen=await stage.within("h1"))  # fmt: skip
    await _fits(stage, "the overview")
    await stage.shot("overview")
    for part in range(1, 5):
        await stage.ask(f"() => scrollTo({{ top: document.body.scrollHeight * {part} / 4, behavior: 'smooth' }})")  # fmt: skip
        await stage.beat()
    await stage.step("A cell on a narrow screen")
    await stage.open(_cell(facts).place)
    await _fits(stage, "the cell")
    await stage.shot("cell")
    await stage.step("Every tab of it")
    for tab in _TABS:
        await stage.click(f"#tab-{tab}")
        await _fits(stage, f"the tab {tab}")
    await stage.shot("tab")


async def _fits(stage: Stage, what: str) -> None:
    width = cast("int", await stage.ask(_WIDTH))
    stage.log.holds(f"width of {what} in pixels", f"at most {_NARROW}", width, ok=width <= _NARROW)


def _cell(facts: Facts) -> Target:
    assert facts.cell is not None, "the journey needs cells"
    return facts.cell


def _always(_: Facts) -> str | None:
    return None


def _needs_cells(facts: Facts) -> str | None:
    return None if facts.cells else "the run has no cell"


def _needs_difference(facts: Facts) -> str | None:
    return None if facts.first else f"no cell of the run differs ({plural(facts.cells, 'cell')})"


PLANS: Final = (
    Plan(name="open", title="Open the report", told="The verdict is there at once; nothing is asked for outside of the files.", walk=_open, need=_always),
    Plan(name="filter", title="Filter the matrix", told="By verdict, by SDK, by text; the filter stands in the address.", walk=_filter, need=_needs_cells),
    Plan(name="first-divergence", title="Jump to the first divergence", told="From the verdict to the place that differs.", walk=_first, need=_needs_difference),
    Plan(name="expand", title="Expand a cell", told="Planes, raw and normalised, the ledger, the evidence.", walk=_expand, need=_needs_cells),
    Plan(name="copy-replay", title="Copy the replay command", told="What is copied is what the run file says.", walk=_copy, need=_needs_cells),
    Plan(name="dark", title="Dark mode", told="As the reader's system asks; everything stays readable.", walk=_dark, need=_needs_cells, view=View(colours="dark")),
    Plan(name="keyboard", title="Keyboard only", told="Filter, cell, tabs, raw, help, back, without a mouse.", walk=_keyboard, need=_needs_cells, view=View(mouse=False)),
    Plan(name="narrow", title="Narrow screen", told="400 pixels wide; the page never scrolls sideways.", walk=_narrow, need=_needs_cells, view=View(width=_NARROW)),
)  # fmt: skip
"""Every journey, in the order in which they are walked."""
