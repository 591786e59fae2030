"""The HTML report: one inert, self-contained, deterministic page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from harness.jsonvalue import JsonValue
from harness.report.files import template_sources
from harness.report.html import INDEX, MODULES, block, inline, pages, web_address
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO
from tests.report.unpacked import documents_of, index_of

SOURCES = template_sources()
VOID = {"meta", "br", "input", "link", "img", "hr"}
HOSTILE = "<script>alert(1)</script></script><img src=x onerror=alert(2)>\x00\x1b[31m\u202e\u2028\u2029\x85\ud800{{ 7*7 }}{% raw %}' \" &"


class Page(HTMLParser):
    """Reads a page and notes elements, ids, links, text; refuses tags that do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def render(model: RunModel, sources: Mapping[str, str]) -> str:
    made = pages(model, sources)
    assert list(made) == [INDEX]
    return made[INDEX]


def rich() -> RunModel:
    return runs.model(runs.rich_run())


def hostile_run() -> list[runs.Line]:
    """Every free text of a run is hostile, and one value is 100 KB long."""
    long = HOSTILE + "x" * 100_000
    event: JsonValue = {"type": HOSTILE, "item": {"id": HOSTILE, "type": HOSTILE, "text": long}}
    facts: JsonValue = {
        "surfaced.events": [[event]],
        "sent.argv_text": [[HOSTILE, "-m", long]],
        "sent.stdin": [HOSTILE],
    }
    other: JsonValue = {
        "surfaced.events": [[]],
        "sent.argv_text": [[HOSTILE]],
        "sent.stdin": [long],
    }
    head = runs.header(
        subjects=[
            runs.subject("reference", sdk=HOSTILE),
            runs.subject(HOSTILE, version=HOSTILE, runtime=HOSTILE),
            runs.subject("away", state="could_not_run", reason=HOSTILE),
        ],
        command=[HOSTILE],
        tool={"version": HOSTILE, "python": HOSTILE, "platform": HOSTILE},
    )
    line = runs.scenario(
        title=HOSTILE,
        expect=HOSTILE,
        source=HOSTILE,
        family=HOSTILE,
        level=HOSTILE,
        since=HOSTILE,
        provenance={"kind": HOSTILE, "from": HOSTILE},
        script={HOSTILE: HOSTILE},
    )
    differences = [
        runs.difference(
            reference=HOSTILE, sdk=long, where=HOSTILE, path="$" + HOSTILE, sentence=HOSTILE
        ),
        runs.difference(
            known=runs.known(
                reason=HOSTILE, because=HOSTILE, issue="javascript:alert(1)", until=HOSTILE
            ),
            fingerprint="f" * 12,
        ),
    ]
    checks: JsonValue = {
        f"stream/{check}": {"state": "differs", "three_way": None}
        for check in ("surfaced.events", "sent.argv_text", "sent.stdin")
    }
    results = [
        runs.divergence(HOSTILE, *differences, checks=checks, replay=HOSTILE, reason=HOSTILE),
        runs.result("away", "could_not_run", reason=HOSTILE, checks={}),
    ]
    ledger: JsonValue = [
        {"rule": HOSTILE, "check": HOSTILE, "hits": 1, "before": HOSTILE, "after": HOSTILE}
    ]
    extra = (
        line,
        runs.observation("reference", facts=facts, ledger=ledger),
        runs.observation(HOSTILE, facts=other, raw={"stderr": HOSTILE}),
    )
    end = runs.footer(
        *results,
        exit_reason=HOSTILE,
        not_verified=[HOSTILE],
        baseline=[{"problem": "unused", "subject": HOSTILE, "entry": {}, "sentence": HOSTILE}],
    )
    return runs.run(*results, head=head, extra=extra, end=end)


def test_the_same_run_gives_the_same_bytes() -> None:
    """REPORTS.md 3.1: deterministic bytes, so that a report can be tested."""
    assert render(rich(), SOURCES) == render(rich(), SOURCES)


def test_every_tag_closes_and_no_id_stands_twice() -> None:
    """HTML: well-formed nesting is what keeps a value inside its place."""
    page = Page(render(rich(), SOURCES))

    assert len(set(page.ids())) == len(page.ids())


def test_every_link_within_the_page_has_its_target() -> None:
    """Ours: the matrix, the causes and the cells lead to each other."""
    page = Page(render(rich(), SOURCES))
    targets = {
        str(attrs["href"])[1:]
        for attrs in page.all("a")
        if str(attrs.get("href", "")).startswith("#") and attrs.get("class") != "query"
    }

    assert targets <= set(page.ids())
    assert f"cell-{ONE}--left" in targets


