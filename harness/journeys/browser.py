"""IO: Chromium through Playwright, the one module that imports it: a stage on which a journey walks, and the pictures of it.

Playwright is an extra (``codex-parity[journeys]``) and is imported where it is used, so that everything else of the room
can be imported without it. Its driver starts and ends Chromium; the profile is a folder of the driver, removed with it,
also when this process is killed. What Chromium itself leaves in its temporary folder goes with that folder, which has the
form of a workspace, so that ``codex-parity gc`` finds one that was killed with its run.
"""

from __future__ import annotations

import asyncio
import html
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from harness.errors import EXIT_INCOMPLETE, RuntimeMissing
from harness.journeys.log import Log
from harness.journeys.outcome import Browser

if TYPE_CHECKING:
    from playwright.async_api import Browser as Running
    from playwright.async_api import BrowserContext, Error, Page, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
READY: Final = "html[data-ready]"
WAIT_S: Final = 10.0
"""How long one step waits for the page; a full report of 390 scenarios is ready within one second (bench/report.py)."""

_CLOSE_S: Final = 5.0
_STILL_S: Final = 3.0
_QUALITY: Final = 90
_SOCKET: Final = "/org.chromium.Chromium.XXXXXX/SingletonSocket"
_LONGEST_SOCKET: Final = 103
"""Bytes of the name of a unix socket on macOS; on Linux four more. Chromium does not start with a longer one (measured)."""

_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""No connection of its own: updates, experiments and safe-browsing lists would be asked for at every start."""

_POINTER: Final = """for (const type of ["mousedown", "mouseup", "mousemove", "pointerdown", "pointermove", "wheel", "touchstart"])
  addEventListener(type, () => globalThis.codexParityPointer(type), { capture: true, passive: true });"""
_CAPTION: Final = """<div style="position:fixed;left:0;right:0;bottom:0;padding:9px 18px;font:600 17px system-ui,sans-serif;background:#0b1f33ee;color:#fff">{text}</div>"""
_CLICK: Final = (
    "outline: 3px solid #e8590c; outline-offset: 2px; background: rgba(255, 212, 59, .4)"
)
_WITHIN: Final = "e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth }"


class NothingWalked(RuntimeMissing):
    """No browser, or nothing that drives it: no journey was walked, which is never a pass."""

    exit_code: ClassVar[int] = EXIT_INCOMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The window of a journey: pixels, light or dark, and whether the mouse is shown."""

    width: int = 1280
    height: int = 800
    colours: Literal["light", "dark"] = "light"
    mouse: bool = True


@dataclass(slots=True)
class Pictures:
    """The pictures of a screencast as files, in the order they came; ``made`` are milliseconds and name of each."""

    folder: Path
    made: list[tuple[float, str]] = field(default_factory=list)

    def keep(self, at: float, data: bytes) -> None:
        """Write one JPEG."""
        name = f"{len(self.made):04}.jpg"
        (self.folder / name).write_bytes(data)
        self.made.append((at, name))


