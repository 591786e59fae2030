"""A driver that is wrong in two plays of four: a flaky SDK whose chance is the number of its cell. Served by path."""

from __future__ import annotations

import sys
from pathlib import Path

from harness.client.fold import Turn
from harness.client.thread import Codex
from harness.jsonvalue import JsonValue
from harness.subjects.reference import JsonObject, ReferenceDriver, main
from harness.wire.events import Event


class NowAndThen(ReferenceDriver):
    """Says that no input token was used, in every second group of four cells."""

    sdk = "now-and-then"
    wrong = False

    def open_codex(self, path: str, client: JsonObject) -> Codex:
        self.wrong = (int(Path(path).parts[-3]) - 1) // 4 % 2 == 0
        return super().open_codex(path, client)

    def event_json(self, event: Event) -> JsonValue:
        raw = event.raw
        if self.wrong and isinstance(raw, dict) and isinstance(raw.get("usage"), dict):
            return {**raw, "usage": {**raw["usage"], "input_tokens": 0}}  # type: ignore[dict-item]
        return raw

    def result_json(self, turn: Turn) -> JsonObject:
        usage = turn.raw.get("usage")
        wrong = self.wrong and isinstance(usage, dict)
        return {**turn.raw, "usage": {**usage, "input_tokens": 0}} if wrong else turn.raw  # type: ignore[dict-item]


if __name__ == "__main__":
    sys.exit(main(NowAndThen))
