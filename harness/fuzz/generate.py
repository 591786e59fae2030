"""A seed and a number give a batch of scenario documents, the same ones every time with the same release of Hypothesis.

Hypothesis only makes the documents: it cannot wait for processes, so it neither plays nor shrinks (``harness/shrink`` does),
and keeps no example database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from harness.fuzz.calls import calls
from harness.fuzz.from_schema import Values
from harness.fuzz.streams import streams
from harness.jsonvalue import JsonValue
from harness.observation import Mode

Object: TypeAlias = "dict[str, JsonValue]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One document made by chance: for which mode, and whether codex itself could have written its stream."""

    document: Object
    mode: Mode
    valid: bool
    origin: str


def batch(
    by_type: dict[str, Values],
    capabilities: frozenset[str],
    modes: Sequence[Mode],
    *,
    base: int,
    number: int,
    size: int,
) -> list[Drawn]:
    """The ``number``-th batch of a seed.

    Args:
        by_type: the events (``streams.events_by_type``).
        capabilities: what every subject can do.
        modes: those that every subject has.
        base: the seed.
        size: how many documents.
    """
    found: list[Drawn] = []

    @seed(base * 1_000_003 + number)
    @settings(
        max_examples=size, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
    )  # fmt: skip
    @given(drawn=_documents(by_type, capabilities, tuple(modes)))
    def collect(drawn: tuple[Object, Mode, bool]) -> None:
        document, mode, valid = drawn
        origin = f"codex-parity fuzz --seed {base}, batch {number}, stream {len(found)}"
        found.append(Drawn(document=document, mode=mode, valid=valid, origin=origin))

    collect()
    return found


@st.composite
def _documents(
    draw: st.DrawFn,
    by_type: dict[str, Values],
    capabilities: frozenset[str],
    modes: tuple[Mode, ...],
) -> tuple[Object, Mode, bool]:
    thread = "01a1fb00-f000-7000-8000-000000000001"
    about = draw(st.sampled_from(["stream", "stream", "stream", "call"]))
    actions, valid = draw(streams(by_type))
    client: Object = {}
    steps: list[Object] = [{"start": {}}, {"turn": {"input": "fuzz"}}]
    if about == "call":
        client, steps = draw(calls(capabilities, thread))
        actions, valid = _PLAIN, True
    mode = draw(st.sampled_from(modes))
    document: Object = {
        "id": "exec.drift.fuzz" if about == "stream" else "exec.options.fuzz",
        "title": "A scenario that was made by chance",
        "expect": "The SDK shows what the reference shows.",
        "source": "the reference client, which the official TypeScript SDK is the measure of",
        "family": "drift" if about == "stream" else "options",
        "level": "contract" if valid else "behaviour",
        "provenance": {"kind": "synthetic", "from": "chance"},
        "modes": [mode],
        "deadline": 5,
        "files": {"one.png": "1"},
        "client": client,
        "script": {"known_threads": [thread], "turns": [{"thread": thread, "do": [*actions]}]},
        "steps": [*steps],
    }
    return document, mode, valid


_USAGE: Object = {
    "input_tokens": 1, "cached_input_tokens": 0, "cache_write_input_tokens": 0, "output_tokens": 1,
    "reasoning_output_tokens": 0,
}  # fmt: skip
_PLAIN: list[Object] = [{"thread_started": {}}, {"turn_completed": {"usage": _USAGE}}]
