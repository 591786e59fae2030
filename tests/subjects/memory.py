"""A session in memory: the second implementation of ``base.Session``. What it says is a list of messages."""

from __future__ import annotations

from collections.abc import Sequence

from harness.jsonvalue import JsonValue
from harness.subjects.base import Done, JsonObject, OnMessage, PlayEnd
from harness.subjects.conversation import Conversation, plan_of


class MemorySession:
    """Plays the same messages in each run, through the same table of legal orders as a process would.

    Args:
        messages: what is said, without ids; or how the run ends at once.
    """

    def __init__(self, messages: Sequence[JsonObject] | PlayEnd) -> None:
        self._messages = messages
        self.requests: list[JsonObject] = []
        self.cancels = 0
        self.usable = True

    async def run(self, request: JsonObject, on_message: OnMessage, deadline_s: float) -> PlayEnd:
        """Say all messages."""
        self.requests.append(request)
        if not isinstance(self._messages, Sequence):
            self.usable = False
            return self._messages
        steps = [step for step in _list(request["steps"]) if isinstance(step, dict)]
        conversation = Conversation("memory", plan_of(steps))
        for message in self._messages:
            conversation.hear({"id": "memory", **message})
            if not conversation.over:
                await on_message(message)
            if conversation.waits:
                conversation.proceed()
        return Done()

    async def cancel(self) -> None:
        """Count it."""
        self.cancels += 1

    async def close(self) -> None:
        """Be of no more use."""
        self.usable = False


def _list(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value
