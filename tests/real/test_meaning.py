"""Sentences about ``harness.real.meaning``; what held in which release was measured on the real binaries."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.real.meaning import RULES, meanings
from harness.real.shapes import TurnBytes
from tests.real.turns import STARTED, TURN, completed, item, turn

USAGE, THREAD, IDS, FAILED, COMPLETED, SILENT, INTERRUPTED, COMMAND, MCP, TEXT = (
    rule.name for rule in RULES
)


def failed(text: str, told: JsonValue) -> TurnBytes:
    return turn(
        {"type": "error", "message": text}, {"type": "turn.failed", "error": told}, exit_code=1
    )


def command(code: JsonValue, status: str) -> TurnBytes:
    return turn(item("completed", "command_execution", exit_code=code, status=status))


def mcp(error: JsonValue, status: str = "failed") -> TurnBytes:
    return turn(item("completed", "mcp_tool_call", error=error, status=status))


@pytest.mark.parametrize(
    ("rule", "turns", "answer"),
    [
        (USAGE, [turn(completed(42)), turn(completed(42))], "of the turn"),
        (USAGE, [turn(completed(42)), turn(completed(84))], "of the thread so far"),
        (USAGE, [turn(completed(42))], None),
        (USAGE, [turn(completed(42)), turn()], None),
        (USAGE, [turn({"type": "turn.completed"}), turn(completed(1))], None),
        (THREAD, [turn(STARTED), turn(STARTED)], "the id of the first"),
        (THREAD, [turn(STARTED), turn({"type": "thread.started", "thread_id": "t2"})], "another id"),
        (THREAD, [turn(STARTED), turn()], None),
        (THREAD, [turn(STARTED)], None),
        (IDS, [turn(item("completed", "x")), turn(item("completed", "x"))], "count anew"),
        (IDS, [turn(item("completed", "x")), turn(item("completed", "x", "item_1"))], "go on"),
        (IDS, [turn(item("completed", "x")), turn(STARTED)], None),
        (IDS, [turn()], None),
        (FAILED, [failed("x", None)], "1"),
        (FAILED, [turn()], None),
        (COMPLETED, [turn(completed(1)), turn(completed(1), exit_code=3)], "0 or 3"),
        (COMPLETED, [turn()], None),
        (SILENT, [turn(exit_code=2)], "2"),
        (SILENT, [turn(STARTED)], None),
        (INTERRUPTED, [turn(STARTED, TURN, exit_code=1)], "1"),
        (INTERRUPTED, [turn(STARTED, TURN, completed(1)), turn(STARTED)], None),
        (COMMAND, [command(3, "failed")], "failed"),
        (COMMAND, [command(0, "completed"), command(None, "declined")], None),
        (MCP, [mcp({"message": "no"})], "in `error`"),
        (MCP, [mcp(None)], "in `result`"),
        (MCP, [mcp(None, "completed")], None),
        (TEXT, [failed("x", {"message": "x"})], "the same text"),
        (TEXT, [failed("x", {"message": "y"})], "another text"),
        (TEXT, [failed("x", None), turn({"type": "turn.failed", "error": {}}), turn()], None),
    ],
)  # fmt: skip
def test_a_relation_is_answered_or_left_open(
    rule: str, turns: list[TurnBytes], answer: str | None
) -> None:
    assert meanings(turns).get(rule) == answer