def test_every_cell_has_a_stable_id() -> None:
    """Ours: permalinks, with and without the script."""
    page = Page(render(rich(), SOURCES))

    assert {
        f"cell-{name}--{who}" for name in (ONE, TWO) for who in ("left", "right", "gone")
    } <= set(page.ids())


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    """REPORTS.md 3.4: CSP by hash, no network."""
    text = render(rich(), SOURCES)
    page = Page(text)
    (policy,) = [attrs["content"] for attrs in page.all("meta") if "http-equiv" in attrs]
    (script,) = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert policy is not None
    assert policy.startswith(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    assert not [
        tag for tag, attrs in page.tags if tag in {"link", "img", "iframe"} or "src" in attrs
    ]
    for name in ("report.css", "page.css"):
        assert "@import" not in SOURCES[name]
        assert "url(" not in SOURCES[name]


def test_the_script_asks_for_nothing_and_parses_no_markup() -> None:
    """REPORTS.md 3.4: no network; values become text nodes."""
    script = re.sub(
        r"/\*.*?\*/", "", "".join(SOURCES[f"page/{name}"] for name in MODULES), flags=re.DOTALL
    )

    assert len(script.encode()) < 100_000
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "XMLHttp",
        "import(",
    ):
        assert word not in script, word


def test_the_first_screen_says_the_verdict_the_lane_and_where_to_look() -> None:
    """REPORTS.md 3.1."""
    words = Page(render(rich(), SOURCES)).words()

    assert "left diverges: 1 new cause in 1 result" in words
    assert f"First {ONE}, left: `item.text` is otherwise." in words
    assert "mock only: not verified against real codex" in words


def test_a_page_has_one_first_heading_a_language_a_skip_link_and_scoped_headers() -> None:
    """WCAG 1.3.1, 2.4.1, 3.1.1."""
    page = Page(render(rich(), SOURCES))

    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "en"}]
    assert {"class": "skip", "href": "#main"} in page.all("a")
    assert all(attrs.get("scope") in {"col", "row", "rowgroup"} for attrs in page.all("th"))


def test_everything_a_maintainer_asks_of_a_cell_is_there() -> None:
    """REPORTS.md 3.1: expectation, answer, differences, events, planes, ledger, replay."""
    words = Page(render(rich(), SOURCES)).words()

    for text in (
        "Expected The item is handed on with its action. PROTOCOLS.md 1.3",
        "Mine or theirs?",
        "The SDK's: reference and golden agree, the SDK stands alone.",
        "1 unexpected difference",
        "Events, mode stream",
        "the model to ask",
        "Hidden by rules cwd",
        "Standard error of the driver",
        f"See it again codex-parity replay {ONE} --subject left",
        "bug of the SDK : The port has no such field. https://example.org/issues/1 until 2.0.0",
        "expired right the entry ended with 2.0.0",
        "go is not installed",
        "the real codex binary",
    ):
        assert text in words, text


def test_an_interrupted_run_says_so() -> None:
    """schemas/run.json: a file without a footer may never look green."""
    text = render(runs.model(runs.run(runs.result("left"))[:-1]), SOURCES)
    words = Page(text).words()

    assert "Interrupted: 1 of 2 results are here" in words
    assert '<header class="top error"' in text
    assert "no result" in words


@pytest.mark.parametrize(
    "lines",
    [
        [runs.header()],
        [runs.header(subjects=[], scenarios=[])],
        runs.run(
            runs.result("left"), runs.result("right"), head=runs.header(filter="x", complete=False)
        ),
    ],
    ids=["only a header", "nothing at all", "filtered"],
)
def test_a_page_is_made_of_any_run(lines: list[runs.Line]) -> None:
    """Ours: also of an old or an interrupted one."""
    Page(render(runs.model(lines), SOURCES))


def test_hostile_values_stay_values() -> None:
    """REPORTS.md 3.1: `<script>`, bidi, ESC, line separators and NUL are shown, not obeyed."""
    text = render(runs.model(hostile_run()), SOURCES)
    page = Page(text)

    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert all(
        re.fullmatch(r"[A-Za-z0-9+/=]+", chunk)
        for chunk in re.findall("<template[^>]*>(.*?)</template>", text, re.DOTALL)
    )
    assert all("onerror" not in attrs for _, attrs in page.tags)
    assert "alert(1)" in page.words()
    assert "49" not in re.findall(r"alert\(2\)>(.{0,60})", page.words())
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", text
    )
    assert '<span class="inv">␛</span>' in text
    assert '<span class="inv">&lt;U+202E&gt;</span>' in text
    assert not [attrs for attrs in page.all("a") if "javascript" in str(attrs.get("href"))]
    text.encode("utf-8")


