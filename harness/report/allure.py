"""Allure results, for those who have an Allure server: one result file per cell. IO through ``AllureFileLogger``.

Ids and file names are made of scenario and subject, so a rerun replaces a result and Allure's history holds. Start and
stop are those of the plays. Attachments are small: they point to the HTML report, they do not repeat it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    TEST_CASE_PATTERN,
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
)

from harness.compare.difference import Level
from harness.report.groups import LEVELS, Cell
from harness.report.model import RunModel
from harness.report.records import Verdict
from harness.report.stamps import milliseconds, stable_id, started_ms
from harness.report.visible import visible

_STATUS: Final[dict[Verdict, str]] = {
    "match": Status.PASSED,
    "divergence": Status.FAILED,
    "changed": Status.FAILED,
    "fixed": Status.FAILED,
    "known": Status.SKIPPED,
    "not_applicable": Status.SKIPPED,
    "could_not_run": Status.BROKEN,
    "incomplete": Status.BROKEN,
    "harness_error": Status.BROKEN,
}
_SEVERITY: Final[dict[Level, str]] = {
    "contract": "critical",
    "behaviour": "normal",
    "cosmetic": "trivial",
}
_LISTED: Final = 40


class _Logger(Protocol):
    """What is used of ``AllureFileLogger``, which has no types of its own."""

    def report_result(self, result: object) -> None:
        """Write one result file."""

    def report_attached_data(self, body: str, file_name: str) -> None:
        """Write one attachment."""


def write(model: RunModel, folder: Path) -> None:
    """Write the results into ``folder``, which is made when it is missing."""
    make = cast("Callable[[str], _Logger]", AllureFileLogger)
    logger = make(str(folder))
    started = milliseconds(model.head.started_at)
    for cell in model.cells.values():
        logger.report_result(_result(model, cell, started, logger))
    if model.interrupted or model.missing:
        logger.report_result(_unfinished(model, started))


def _result(model: RunModel, cell: Cell, run_started: int, logger: _Logger) -> TestResult:
    result = cell.result
    start = started_ms(cell, run_started)
    key = f"{result.scenario}\n{result.subject}"
    one = _named(
        TestResult(
            uuid=stable_id(f"{model.head.run_id}\n{key}"),
            historyId=stable_id(key).replace("-", ""),
            testCaseId=stable_id(result.scenario).replace("-", ""),
            fullName=visible(f"{result.scenario} {result.subject}"),
            name=visible(f"{result.scenario} [{result.subject}]"),
            description=visible(cell.scenario.expect),
            status=_STATUS[result.verdict],
            stage="finished",
            start=start,
            stop=start + round(result.duration_ms),
        )
    )
    worst = _worst(cell)
    one.labels = _labels(
        {
            "parentSuite": result.subject,
            "suite": cell.scenario.family,
            "feature": cell.scenario.family,
            "subject": result.subject,
            "severity": _SEVERITY[worst],
            "verdict": result.verdict,
            "framework": "codex-parity",
            "language": cell.subject.language,
        }
    )
    one.parameters = [
        # A viewer takes results of one case with equal parameters for retries: one SDK on two runtimes is two subjects.
        Parameter(name="subject", value=visible(result.subject)),
        Parameter(name="sdk", value=visible(_sdk(cell)), excluded=True),
        Parameter(name="lane", value=model.head.lane, excluded=True),
        Parameter(name="reference", value=visible(model.head.reference), excluded=True),
    ]
    one.links = _links(cell)
    if result.verdict != "match":
        known = result.verdict == "known"
        one.statusDetails = StatusDetails(known=known, message=visible(result.reason))
        one.attachments = [_attach(one.uuid, cell, logger)]
    return one


def _sdk(cell: Cell) -> str:
    return f"{cell.subject.sdk} {cell.subject.version}, {cell.subject.runtime}"


def _unfinished(model: RunModel, started: int) -> TestResult:
    one = _named(
        TestResult(
            uuid=stable_id(f"{model.head.run_id}\nrun"),
            historyId=stable_id("run").replace("-", ""),
            name="the run is complete",
            fullName="codex-parity run",
            status=Status.BROKEN,
            stage="interrupted",
            start=started,
            stop=started,
        )
    )
    one.labels = _labels({"suite": "run", "framework": "codex-parity", "severity": "blocker"})
    one.statusDetails = StatusDetails(message=visible(model.exit_reason))
    return one


def _named(one: TestResult) -> TestResult:
    # The logger would name the file by a random id; a pattern without a field to fill in keeps ours.
    one.file_pattern = TEST_CASE_PATTERN.format(prefix=one.uuid)
    return one


def _attach(name: str, cell: Cell, logger: _Logger) -> Attachment:
    result = cell.result
    lines = [f"replay: {result.replay}", f"expected: {cell.scenario.expect}", ""]
    lines.extend(
        f"{one.mode} {one.level} {one.check} {one.where} {one.path}: {one.sentence} [{one.fingerprint}]"
        for one in result.differences[:_LISTED]
    )
    if len(result.differences) > _LISTED:
        lines.append(f"... and {len(result.differences) - _LISTED} more")
    source = ATTACHMENT_PATTERN.format(prefix=name, ext="txt")
    logger.report_attached_data(visible("\n".join(lines), keep="\n"), source)
    return Attachment(name="differences", source=source, type="text/plain")


def _links(cell: Cell) -> list[Link]:
    issues = {one.known.issue for one in cell.expected if one.known is not None and one.known.issue}
    return [
        Link(type="issue", url=issue, name=issue)
        for issue in sorted(issues)
        if issue.startswith("https://")
    ]


def _labels(values: dict[str, str]) -> list[Label]:
    return [Label(name=name, value=visible(value)) for name, value in values.items()]


def _worst(cell: Cell) -> Level:
    found = {one.level for one in cell.result.differences}
    worst = next((level for level in LEVELS if level in found), None)
    return worst or ("contract" if cell.scenario.level == "contract" else "behaviour")
