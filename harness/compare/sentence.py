"""One readable line per difference. Words only: every fact comes from the finding."""

from __future__ import annotations

from typing import Final

from harness.compare.difference import Absent, Finding, Side
from harness.jsonvalue import canonical

_SHOWN: Final = 80


def sentence(finding: Finding) -> str:
    """What the SDK does otherwise, in words; values cut at 80 characters, control characters escaped."""
    if finding.unobserved:
        return f"{_SUBJECTS[finding.check]}: not observed, {finding.note}"
    text = _sentence(finding)
    return f"{text} ({finding.note})" if finding.note else text


def _sentence(finding: Finding) -> str:
    match finding.check:
        case "surfaced.events" | "surfaced.result":
            return _stream(finding)
        case "sent.argv" if finding.path == "$.rejected":
            return _rejected(finding)
        case "sent.argv":
            return _two(finding, f"passes {_path(finding)}", f"does not pass {_path(finding)}")
        case "sent.env":
            return _env(finding)
        case "surfaced.error":
            return _general(finding, f"{_path(finding)} of the error")
        case _:
            return _general(finding, _SUBJECTS[finding.check])


_SUBJECTS: Final = {
    "sent.invocations": "the number of codex processes started",
    "sent.argv": "the command line",
    "sent.argv_text": "the wording of the command line",
    "sent.env": "the environment of codex",
    "sent.stdin": "what codex reads on stdin",
    "sent.cwd": "the working directory of codex",
    "sent.schema": "the output schema handed to codex",
    "sent.images": "the images handed to codex",
    "sent.requests": "what reaches the model",
    "surfaced.events": "the events",
    "surfaced.outcome": "how the turn ends for the caller",
    "surfaced.result": "the result",
    "surfaced.error": "the error",
    "surfaced.thread_id": "the thread id",
    "surfaced.stderr": "what the error keeps of codex' stderr",
    "surfaced.secrets": "the places that show a secret of the client",
    "lifecycle.lazy": "the number of codex processes before the first read",
    "lifecycle.backpressure": "what the client does while its user does not read",
    "lifecycle.alive": "the number of codex processes still alive",
    "lifecycle.descendants": "the number of processes that codex started and that live on",
    "lifecycle.ending": "how codex ends",
    "lifecycle.signals": "the signals that codex receives",
    "lifecycle.files": "the files left in the temp folder",
    "lifecycle.modes": "the file modes changed",
    "lifecycle.host": "the state of the driver",
    "lifecycle.cost": "what the client spends",
}


def _stream(finding: Finding) -> str:
    what = _named(finding)
    whole = finding.path in ("$", "$.items[]")
    field = what if whole else f"{_path(finding)} of {what}"
    match finding.cls:
        case "missing":
            if whole:
                return f"the SDK never shows {what}"
            return f"the SDK drops {_path(finding)} from {what} (reference: {_show(finding.reference)})"
        case "extra":
            if whole:
                return f"the SDK shows {what}, which the reference does not"
            return f"the SDK adds {_path(finding)} to {what} (SDK: {_show(finding.sdk)})"
        case "duplicate":
            return f"the SDK shows {what} once more than the reference"
        case "order_only":
            if finding.grave:
                return "the SDK shows the same events, but moves some across the events of the turn"
            return "the SDK shows the same events in another order"
        case "id_mismatch":
            return (
                f"the SDK mixes up ids: {field} is {_show(finding.sdk)} where the reference has "
                f"{_show(finding.reference)}, which stands for another one elsewhere"
            )
        case _:
            return _changed(finding, field)


def _named(finding: Finding) -> str:
    types = "/".join(finding.about)
    if finding.check == "surfaced.events":
        return types or "an event without a type"
    return f"item {types}" if finding.path.startswith("$.items[]") else "the result"


def _rejected(finding: Finding) -> str:
    match finding.cls:
        case "extra":
            return f"codex refuses the SDK's command line: {_show(finding.sdk)}"
        case "missing":
            return f"codex accepts the SDK's command line and refuses the reference's: {_show(finding.reference)}"
        case _:
            return _changed(finding, "why codex refuses the command line")


def _env(finding: Finding) -> str:
    name = _path(finding)
    removed = "removed"
    doing = f"takes {name} out of" if finding.sdk == removed else f"sets {name} in"
    not_doing = (
        f"does not take {name} out of"
        if finding.reference == removed
        else f"does not set {name} in"
    )
    return _two(finding, f"{doing} codex' environment", f"{not_doing} codex' environment")


def _two(finding: Finding, does: str, does_not: str) -> str:
    match finding.cls:
        case "extra":
            return f"the SDK {does}, the reference does not (SDK: {_show(finding.sdk)})"
        case "missing":
            return f"the SDK {does_not} (reference: {_show(finding.reference)})"
        case _:
            return f"the SDK {does} as {_show(finding.sdk)} (reference: {_show(finding.reference)})"


def _general(finding: Finding, subject: str) -> str:
    match finding.cls:
        case "missing":
            return f"{subject}: the SDK lacks {_show(finding.reference)}"
        case "extra":
            return f"{subject}: the SDK has {_show(finding.sdk)}, the reference does not"
        case _:
            return _changed(finding, subject)


def _changed(finding: Finding, subject: str) -> str:
    kinds = ""
    if finding.cls == "type_changed":
        kinds = f", {_kind(finding.sdk)} instead of {_kind(finding.reference)}"
    return f"{subject}: the SDK has {_show(finding.sdk)}, the reference {_show(finding.reference)}{kinds}"


def _path(finding: Finding) -> str:
    return f"`{finding.path.removeprefix('$').removeprefix('.')}`"


def _show(side: Side) -> str:
    if isinstance(side, Absent):
        return "nothing"
    if isinstance(side, dict) and side.keys() == {"set"}:  # a change of the environment
        side = side["set"]
    text = canonical(side).decode("ascii")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _kind(side: Side) -> str:
    match side:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "null"
