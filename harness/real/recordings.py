"""Recordings as text: what is replaced in the bytes before they are kept, and the form in which two are compared.

Kept are the bytes of codex, with four paths of the recording machine as labels. Only the normal form goes further: the id
of a thread and numbers that are new every time become labels there, never in a file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue, canonical
from harness.wire.lines import lines_of

JsonObject: TypeAlias = dict[str, JsonValue]

THREAD_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOTICE: Final = "Reading prompt from stdin"
_PORT: Final = re.compile(r"127\.0\.0\.1:[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One turn as it is kept: labelled stdout, the exit status (negative: signal), requests for an answer it made.

    ``refused``: what codex said when it ended with an error before any event; empty: it did not.
    """

    stdout: bytes
    exit_code: int
    requests: int
    refused: str = ""


def labelled(data: bytes, places: Mapping[str, str]) -> bytes:
    """``data`` with the paths of ``places`` (label to path, the longest first) as labels, also inside JSON strings."""
    for label, path in places.items():
        data = data.replace(json.dumps(path)[1:-1].encode("utf-8"), label.encode("utf-8"))
    return data


def complaint(stderr: bytes, places: Mapping[str, str]) -> str:
    """The first line of ``stderr`` that says what is wrong, labelled; empty when there is none."""
    said = labelled(stderr, places).decode("utf-8", "replace")
    lines = (line.strip() for line in said.split("\n"))
    return next((line for line in lines if line and not line.startswith(_NOTICE)), "")


def file_name(scenario: str, turn: int) -> str:
    """The name of the recording of a turn (counted from 1): ``exec.items.plan`` -> ``items.plan.1.jsonl``."""
    return f"{scenario.removeprefix('exec.')}.{turn}.jsonl"


def normal_form(turns: Sequence[bytes], *, free_order: bool) -> list[JsonValue]:
    """What must be the same when the same release plays the same script again: the events of each turn.

    Args:
        turns: labelled stdout per turn.
        free_order: the order of events is chance; they are sorted, and item ids, which count in that order, are erased.

    Returns:
        one list per turn; a line that is not JSON stands as its text; ids of threads are ``<thread N>``.
    """
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"<thread {len(names) + 1}>")

    def value(line: str) -> JsonValue:
        text = _PORT.sub("127.0.0.1:<port>", THREAD_ID.sub(name, line))
        try:
            return cast("JsonValue", json.loads(text))
        except ValueError:
            return text

    forms: list[JsonValue] = []
    for turn in turns:
        events = [value(line) for line in lines_of(turn)]
        forms.append(sorted((_without_id(one) for one in events), key=canonical) if free_order else events)  # fmt: skip
    return forms


def form(turns: Sequence[Kept], *, free_order: bool) -> list[JsonValue]:
    """What of a recording must be the same each time: its normal form, and the exit status of each turn."""
    events = normal_form([turn.stdout for turn in turns], free_order=free_order)
    return [events, [turn.exit_code for turn in turns]]


def settled(before: Sequence[Kept], now: Sequence[Kept], *, free_order: bool) -> tuple[Kept, ...]:
    """What to keep of a scenario that was recorded before: the earlier bytes, where nothing but chance differs.

    So ids of threads stay, and a release that is recorded again changes no file.
    """
    same = canonical(form(before, free_order=free_order)) == canonical(form(now, free_order=free_order))  # fmt: skip
    if not same:
        return tuple(now)
    pairs = zip(before, now, strict=True)
    return tuple(replace(new, stdout=old.stdout) for old, new in pairs)


def _without_id(event: JsonValue) -> JsonValue:
    if isinstance(event, dict) and isinstance(event.get("item"), dict):
        item = cast("JsonObject", event["item"])
        return {**event, "item": {key: child for key, child in item.items() if key != "id"}}
    return event


def provenance(
    *,
    version: str,
    package: str,
    binary_sha256: str,
    platform: str,
    recorded_on: str,
    recipe: str,
    kept: Mapping[str, Sequence[Kept]],
    not_recorded: Mapping[str, Sequence[str]],
) -> JsonObject:
    """``provenance.json`` of one release (``schemas/recording.json``).

    Args:
        version, package, binary_sha256, platform: of the release.
        recorded_on: the day, as ``2026-11-21``.
        recipe: the command line of one turn.
        kept: turns by scenario id.
        not_recorded: why, by scenario id: a tool that is not offered, a request that no script foresees.
    """
    files: JsonObject = {}
    for scenario, turns in sorted(kept.items()):
        for number, turn in enumerate(turns, 1):
            said: JsonObject = {"refused": turn.refused} if turn.refused else {}
            files[file_name(scenario, number)] = {
                "scenario": scenario,
                "sha256": hashlib.sha256(turn.stdout).hexdigest(),
                "bytes": len(turn.stdout),
                "exit_code": turn.exit_code,
                "requests": turn.requests,
                **said,
            }
    return {
        "codex_version": version,
        "package": package,
        "binary_sha256": binary_sha256,
        "platform": platform,
        "recorded_on": recorded_on,
        "recipe": recipe,
        "conditions": list(CONDITIONS),
        "files": files,
        "not_recorded": {scenario: [*why] for scenario, why in sorted(not_recorded.items())},
    }


CONDITIONS: Final = (
    "the model server of harness/real answers what the scenario's `model` part says; nothing else is reached",
    "each scenario has a fresh CODEX_HOME, HOME, temp folder and working folder, kept over its turns",
    "the prompt is on standard input; CODEX_API_KEY is a dummy",
    "the working folder reads <CWD>, CODEX_HOME <CODEX_HOME>, HOME <HOME>, the temp folder <TMP>, their parent <CELL>",
    "a recording whose normal form was there before keeps the bytes of that day, thread ids included",
)
"""What a reader of a recording has to know; in every provenance."""
