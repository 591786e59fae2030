"""A real browser that watches what a page does: requests, dialogs, errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.journeys.browser import READY, find_chromium
from tests.browser import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

REQUIRED: Final = os.environ.get("CODEX_PARITY_BROWSER") == "required"
AXE: Final = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def lacking(what: str) -> None:
    """Skip with a reason; fail where skipping is not allowed (`nox -s browser`)."""
    if REQUIRED:
        pytest.fail(what)
    pytest.skip(f"{what}; `nox -s browser` installs what it needs")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of this machine, without a window; it ends with the package, for its loop forbids others in the process."""
    path = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("no Playwright in this environment")
    if path is None:
        lacking("no Chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Visitor:
    """Opens pages, and keeps what each of them did that it should not."""

    browser: Browser
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        path: Path,
        fragment: str = "",
        *,
        script: bool = True,
        wait: bool = True,
        **options: Any,
    ) -> Page:
        """A page in a context of its own, once its script says that it is ready."""
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = self.browser.new_context(java_script_enabled=script, **options)
        self.contexts.append(context)
        page = context.new_page()
        self.watch(page)
        page.goto(path.as_uri() + fragment)
        if script and wait:
            page.wait_for_selector(READY, state="attached")
        return page

    def watch(self, page: Page) -> None:
        """Note every request that leaves the files, every error and every dialog."""
        page.on(
            "request",
            lambda one: (
                None
                if one.url.startswith(("file:", "blob:"))
                else self.wrong.append(f"request {one.url}")
            ),
        )
        page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        page.on(
            "console",
            lambda one: (
                self.wrong.append(f"{one.type} {one.text}")
                if one.type in {"error", "warning"}
                else None
            ),
        )
        page.on("dialog", lambda one: self.wrong.append(f"dialog {one.message}"))


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """A visitor; no page that it opened may have asked for anything, failed or shown a dialog."""
    found = Visitor(browser)
    yield found
    for context in found.contexts:
        context.close()
    assert found.wrong == []


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small run that fails."""
    return pages.written(pages.failing(), tmp_path_factory.mktemp("failing"))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run with a scenario of 100,000 events."""
    return pages.written(pages.many(), tmp_path_factory.mktemp("many"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core."""
    if not AXE.is_file():
        lacking("no axe-core")
    return AXE.read_text("utf-8")
