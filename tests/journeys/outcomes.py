"""Journeys as they end, made by hand."""

from __future__ import annotations

from typing import Final

from harness.journeys.outcome import Browser, Film, Journey, Kept, Status, Walked

SHA: Final = "0" * 64
BROWSER: Final = Browser(name="Chromium", version="156.0.1.2", sandbox=True)
FILM: Final = Film(codec="vp9", width=1280, height=800, seconds=8.5, frames=102)
FILES: Final = ("01-cell.png", "assertions.jsonl", "video.webm")


def journey(
    status: Status = "pass",
    *,
    name: str = "open",
    reason: str | None = None,
    fallback: str | None = None,
    failed: int = 0,
    files: tuple[str, ...] = FILES,
    film: Film | None = FILM,
) -> Journey:
    """A journey with four assertions."""
    return Journey(
        name=name,
        title="Open the report",
        status=status,
        reason=reason,
        fallback=fallback,
        assertions=4,
        failed=failed,
        viewport=(1280, 800),
        colours="light",
        duration_ms=9100,
        film=film,
        files=tuple(Kept(path=path, bytes=10, sha256=SHA) for path in files),
    )


def walked(*journeys: Journey) -> Walked:
    """A walk of these journeys."""
    return Walked(run_id="run-1", browser=BROWSER, journeys=journeys)


def summaries(found: Walked) -> list[Kept]:
    """The summary of each journey."""
    return [Kept(path=f"{one.name}/summary.json", bytes=20, sha256=SHA) for one in found.journeys]
