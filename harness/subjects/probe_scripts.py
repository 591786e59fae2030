"""What codex plays while a driver is probed, and the values that a language may lose. Data only."""

from __future__ import annotations

from typing import Final

from harness.jsonvalue import JsonValue

THREAD_ID: Final = "0199a213-81c0-7800-8aa1-bbab2a035a53"
HUGE: Final = 2**20
"""Characters of the prompt and of the event that are huge: past every default of a line reader (64 KiB, mostly)."""

_STARTED: Final = f'{{"type":"thread.started","thread_id":"{THREAD_ID}"}}'
_TURN: Final = '{"type":"turn.started"}'
_MESSAGE: Final = '{"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"'
_HI: Final = _MESSAGE + 'Hi!"}}'
_USAGE: Final = (
    '{"input_tokens":42,"cached_input_tokens":12,"cache_write_input_tokens":0,'
    '"output_tokens":5,"reasoning_output_tokens":2}'
)
_COMPLETED: Final = f'{{"type":"turn.completed","usage":{_USAGE}}}'
_CALL: Final = (
    '{"type":"item.completed","item":{"id":"item_0","type":"mcp_tool_call","server":"s","tool":"t",'
)
VALUES: Final = (
    _CALL
    + '"arguments":{"null":null,"int":1,"float":1.0,"true":true,"text":"1","nested":[{"empty":[]},[1.0]],'
    '"big":1180591620717411303425},"status":"completed"}}',
    _CALL + '"arguments":null,"result":null,"error":null,"status":"completed"}}',
)
"""Two lines of codex with every value that a language may lose: 1 beside 1.0 and true, 2^70 + 1, null beside absent (the
first line has no ``result`` and no ``error``, the second has nulls)."""

SEPARATORS: Final = "a\u2028b\u2029c\u0085d"
"""Ends of lines for Unicode and none for JSON; codex writes them raw (PROTOCOLS.md 1.1)."""

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "separators": (SEPARATORS, SEPARATORS),
    "surrogate": ("a\\ud800b", "a\ud800b"),
}
"""Script -> the text of its message as codex writes it, and what it means."""

EVENTS: Final = 5
"""Events of the scripts ``plain`` and ``noise``, thread.started and turn.completed among them."""


def _lines(*lines: str) -> list[JsonValue]:
    return [{"json": line} for line in lines]


_NOISE: Final = "noise that no client may mistake for an event\n" * 2000
_PLAIN: Final = (_STARTED, _TURN, VALUES[1], _HI, _COMPLETED)
_ACTIONS: Final[dict[str, list[JsonValue]]] = {
    "plain": _lines(*_PLAIN),
    "values": _lines(_STARTED, _TURN, *VALUES, _HI, _COMPLETED),
    "noise": [{"stderr": _NOISE}, *_lines(*_PLAIN[:3]), {"stderr": _NOISE}, *_lines(*_PLAIN[3:])],
    "huge": [
        *_lines(_STARTED, _TURN),
        {"fill": {"json": _MESSAGE + '%FILL%"}}', "bytes": HUGE}},
        *_lines(_COMPLETED),
    ],
    "hang": [*_lines(_STARTED, _TURN), {"hang": {}}],
    **{
        name: _lines(_STARTED, _TURN, _MESSAGE + written + '"}}', _COMPLETED)
        for name, (written, _) in TEXTS.items()
    },
}

SCRIPTS: Final[dict[str, JsonValue]] = {
    name: {"turns": [{"thread": THREAD_ID, "do": actions}]} for name, actions in _ACTIONS.items()
}
"""The ``scripts`` for ``mock-codex build``."""
