"""Small observations to normalise, shared by the tests of this room."""

from __future__ import annotations

from harness.observation import Invocation, TurnRecord

PLACES = {
    "<CELL>": "/t/cell",
    "<CWD>": "/t/cell/work",
    "<TMP>": "/t/cell/tmp",
    "<CODEX>": "/t/cell/bin/codex",
}


def invocation(
    *,
    argv: tuple[str, ...] = ("exec", "--experimental-json"),
    env: dict[str, str] | None = None,
    schema: str | None = None,
    images: tuple[tuple[str, bool], ...] = (),
    signals: tuple[str, ...] = (),
    end: str | None = "exit 0",
    pid: int = 4711,
    alive_after: bool = False,
) -> Invocation:
    """One start of codex in ``/t/cell/work`` with the prompt ``hi``."""
    return Invocation(
        argv=argv,
        env=env or {},
        cwd="/t/cell/work",
        stdin="hi",
        schema=schema,
        images=images,
        signals=signals,
        turn=0,
        wrote=10,
        stage="ended",
        end=end,
        pid=pid,
        started_ns=1,
        ended_ns=2,
        alive_after=alive_after,
    )


TURN = TurnRecord(
    events=({"type": "turn.started"},),
    outcome="end",
    thread_id="T",
    started_before_read=0,
    alive_at_end=0,
)
