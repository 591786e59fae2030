"""Mirror of ``harness/runner/secrecy.py``."""

from __future__ import annotations

import json

from harness.normalize.facts import facts
from harness.observation import Invocation, Observation, TurnRecord
from harness.redaction.labels import journaled
from harness.runner.secrecy import without_secrets

KEY, TOKEN = "sk-CANARY-0a1b2c3d", "tok-CANARY-4e5f6071"


def seen(**changes: object) -> Observation:
    """A play whose codex and whose caller were shown the key."""
    invocation = Invocation(
        argv=("exec", f"api_key={KEY}"),
        env={"CODEX_API_KEY": journaled(KEY), "A_TOKEN": TOKEN},
        cwd="/w",
        stdin=KEY,
        schema=None,
        images=((KEY, True),),
        signals=(),
        turn=0,
        wrote=7,
        stage="ended",
        end="exit 1",
        pid=1,
        started_ns=1,
        ended_ns=2,
        alive_after=False,
    )
    turn = TurnRecord(
        events=([{"text": KEY}],), error={"message": f"401 for {KEY}"}, outcome="error"
    )
    values: dict[str, object] = {
        "scenario": "exec.a",
        "subject": "s",
        "mode": "run",
        "invocations": (invocation,),
        "turns": (turn,),
        "base_env": {"A_TOKEN": TOKEN},
        "stderr": f"trace: {TOKEN}",
        "secrets": (KEY, TOKEN),
        **changes,
    }
    return Observation(**values)  # type: ignore[arg-type] # the values of a play, by name


def test_no_text_of_an_observation_holds_a_secret_and_the_account_says_what_was_removed() -> None:
    """Provenance: issue text: redaction where data is recorded, with a label and a count."""
    clean = without_secrets(seen(), {"api_key": KEY, "A_TOKEN": TOKEN})

    text = json.dumps(clean.to_json())
    assert KEY not in text
    assert TOKEN not in text
    assert clean.removed == {"<secret A_TOKEN>": 3, "<secret api_key>": 6}
    assert clean.invocations[0].env["CODEX_API_KEY"] == "<secret api_key>"


def test_what_a_client_shows_is_still_found() -> None:
    """Provenance: check surfaced.secrets."""
    clean = without_secrets(seen(), {"api_key": KEY, "A_TOKEN": TOKEN})

    assert facts(clean)["surfaced.secrets"] == ["error of turn 0", "stderr of the host"]


def test_another_key_than_the_one_given_keeps_its_difference() -> None:
    """Provenance: ours; a client that hands on half a key must not look right."""
    play = seen()

    assert without_secrets(play, {"api_key": KEY[:-1] + "x"}).invocations[0].env != (
        without_secrets(play, {"api_key": KEY}).invocations[0].env
    )


def test_without_secrets_nothing_is_touched() -> None:
    """Provenance: ours."""
    play = seen(secrets=())

    assert without_secrets(play, {}) is play
