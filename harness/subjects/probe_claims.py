"""IO: probes of what a driver claims: what it is, and that each option it claims to hand over reaches codex."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue
from harness.redaction.labels import journaled
from harness.subjects.base import JsonObject
from harness.subjects.bench import Bench, CannotRun, outcome, shown, turn
from harness.subjects.probe_journal import traces

_PLACE: Final = "<FOLDER>"
_RESUMED: Final = "0199a213-81c0-7800-8aa1-0000000000aa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How a capability is asked for, and the trace (a regular expression) that it must leave in what reached codex."""

    trace: str
    client: JsonObject = field(default_factory=dict[str, JsonValue])
    thread: JsonObject = field(default_factory=dict[str, JsonValue])
    turn: JsonObject = field(default_factory=dict[str, JsonValue])
    given: JsonValue = "probe"


CLAIMS: Final[dict[str, Claim]] = {
    "images": Claim(
        given=[
            {"type": "text", "text": "probe"},
            {"type": "local_image", "path": f"{_PLACE}/probe.png"},
        ],
        trace=r"probe\.png",
    ),
    "client.base_url": Claim(
        client={"base_url": "http://127.0.0.1:9/probe"}, trace=r"127\.0\.0\.1:9/probe"
    ),
    "client.api_key": Claim(client={"api_key": "probe-key"}, trace=journaled("probe-key")),
    "client.env": Claim(client={"env": {"PROBED": "yes"}}, trace="(?m)^PROBED=yes$"),
    "client.config": Claim(
        client={"config": {"history": {"persistence": "none"}}}, trace="persistence"
    ),
    "client.config_overrides": Claim(
        client={"config_overrides": ['history.persistence="none"']}, trace="persistence"
    ),
    "thread.model": Claim(thread={"model": "probe-model"}, trace="probe-model"),
    "thread.thread_source": Claim(thread={"thread_source": "probed"}, trace="probed"),
    "thread.sandbox_mode": Claim(thread={"sandbox_mode": "read-only"}, trace="read-only"),
    "thread.working_directory": Claim(
        thread={"working_directory": _PLACE}, trace=f"(?m)^{_PLACE}$"
    ),
    "thread.additional_directories": Claim(
        thread={"additional_directories": [f"{_PLACE}/added"]}, trace="/added"
    ),
    "thread.skip_git_repo_check": Claim(
        thread={"skip_git_repo_check": True}, trace="skip-git-repo-check"
    ),
    "thread.model_reasoning_effort": Claim(
        thread={"model_reasoning_effort": "high"}, trace="effort.*high"
    ),
    "thread.network_access_enabled": Claim(
        thread={"network_access_enabled": True}, trace="network_access.*true"
    ),
    "thread.web_search_mode": Claim(
        thread={"web_search_mode": "cached"}, trace="web_search.*cached"
    ),
    "thread.web_search_enabled": Claim(thread={"web_search_enabled": True}, trace="web_search"),
    "thread.approval_policy": Claim(
        thread={"approval_policy": "untrusted"}, trace="approval_policy.*untrusted"
    ),
    "turn.output_schema": Claim(
        turn={
            "output_schema": {
                "type": "object",
                "title": "probed",
                "properties": {},
                "additionalProperties": False,
            }
        },
        trace='"probed"',
    ),
    "turn.cyber_access_program": Claim(
        turn={"cyber_access_program": "daybreak_blue"}, trace="daybreak_blue"
    ),
}
"""Capability -> how it is probed. ``run``, ``stream``, ``cancel`` and the like have probes of their own."""


async def identity(bench: Bench) -> None:
    """The hello must name the SDK and the version that subject.toml names."""
    subject = bench.session.subject
    for name, wanted in (("sdk", subject.sdk), ("version", subject.version)):
        if bench.hello[name] != wanted:
            raise DriverFault(
                f"hello says {name} {bench.hello[name]!r}, subject.toml says {wanted!r}",
                hint="Make them the same; best is a hello that asks the installed SDK for its version.",
            )


async def options(bench: Bench) -> str | None:
    """Each claimed option is asked for alone and must leave its trace."""
    claimed = [name for name in [*CLAIMS, "resume"] if name in bench.capabilities]
    if not claimed:
        raise CannotRun("hello claims no option")
    (bench.codex("plain").parent / "added").mkdir(exist_ok=True)
    lies = [lie for name in claimed if (lie := await _lie(bench, name)) is not None]
    if lies:
        raise DriverFault(
            f"{len(lies)} of {len(claimed)} claimed options do not reach codex: {'; '.join(lies)}",
            hint="Hand the option over, or take the capability out: the scenario is then `not_applicable`.",
        )
    return f"{len(claimed)} options"


async def _lie(bench: Bench, name: str) -> str | None:
    folder = bench.codex("plain").parent
    claim = CLAIMS.get(name, Claim(trace=_RESUMED))
    opening = bench.start(**cast("JsonObject", _filled(claim.thread, folder)))
    if name == "resume":
        opening = {**opening, "op": "resume", "thread_id": _RESUMED}
    step = turn(bench.modes[0], options=claim.turn, input=_filled(claim.given, folder))
    seen = traces(bench.codex("plain"))
    heard = await bench.play("plain", opening, step, client=claim.client)
    trace = claim.trace.replace(_PLACE, re.escape(str(folder)))
    if any(re.search(trace, text) for text in traces(bench.codex("plain")) - seen):
        return None
    end = outcome(heard)
    return f"{name} ({shown(end['error'])})" if end["kind"] == "error" else name


def _filled(value: JsonValue, folder: Path) -> JsonValue:
    match value:
        case str():
            return value.replace(_PLACE, str(folder))
        case list():
            return [_filled(one, folder) for one in value]
        case dict():
            return {key: _filled(one, folder) for key, one in value.items()}
        case _:
            return value
