"""Ids are stable, safe and distinct."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from harness.report.names import cause_id, cell_id, scenario_id, slug


def test_ids_of_plain_names_can_be_read() -> None:
    """Ours: a permalink says what it leads to."""
    assert cell_id("exec.items.web-search", "left") == "cell-exec.items.web-search--left"
    assert scenario_id("a") == "scenario-a"
    assert cause_id("0123", None) == "cause-0123"
    assert cause_id("0123", "a").startswith("known-0123-")
    assert cause_id("0123", "a") != cause_id("0123", "b")


def test_names_that_differ_only_in_unsafe_characters_stay_apart() -> None:
    """Ours: a subject may be named by a path."""
    assert slug("a/b") != slug("a-b")
    assert slug("a/b") != slug("a b")


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_gives_a_safe_id(name: str) -> None:
    """HTML: an id has no space and is not empty; in a URL it needs no escape."""
    assert re.fullmatch(r"[A-Za-z0-9._-]+", slug(name))
