"""CORE: mutations of how a line is written: keys twice or in another order, tokens, numbers, depth, old shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from harness.generate.base import HANDED_ON, PARSED, Base, Case, completed, thread_id
from harness.generate.nodes import (
    Members,
    Node,
    Token,
    changed,
    reversed_keys,
    specimen,
)
from harness.jsonvalue import JsonValue


def twice(base: Base) -> Iterator[Case]:
    """Keys that stand there twice."""
    name = "twice-in-events"
    begin = base.event("thread.started")["thread_id"]
    usage = base.event("turn.completed")["usage"]
    counters = tuple(cast("dict[str, JsonValue]", usage).items())
    yield Case(
        name=name, source="PROTOCOLS.md 1.3 (of a key written twice the last one counts)",
        title="Of an event's key that is written twice the last value counts",
        expect="Type, thread id, usage and counter are the last ones; the turn completes.",
        mutation="duplicate key at type, thread_id, usage and a counter",
        lines=base.turn(name, replaced={
            "thread.started": [Members((("type", "thread.started"), ("thread_id", begin), ("thread_id", thread_id(name))))],
            "turn.started": [Members((("type", "turn.failed"), ("type", "turn.started")))],
            "turn.completed": [Members((
                ("type", "turn.completed"), ("usage", None),
                ("usage", Members((("input_tokens", 1), *counters))),
            ))],
        }),
    )  # fmt: skip
    name = "twice-in-items"
    item = base.item("command_execution")
    yield Case(
        name=name, source="PROTOCOLS.md 1.3 (the id of a web search is written twice, the last one counts)",
        title="Of an item's key that is written twice the last value counts",
        expect="Item, id, type, status and exit code are the last ones.",
        mutation="duplicate key at item and at every field of an item",
        lines=base.turn(
            name,
            Members((("type", "item.completed"), ("item", base.item("reasoning")), ("item", item))),
            completed(Members((*base.item("agent_message", 9).items(), *base.item("command_execution", 2).items()))),
        ),
    )  # fmt: skip


def old(base: Base) -> Iterator[Case]:
    """Shapes of older releases and of forks."""
    name = "old-discriminator"
    message = {"id": "item_0", "item_type": "assistant_message", "text": "Hello!"}
    yield Case(
        name=name, source="PROTOCOLS.md 1.7 (0.42 and 0.43: session.created, item_type, assistant_message)",
        title="The stream of codex 0.43 is handed on although nothing in it is known",
        expect="session.created and items with item_type are unknown; a run collects them and finds no message.",
        mutation="old shape at the first event, the item type and the message",
        lines=base.turn(name, answer=False, replaced={
            "thread.started": [{"type": "session.created", "session_id": thread_id(name)}],
            "turn.started": [],
            "item.completed": [completed(message)],
            "turn.completed": [],
        }),
    )  # fmt: skip
    newer = ("cache_write_input_tokens", "reasoning_output_tokens")
    usage = cast("dict[str, JsonValue]", base.event("turn.completed")["usage"])
    name = "old-usage-with-total"
    yield Case(
        name=name, source="PROTOCOLS.md 1.2 (no total_tokens), 1.7 (0.125 and 0.153 added counters)",
        title="A usage with three counters and a total reaches the caller",
        expect="The cache write counter is 0, nothing else is filled in; the total that codex does not write is kept.",
        mutation=f"old shape at the usage: without {' and '.join(newer)}, with total_tokens",
        lines=base.turn(name, replaced={"turn.completed": [{
            "type": "turn.completed",
            "usage": {**{key: value for key, value in usage.items() if key not in newer}, "total_tokens": 47},
        }]}),
    )  # fmt: skip


def tokens(base: Base) -> Iterator[Case]:
    """The three tokens that Python takes and JSON has not."""
    usage = specimen(base.shapes.events["turn.completed"])
    in_usage = changed(usage, "usage.output_tokens", lambda _: Token("-Infinity"))
    for name, where, lines in (
        ("NaN", "item mcp_tool_call: arguments", [_with(base, "mcp_tool_call", "arguments", "NaN")]),
        ("Infinity", "item command_execution: exit_code", [_with(base, "command_execution", "exit_code", "Infinity")]),
        ("-Infinity", "usage: output_tokens", [in_usage]),
    ):  # fmt: skip
        full = f"token-{name.lower().replace('-', 'minus-')}"
        ends = where.startswith("usage")
        yield Case(
            name=full, source=PARSED, gives_up=True,
            title=f"A line with {name} is not JSON and ends the turn",
            expect="Both contracts raise and the message has the line; the events before it were surfaced.",
            mutation=f"the token {name} at {where}",
            lines=base.turn(full, replaced={"turn.completed": lines}) if ends else base.turn(full, *lines),
        )  # fmt: skip


def _with(base: Base, kind: str, path: str, token: str) -> Node:
    return completed(changed(base.item(kind), path, lambda _: Token(token)))


def numbers(base: Base) -> Iterator[Case]:
    """Depth, big integers, numbers out of range, integers as floats."""
    make = partial(_with, base, "mcp_tool_call", "arguments")
    for depth in (100, 2000):
        name = f"depth-{depth}"
        yield Case(
            name=name, source="PROTOCOLS.md 1.3 (arguments: any), 2.5 (handed on as JSON.parse gives it)",
            title=f"Arguments that are {depth} levels deep reach the caller",
            expect="The item is handed on whole; JSON has no limit of depth.",
            mutation=f"{depth} levels at item mcp_tool_call: arguments",
            lines=base.turn(name, make("[" * depth + "]" * depth)),
        )  # fmt: skip
    big = [2**53 + 1, -(2**53) - 1, 2**63, 2**64, 10**30]
    name = "big-integers"
    yield Case(
        name=name, source="PROTOCOLS.md 1.2 (int64), 1.3 (arguments: any)",
        title="Integers beyond 53, 63 and 64 bits reach the caller",
        expect="They keep their value as far as the language has it; none is an error.",
        mutation="big integer at arguments, exit_code and the counters",
        lines=base.turn(
            name,
            make(f"[{','.join(map(str, big))}]"),
            completed(changed(base.item("command_execution", 2), "exit_code", lambda _: 2**53 + 1)),
            replaced={"turn.completed": [{"type": "turn.completed", "usage": dict(zip(
                cast("dict[str, JsonValue]", base.event("turn.completed")["usage"]), big, strict=True
            ))}]},
        ),
    )  # fmt: skip
    name = "number-out-of-range"
    yield Case(
        name=name, source="PROTOCOLS.md 2.5 (JSON.parse makes an infinity of it, JSON.stringify a null)",
        title="A number beyond the doubles does not break the turn",
        expect="The item is handed on and the turn completes; what the number becomes is compared.",
        mutation="1e400 at item mcp_tool_call: arguments",
        lines=base.turn(name, make("[1e400,-1e400,1e-400]")),
    )  # fmt: skip
    name = "integer-as-float"
    usage = cast("dict[str, JsonValue]", base.event("turn.completed")["usage"])
    yield Case(
        name=name, source=HANDED_ON,
        title="Integers that are written as floats reach the caller",
        expect="1.0 and 1e0 are the integer in a language that has one kind of number, else floats; none is an error.",
        mutation="integer as float at exit_code and the counters",
        lines=base.turn(
            name, _with(base, "command_execution", "exit_code", "0.0"),
            replaced={"turn.completed": [{"type": "turn.completed", "usage": {
                key: Token(f"{count}.0" if index else f"{count}e0") for index, (key, count) in enumerate(usage.items())
            }}]},
        ),
    )  # fmt: skip


def order(base: Base) -> Iterator[Case]:
    """Objects written backwards, events before the first and after the last."""
    name = "reordered-keys"
    begin = {**base.event("thread.started"), "thread_id": thread_id(name)}
    lines = [
        completed(reversed_keys(base.item(kind, number)))
        for number, kind in enumerate(base.shapes.items, start=1)
    ]
    backwards = [
        Members(tuple(reversed(line.pairs))) for line in lines if isinstance(line, Members)
    ]
    yield Case(
        name=name, level="contract", source="PROTOCOLS.md 1.1 (a client must not compare the order of keys); RFC 8259",
        title="The order of keys does not matter",
        expect="Events and items mean the same with every object written backwards, the type last.",
        mutation="reordered keys at every event and item",
        lines=base.turn(name, *backwards, replaced={
            "thread.started": [reversed_keys(begin)],
            "turn.completed": [reversed_keys(base.event("turn.completed"))],
        }),
    )  # fmt: skip
    name = "unknown-event-first"
    more = {"type": "session.configured", "model": "gpt-next", "limits": None}
    yield Case(
        name=name, level="contract", source=HANDED_ON,
        title="An unknown event before thread.started reaches the caller",
        expect="The event is handed on in its place; the thread has the id of thread.started.",
        mutation="unknown event before the first and after the last event",
        lines=[more, *base.turn(name), {**more, "type": "session.closed"}],
    )  # fmt: skip