class Stage:
    """One page of one journey: what a person does with it, what can be asked of it. Errors are Playwright's.

    Args:
        page: the page, whose screencast runs.
        index: the report's index.html.
        log: where assertions go.
        folder: where pictures go.
        pace: factor of every pause; 1 for a person who watches.
    """

    def __init__(self, page: Page, index: Path, log: Log, folder: Path, pace: float) -> None:
        self.page = page
        self.log = log
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.pointer: list[str] = []
        self.shots: list[str] = []
        self.index = index
        self._folder = folder
        self._pace = pace
        self._caption: AbstractAsyncContextManager[object] | None = None

    async def open(self, place: str = "") -> None:
        """Open the report, or a cell of it by its permalink, and wait until its script is ready."""
        await self.page.goto(self.index.as_uri() + (f"#{place}" if place else ""))
        await self.page.wait_for_selector(READY, state="attached")
        if place:
            await self.at(place)

    async def at(self, place: str) -> None:
        """Wait until the page shows a cell; empty: the overview."""
        await self.page.wait_for_selector(f'html[data-view="{place}"]', state="attached")

    async def chapter(self, title: str, text: str) -> None:
        """A card over the page that says what comes."""
        await self.page.screencast.show_chapter(
            title, description=text, duration=max(300, 1300 * self._pace)
        )

    async def step(self, text: str) -> None:
        """Begin a step of the journey: assertions carry its name, the video shows it at the bottom."""
        self.log.step = text
        if self._caption is not None:
            with suppress(_error()):  # a page that was left has taken its overlays with it
                await self._caption.__aexit__(None, None, None)
        said = _CAPTION.format(text=html.escape(text))
        self._caption = await self.page.screencast.show_overlay(said)
        await self.beat()

    async def beat(self, times: float = 1) -> None:
        """A pause in which a person can look."""
        await asyncio.sleep(0.5 * times * self._pace)

    async def click(self, selector: str) -> None:
        """Click the first element that fits."""
        await self.page.locator(selector).first.click()

    async def press(self, key: str) -> None:
        """Press one key."""
        await self.page.keyboard.press(key)
        await self.beat(0.5)

    async def write(self, text: str) -> None:
        """Type into what has the focus, key by key."""
        await self.page.keyboard.type(text, delay=20 * self._pace)

    async def fill(self, selector: str, text: str) -> None:
        """Put a text into a field."""
        await self.page.locator(selector).fill(text)

    async def choose(self, selector: str, value: str) -> None:
        """Choose an option by its value."""
        await self.page.locator(selector).select_option(value)

    async def text(self, selector: str) -> str:
        """The text of the first element that fits, folded parts too, white space as one space."""
        return " ".join((await self.page.locator(selector).first.text_content() or "").split())

    async def count(self, selector: str) -> int:
        """How many elements fit."""
        return await self.page.locator(selector).count()

    async def wait(self, selector: str) -> None:
        """Wait until an element is visible."""
        await self.page.locator(selector).first.wait_for()

    async def within(self, selector: str) -> bool:
        """Whether the first element that fits stands in the window as it is scrolled now."""
        return bool(await self.page.locator(selector).first.evaluate(_WITHIN))

    async def ask(self, script: str, argument: object = None) -> object:
        """What a script says that runs in the page."""
        return await self.page.evaluate(script, argument)

    async def colours(self, scheme: Literal["light", "dark"]) -> None:
        """Ask for light or dark, as the system of a reader would."""
        await self.page.emulate_media(color_scheme=scheme)

    async def shot(self, name: str) -> None:
        """Keep what the window shows, without what was laid over it for the video."""
        path = f"{len(self.shots) + 1:02}-{name}.png"
        await self.page.screencast.hide_overlays()
        await self.page.screenshot(path=self._folder / path, timeout=_STILL_S * 1000)
        await self.page.screencast.show_overlays()
        self.shots.append(path)

    async def last_shot(self) -> None:
        """A picture of how it ended, when there is none yet and the page still answers."""
        if not self.shots:
            with suppress(Exception):
                async with asyncio.timeout(_STILL_S):
                    await self.shot("end")


class Chromium:
    """A running Chromium. Made by :func:`chromium`; a stage is one page in a context of its own."""

    def __init__(self, playwright: Playwright, program: str, temp: Path) -> None:
        self._playwright = playwright
        self._program = program
        self._temp = temp
        self._browser: Running | None = None
        self._sandbox = os.name == "nt" or os.geteuid() != 0

    async def start(self) -> Browser:
        """Start it, or again after it was lost; under root, and where the kernel forbids it, without its sandbox.

        Raises:
            NothingWalked: it does not start.
        """
        error = _error()
        for sandbox in dict.fromkeys((self._sandbox, False)):
            try:
                self._browser = await self._playwright.chromium.launch(
                    executable_path=self._program,
                    args=[*_FLAGS],
                    chromium_sandbox=sandbox,
                    env=self._environment(),
                )
            except error as problem:
                said = problem.message
            else:
                self._sandbox = sandbox
                return Browser(name="Chromium", version=self._browser.version, sandbox=sandbox)
        raise NothingWalked(
            f"Chromium does not start: {_first_line(said)}",
            where=self._program,
            hint=f"Start `{self._program} --headless --version` to see why.",
        )

    def _environment(self) -> dict[str, str | float | bool]:
        """Ours, with a temporary folder of its own where the socket that Chromium makes in it can still be named."""
        longest = len(str(self._temp)) + len(_SOCKET)
        own = {"TMPDIR": str(self._temp)} if longest <= _LONGEST_SOCKET else {}
        return {**os.environ, **own}

    async def ready(self) -> None:
        """Start it again when it was lost.

        Raises:
            NothingWalked: it does not start any more.
        """
        if self._browser is None or not self._browser.is_connected():
            await self.start()

    @asynccontextmanager
    async def stage(
        self, view: View, index: Path, log: Log, folder: Path, pictures: Pictures, pace: float
    ) -> AsyncIterator[Stage]:
        """A page of its own, filmed; whatever happens on it, it is closed within seconds, or the browser is."""
        assert self._browser is not None, "a stage is asked for after start"
        context = await self._browser.new_context(
            viewport={"width": view.width, "height": view.height},
            color_scheme=view.colours,
            permissions=["clipboard-read", "clipboard-write"],
        )
        try:
            context.set_default_timeout(WAIT_S * 1000)
            stage = Stage(await context.new_page(), index, log, folder, pace)
            await _watch(context, stage, view, pictures, pace)
            yield stage
        finally:
            await self._close(context)

    async def _close(self, context: BrowserContext) -> None:
        try:
            async with asyncio.timeout(_CLOSE_S):
                await context.close()
        except (TimeoutError, _error()):
            await self.stop()

    async def stop(self) -> None:
        """End it."""
        if self._browser is not None:
            with suppress(TimeoutError, _error()):
                async with asyncio.timeout(_CLOSE_S):
                    await self._browser.close()
        self._browser = None


