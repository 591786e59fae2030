"""The page in a real browser: its script runs under its policy, and no value of an SDK does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.report.files import template_sources
from harness.report.html import render
from tests.report import runs
from tests.report.test_html import hostile_run

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def document(lines: list[runs.Line], folder: Path) -> str:
    """The document as the browser has it after loading, from a file, without a network."""
    (folder / "index.html").write_text(render(runs.model(lines), template_sources()), "utf-8")
    ended = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            (folder / "index.html").as_uri(),
        ],
        capture_output=True,
        timeout=50,
        check=True,
    )
    return ended.stdout.decode("utf-8")


def test_the_script_runs_under_the_policy_of_the_page(tmp_path: Path) -> None:
    """Chromium: a script whose hash the policy lacks does not run."""
    text = document(runs.rich_run(), tmp_path)

    assert re.search(r"<html[^>]* data-ready", text)
    assert not re.search(r'<form id="controls"[^>]* hidden', text)


def test_a_hostile_run_adds_no_element_to_the_document(tmp_path: Path) -> None:
    """Chromium's own parser decides what is an element."""
    text = document(hostile_run(), tmp_path)

    assert text.count("<script") == 1
    assert "<img" not in text
    assert re.search(r"<html[^>]* data-ready", text)
