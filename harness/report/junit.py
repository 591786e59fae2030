"""JUnit XML for CI: a suite per SDK, a case per scenario. CORE: a model in, bytes out.

A divergence is a failure, what could not be judged is an error, what the baseline or the SDK's features explain is
skipped with its reason. The message is one sentence, because that is all most viewers show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from harness.report.groups import Cell
from harness.report.model import RunModel
from harness.report.records import Difference, Subject, Verdict
from harness.report.visible import visible
from harness.report.words import VERDICT
from harness.subjects.matrix import family_of

OUTCOME: Final[dict[Verdict, str]] = {
    "divergence": "failure",
    "changed": "failure",
    "fixed": "failure",
    "could_not_run": "error",
    "incomplete": "error",
    "harness_error": "error",
    "known": "skipped",
    "not_applicable": "skipped",
}
"""The element of a case that is not plainly passed; ``fixed`` fails, so that a baseline cannot go stale unseen."""

_LINES: Final = 40
_COUNTED: Final = ("failures", "errors", "skipped")
_PLURAL: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render(model: RunModel) -> bytes:
    """The XML document, UTF-8; the same model gives the same bytes."""
    root = ET.Element("testsuites", name="codex-parity")
    for subject in model.judged:
        root.append(_suite(model, subject))
    root.append(_run(model))
    for name in ("tests", *_COUNTED):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", _seconds(0 if model.footer is None else model.footer.duration_ms))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(model: RunModel, subject: Subject) -> ET.Element:
    suite = _empty_suite(model, subject.name)
    _properties(
        suite,
        {
            "sdk": f"{subject.sdk} {subject.version}",
            "runtime": subject.runtime,
            "reference": model.head.reference,
            "lane": model.head.lane,
            "run": model.head.run_id,
        },
    )
    cells = [cell for (_, name), cell in model.cells.items() if name == subject.name]
    where = {
        (one.fingerprint, name): clause for one in model.groups for name, clause in one.axes.items()
    }
    for cell in cells:
        suite.append(_case(cell, where))
    for scenario, name in model.missing:
        if name == subject.name:
            case = ET.SubElement(suite, "testcase", name=visible(scenario), classname=visible(name))
            ET.SubElement(
                case, "error", type="no_result", message="the run ended before this was judged"
            )
    return _counted(suite, sum(cell.result.duration_ms for cell in cells))


def _run(model: RunModel) -> ET.Element:
    """The run itself as one case: an interrupted, incomplete or stale run is never green in a viewer."""
    suite = _empty_suite(model, "run")
    case = ET.SubElement(suite, "testcase", name="the run is complete", classname="codex-parity")
    _properties(case, {"exit": str(model.exit), "run": model.head.run_id})
    kind = failed_as_a_whole(model)
    if kind is not None:
        error = ET.SubElement(case, "error", type=kind, message=visible(model.exit_reason))
        error.text = visible("\n".join(problems(model)), keep="\n")
    return _counted(suite, 0)


def failed_as_a_whole(model: RunModel) -> str | None:
    """Why the run itself fails where none of its cells says so: ``interrupted`` or ``exit_N``; None when it need not."""
    judged_by_cells = any(
        OUTCOME.get(verdict) in ("failure", "error") for verdict in model.verdicts
    )
    if model.green or not (model.interrupted or model.missing or not judged_by_cells):
        return None
    return "interrupted" if model.interrupted else f"exit_{model.exit}"


def problems(model: RunModel) -> tuple[str, ...]:
    """What is wrong with the baseline, and what was not verified."""
    stale = () if model.footer is None else tuple(one.sentence for one in model.footer.baseline)
    return (*stale, *model.not_verified)


def _empty_suite(model: RunModel, name: str) -> ET.Element:
    return ET.Element("testsuite", name=visible(name), timestamp=visible(model.head.started_at))


def _counted(suite: ET.Element, milliseconds: float) -> ET.Element:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for element, name in _PLURAL.items():
        suite.set(name, str(sum(case.find(element) is not None for case in cases)))
    suite.set("time", _seconds(milliseconds))
    return suite


def _case(cell: Cell, where: Mapping[tuple[str, str], str]) -> ET.Element:
    result = cell.result
    case = ET.Element(
        "testcase",
        name=visible(result.scenario),
        classname=visible(result.subject),
        time=_seconds(result.duration_ms),
    )
    _properties(
        case,
        {
            "scenario": result.scenario,
            "subject": result.subject,
            "family": cell.scenario.family,
            "verdict": result.verdict,
            **{
                f"{name}.{number}": value
                for number, fingerprint in enumerate(
                    dict.fromkeys(one.fingerprint for one in result.differences)
                )
                for name, value in (
                    ("fingerprint", fingerprint),
                    ("axes", where.get((fingerprint, family_of(result.subject)))),
                )
                if value is not None
            },
        },
    )
    element = OUTCOME.get(result.verdict)
    if element is not None:
        outcome = ET.SubElement(case, element, message=visible(message(cell)))
        if element != "skipped":
            outcome.set("type", result.verdict)
        outcome.text = visible("\n".join(body(cell)), keep="\n")
    return case


def message(cell: Cell) -> str:
    """The verdict in one sentence."""
    if cell.result.verdict in ("divergence", "known", "not_applicable"):
        return cell.result.reason
    return f"{VERDICT[cell.result.verdict].word}: {cell.result.reason}"


def body(cell: Cell) -> list[str]:
    """What was expected, the command that plays it again, the differences; at most 40 lines."""
    lines = [f"expected: {cell.scenario.expect}", f"replay: {cell.result.replay}"]
    told = [_line(one) for one in (*cell.unknown, *cell.expected)]
    room = _LINES - len(lines)
    lines.extend(told if len(told) <= room else told[: room - 1])
    if len(told) > room:
        lines.append(f"... and {len(told) - room + 1} more")
    return lines


def _line(one: Difference) -> str:
    text = f"{one.mode} {one.level} {one.check} {one.where} {one.path}: {one.sentence} [{one.fingerprint}]"
    return (
        text
        if one.known is None
        else f"{text} known, {one.known.reason}: {one.known.because or one.known.issue}"
    )


def _properties(element: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(element, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=visible(value))


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"
