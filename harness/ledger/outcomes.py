"""How the tests of a run came out, read off its JUnit file: a test that was skipped proves nothing. CORE: text in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias
from xml.etree import ElementTree as ET

from harness.errors import UsageFault

Outcome: TypeAlias = Literal["passed", "skipped", "failed"]
_RANK: Final[tuple[Outcome, ...]] = ("skipped", "passed", "failed")


def read(text: str, where: str) -> dict[str, Outcome]:
    """What came of each test, ``path::name`` without its case: failed if one case did, else passed if one did.

    Args:
        text: what ``pytest --junitxml`` wrote.
        where: what an error calls it.

    Raises:
        UsageFault: no JUnit file.
    """
    try:
        root = ET.fromstring(text)  # noqa: S314 - written by our own test run
    except ET.ParseError as error:
        raise UsageFault(f"not XML ({error})", where=where) from error
    found: dict[str, Outcome] = {}
    for case in root.iter("testcase"):
        path = case.get("classname", "").replace(".", "/")
        test = f"{path}.py::{case.get('name', '').partition('[')[0]}"
        found[test] = max(found.get(test, "skipped"), _of(case), key=_RANK.index)
    if not found:
        raise UsageFault("no test in it", where=where)
    return found


def _of(case: ET.Element) -> Outcome:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def unproven(tests: Mapping[str, tuple[str, ...]], outcomes: Mapping[str, Outcome]) -> list[str]:
    """Sentences on requirements that this run did not prove: a test of theirs failed, or none was run.

    Args:
        tests: id -> the tests that name it; an id without tests is left alone.
        outcomes: what :func:`read` gave; a test that is not in it was not run.
    """
    found = []
    for name, named in tests.items():
        failed = [test for test in named if outcomes.get(test) == "failed"]
        if failed:
            found.append(f"{name}: {failed[0]} failed")
        elif named and not any(test in outcomes for test in named):
            found.append(f"{name}: no test of it was run, such as {named[0]}")
    return found


def unverified(tests: Mapping[str, tuple[str, ...]], outcomes: Mapping[str, Outcome]) -> list[str]:
    """The ids whose tests were all skipped in this run: this machine lacks what they need, as each skip says.

    Args:
        tests: as for :func:`unproven`.
        outcomes: as for :func:`unproven`.
    """
    return [
        name
        for name, named in tests.items()
        if {outcomes[test] for test in named if test in outcomes} == {"skipped"}
    ]