_NO_CHROMIUM: Final = "no Chromium on this machine"
_INSTALL: Final = f"Install one of {', '.join(NAMES)} (on Debian: apt-get install chromium ffmpeg), or call `playwright install chromium`."


@asynccontextmanager
async def chromium(program: str | None = None) -> AsyncIterator[Chromium]:
    """Chromium of this machine; it, its driver and its profile are gone afterwards.

    Args:
        program: its path; None: the first of ``NAMES`` on PATH, else the one that ``playwright install chromium`` brought.

    Raises:
        NothingWalked: there is no Chromium or no Playwright.
    """
    found = program or find_chromium()
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra
    except ImportError as error:
        lacking = "no Playwright in this environment"
        what, more = (lacking, "") if found else (f"{_NO_CHROMIUM}, {lacking}", f" {_INSTALL}")
        raise NothingWalked(
            what, hint=f"python -m pip install 'codex-parity[journeys]'.{more}"
        ) from error
    place = Path(tempfile.mkdtemp(prefix="parity-"))
    temp = place / "tmp"
    temp.mkdir()
    playwright = await async_playwright().start()
    running: Chromium | None = None
    try:
        running = Chromium(playwright, found or _own(playwright), temp)
        yield running
    finally:
        if running is not None:
            await running.stop()
        # The driver got the same Ctrl-C and may be gone already.
        with suppress(TimeoutError, _error()):
            async with asyncio.timeout(_CLOSE_S):
                await playwright.stop()
        shutil.rmtree(place, ignore_errors=True)


def _own(playwright: Playwright) -> str:
    """The Chromium that Playwright fetched for itself."""
    path = playwright.chromium.executable_path
    if not Path(path).is_file():
        raise NothingWalked(_NO_CHROMIUM, where="PATH", hint=_INSTALL)
    return path


def find_chromium() -> str | None:
    """The path of the first Chromium on PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


async def carried(walk: Awaitable[None], seconds: float) -> str | None:
    """Walk to the end; returns why that was not reached: a step that found nothing, a page that hangs, a lost browser."""
    try:
        async with asyncio.timeout(seconds):
            await walk
    except TimeoutError:
        return f"no end within {seconds:g} s"
    except _error() as error:
        return _first_line(error.message)
    return None


async def _watch(
    context: BrowserContext, stage: Stage, view: View, pictures: Pictures, pace: float
) -> None:
    """Note requests, complaints and the pointer, and take pictures, before the first page is there."""
    page = stage.page
    page.on("request", lambda one: stage.requests.append(one.url))
    page.on("pageerror", lambda error: stage.complaints.append(f"error {error}"))
    page.on("dialog", lambda one: stage.complaints.append(f"dialog {one.message}"))
    page.on(
        "console",
        lambda one: (
            stage.complaints.append(f"{one.type} {one.text}")
            if one.type in {"error", "warning"}
            else None
        ),
    )
    # A method of a list cannot be given itself: Playwright sets a mark on what it is given.
    await context.expose_function("codexParityPointer", lambda kind: stage.pointer.append(kind))  # noqa: PLW0108
    await context.add_init_script(_POINTER)
    await page.screencast.start(
        on_frame=lambda one: pictures.keep(one["timestamp"], one["data"]),
        quality=_QUALITY,
        size={"width": view.width, "height": view.height},
    )
    await page.screencast.show_actions(
        duration=max(100, 600 * pace),
        cursor="pointer" if view.mouse else "none",
        style={"title": "display: none", "highlight": _CLICK},
    )


def _error() -> type[Error]:
    """What Playwright raises; only asked where it is there."""
    from playwright.async_api import Error as Raised  # noqa: PLC0415 - an extra

    return Raised


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:300]
