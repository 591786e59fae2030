"""Sentences about ``harness.real.versions``; the names are those of the packages on npm and PyPI."""

from __future__ import annotations

import pytest

from harness.errors import UsageFault
from harness.real.versions import expand, is_stable, key, npm_names, platform_of, stable

KNOWN = ("0.58.0", "0.101.0", "0.125.0", "0.169.0")


def test_releases_are_sorted_by_number_and_prereleases_are_left_out() -> None:
    found = stable(["0.169.0", "0.58.0", "0.169.0-linux-x64", "0.170.0-alpha.1", "0.101.0", "0.58.0"])  # fmt: skip
    assert found == ("0.58.0", "0.101.0", "0.169.0")
    assert is_stable("0.58.0") is True
    assert key("0.101.0") > key("0.58.0")


@pytest.mark.parametrize(
    ("words", "releases"),
    [
        (["0.169.0"], ("0.169.0",)),
        (["latest", "0.58.0"], ("0.58.0", "0.169.0")),
        (["0.100.0..latest"], ("0.101.0", "0.125.0", "0.169.0")),
        (["0.58.0..0.125.0", "0.58.0"], ("0.58.0", "0.101.0", "0.125.0")),
    ],
)
def test_words_and_ranges_name_releases(words: list[str], releases: tuple[str, ...]) -> None:
    assert expand(words, KNOWN) == releases


@pytest.mark.parametrize("word", ["newest", "0.169", "0.169.0..", "0.169.0..0.58.0"])
def test_a_word_that_names_no_release_is_refused(word: str) -> None:
    with pytest.raises(UsageFault):
        expand([word], KNOWN)


def test_latest_needs_to_know_the_releases() -> None:
    with pytest.raises(UsageFault, match="needs the registry"):
        expand(["latest"], ())


def test_each_platform_has_its_names_and_another_is_refused() -> None:
    assert platform_of("linux", "x86_64") == ("linux-x64", "x86_64-unknown-linux-musl")
    assert platform_of("win32", "AMD64") == ("win32-x64", "x86_64-pc-windows-msvc")
    assert npm_names("0.169.0", "linux-x64")[0] == "@openai/codex@0.169.0-linux-x64"
    with pytest.raises(UsageFault, match="not released for plan9 mips"):
        platform_of("plan9", "mips")
