"""Invisible text is made visible, long text is cut around the difference."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.visible import Shown, json_text, pair, runs, sha, visible, whole


@pytest.mark.parametrize(
    ("hidden", "sign"),
    [
        ("\x00", "␀"),
        ("\x1b", "␛"),
        ("\x7f", "␡"),
        ("\n", "␊"),
        ("\r", "␍"),
        ("\u202e", "<U+202E>"),
        ("\u2028", "<U+2028>"),
        ("\u2029", "<U+2029>"),
        ("\x85", "<U+0085>"),
        ("\ud800", "<U+D800>"),
        ("\u200b", "<U+200B>"),
        ("\ufeff", "<U+FEFF>"),
        ("\u00a0", "<U+00A0>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_an_invisible_character_becomes_a_sign(hidden: str, sign: str) -> None:
    """Ours: hostile content is shown, not obeyed (REPORTS.md 3.1)."""
    assert visible(f"a{hidden}b") == f"a{sign}b"


def test_visible_text_is_left_as_it_is() -> None:
    """Ours."""
    assert visible("plain <b> é 漢 🙂") == "plain <b> é 漢 🙂"
    assert visible("") == ""


def test_characters_that_the_place_can_show_are_kept() -> None:
    """Ours: a preformatted block shows lines."""
    assert visible("a\n\tb\x1b", keep="\n\t") == "a\n\tb␛"


def test_signs_are_told_apart_from_text_that_looks_like_them() -> None:
    """Ours: the text <U+202E> is not the character."""
    assert runs("<U+202E>\u202e") == [(False, "<U+202E>"), (True, "<U+202E>")]
    assert runs("\x00") == [(True, "␀")]


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_made_visible_fits_into_xml_and_utf_8(text: str) -> None:
    """XML 1.0, 2.2 Characters: controls, surrogates and U+FFFE are no characters of a document."""
    element = ET.Element("x")
    element.text = visible(text)
    assert ET.fromstring(ET.tostring(element, "utf-8")).text == (visible(text) or None)


@given(st.text())
def test_making_text_visible_twice_changes_nothing_more(text: str) -> None:
    """Ours."""
    assert visible(visible(text)) == visible(text)


def test_json_keeps_its_types_apart() -> None:
    """DESIGN, "Comparison": 1, 1.0, "1" and true differ, and so they look."""
    assert (
        json_text([1, 1.0, "1", True, None, {"k": "é"}]) == '[1, 1.0, "1", true, null, {"k": "é"}]'
    )


def test_a_short_value_is_shown_whole() -> None:
    """Ours."""
    assert whole("abc", room=3) == Shown(before="abc")


def test_a_long_value_is_shown_with_length_and_hash() -> None:
    """Ours: a cut is never silent."""
    text = "a" * 500 + "b" * 600
    shown = whole(text, room=100)

    assert shown.before == f"{'a' * 50} … {'b' * 50}"
    assert (
        shown.note
        == f"cut: 1,100 characters, sha256 {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    )


def test_a_lone_surrogate_has_a_hash_too() -> None:
    """Ours: bytes that are not UTF-8 arrive as surrogates."""
    assert len(sha("\ud800")) == 12


@pytest.mark.parametrize(
    ("left", "right", "first", "second"),
    [
        ("abXcd", "abYYcd", ("ab", "X", "cd"), ("ab", "YY", "cd")),
        ("aa", "aaa", ("aa", "", ""), ("aa", "a", "")),
        ("", "x", ("", "", ""), ("", "x", "")),
        ("same", "same", ("same", "", ""), ("same", "", "")),
    ],
)
def test_the_differing_middle_of_two_values_is_marked(
    left: str, right: str, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    """Ours: field-level highlights."""
    one, two = pair(left, right)

    assert (one.before, one.mark, one.after) == first
    assert (two.before, two.mark, two.after) == second


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_marking_loses_nothing(left: str, right: str) -> None:
    """Ours."""
    one, two = pair(left, right)

    assert (one.text, two.text) == (left, right)


def test_a_difference_far_inside_a_long_value_is_still_seen() -> None:
    """Ours: 100 KB of equal text must not hide one letter."""
    left = "x" * 60_000 + "L" + "y" * 40_000
    one, two = pair(left, left.replace("L", "R"), room=300)

    assert (one.mark, two.mark) == ("L", "R")
    assert one.before.startswith("… xxx")
    assert one.after.endswith("yyy …")
    assert len(one.text) < 300
    assert "100,001 characters" in one.note


def test_a_difference_near_an_end_needs_no_ellipsis_there() -> None:
    """Ours."""
    one, two = pair("L" + "y" * 400, "R" + "y" * 400, room=300)
    three, _ = pair("y" * 400 + "L", "y" * 400 + "R", room=300)

    assert (one.before, two.before) == ("", "")
    assert three.after == ""


def test_a_long_differing_middle_keeps_its_ends() -> None:
    """Ours."""
    one, two = pair("a" + "L" * 2000 + "z", "a" + "R" * 2000 + "z", room=300)

    assert one.mark.startswith("LLL")
    assert " … " in one.mark
    assert len(two.text) < 400


TABLE = Path(__file__).parents[1] / "browser" / "visible.json"


@pytest.mark.parametrize(
    "row", json.loads(TABLE.read_text("utf-8")), ids=lambda row: ascii(row["text"])
)
def test_the_page_and_its_script_make_the_same_signs(row: dict[str, str]) -> None:
    """Ours: `tests/browser/unit/visible.test.js` holds the script of the page to the same table."""
    assert visible(row["text"], keep=row["keep"]) == row["shown"]