def test_a_long_value_is_cut_with_its_length_and_hash() -> None:
    """Ours: 100 KB of text may not make the page unreadable, and no cut is silent."""
    text = render(runs.model(hostile_run()), SOURCES)

    assert len(text) < 250_000
    assert re.search(r"cut: 100,\d\d\d characters, sha256 [0-9a-f]{12}", text)


def test_signs_are_set_apart_and_lines_are_kept_in_blocks() -> None:
    """Ours."""
    assert inline("a\n<b>") == 'a<span class="inv">␊</span>&lt;b&gt;'
    assert block("a\n\t<b>\r") == 'a\n\t&lt;b&gt;<span class="inv">␍</span>'


def test_only_pages_of_the_web_become_links() -> None:
    """Ours: `javascript:` is text."""
    assert web_address("https://example.org/x")
    assert web_address("http://example.org/x")
    assert not web_address("javascript:alert(1)")
    assert not web_address(None)


def test_a_template_that_asks_for_what_is_not_there_fails() -> None:
    """Ours: StrictUndefined; a missing value is never an empty place."""
    with pytest.raises(UndefinedError):
        render(rich(), {**SOURCES, "report.html.j2": "{{ page.nothing }}"})


def test_text_of_a_template_place_is_made_visible_without_asking() -> None:
    """Ours: the door that no template can forget."""
    lines = runs.run(
        runs.result("left"), runs.result("right"), head=runs.header(run_id="\x1b\u202e<")
    )

    assert (
        render(runs.model(lines), {**SOURCES, "report.html.j2": "{{ page.model.head.run_id }}"})
        == "␛&lt;U+202E&gt;&lt;"
    )


def test_the_data_of_the_whole_run_is_inside() -> None:
    """Issue: the data of the run is inside, compressed; the page decodes it."""
    text = render(rich(), SOURCES)

    assert set(documents_of(text)) == {ONE, TWO}
    assert set(documents_of(text)[ONE]["cells"]) == {"left", "right", "gone"}
    assert index_of(text)["places"] == {ONE: [0, 0], TWO: [0, 1]}


def test_a_report_that_is_too_large_is_split_the_largest_scenarios_first() -> None:
    """Issue: an index and one page per scenario with the same look."""
    whole = render(rich(), SOURCES)
    made = pages(rich(), SOURCES, limit=len(whole.encode()) - 1)
    name = f"scenarios/{ONE}.html"

    assert set(made) == {INDEX, name}
    assert set(documents_of(made[INDEX])) == {TWO}
    assert set(documents_of(made[name])) == {ONE}
    assert index_of(made[INDEX])["pages"] == {ONE: name}
    assert f'href="{name}#cell-{ONE}--left"' in made[INDEX]
    assert 'href="../index.html"' in made[name]
    assert f'id="cell-{ONE}--left"' in made[name]
    assert len(made[INDEX]) < len(whole)
    every = pages(rich(), SOURCES, limit=1)
    assert set(every) == {INDEX, name, f"scenarios/{TWO}.html"}
    for text in (*made.values(), *every.values()):
        Page(text)


def test_a_run_without_scenarios_is_one_page_whatever_its_size() -> None:
    """Ours: nothing can move out."""
    assert list(pages(runs.model([runs.header()]), SOURCES, limit=1)) == [INDEX]


def test_an_earlier_run_is_compared_on_the_page() -> None:
    """Issue: comparison with the previous run when there is one (regressed, fixed, changed, new, gone)."""
    now = runs.played(runs.divergence("left"), runs.result("right"))
    then = runs.played(runs.result("left"), runs.divergence("right"))
    words = Page(pages(now, SOURCES, earlier=then)[INDEX]).words()

    assert "Since run run-1" in words
    assert "1 new regression" in words
    assert "1 fixed" in words
    assert "match → divergence" in words


def test_the_rate_of_what_is_flaky_and_the_declared_outcomes_are_shown() -> None:
    """Provenance: issue text, item 4."""
    flaky = runs.difference(
        known=runs.known(flaky={"rate": "7 of 20", "measured": "2026-11-21"}), fingerprint="c" * 12
    )
    many = [runs.difference(fingerprint=f"{number:012x}") for number in range(3)]
    *lines, last = runs.run(
        runs.divergence("left", runs.difference(), *many),
        runs.result("right", "known", differences=[flaky]),
    )
    page = render(runs.model([*lines, runs.rerun(), last]), SOURCES)

    assert "flaky: 7 of 20 plays, measured 2026-11-21" in page
    assert "<b>flaky</b>: 3 of 4 plays differ" in page
    assert page.count(f"flaky: {ONE} 3 of 4 plays differ") == 1
    assert "1 cell, 4 kinds" in page
    assert "one of 2 declared outcomes: reference `one`, SDK `two`" in render(
        runs.model(runs.rich_run()), SOURCES
    )
