"""IO: carries a publication out: asks GitHub through gh what the plan says, and keeps beside the run what was done.

Whatever happens, the folder then holds ``manifest.json``, ``comment.md`` and ``publication.json``, so that a refused
publication can be seen and called again (REQUIREMENTS.md R4-17).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.jsonvalue import JsonValue
from harness.publish.bundle import Papers, template_sources
from harness.publish.comment import render
from harness.publish.gh import Gh, secrets_of
from harness.publish.links import lint
from harness.publish.manifest import Manifest
from harness.publish.places import Place
from harness.publish.plan import Ask, End, Job, Publication, Step
from harness.publish.stored import Stored, assumed
from harness.redaction.labels import SHORTEST
from harness.redaction.sweep import sweep
from harness.storage import write_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person asked to be published: the folder of a run or a gate, and the thread ``repo#thread`` on ``host``."""

    folder: Path
    papers: Papers
    manifest: Manifest
    host: str
    repo: str
    thread: int
    places: tuple[Place, ...]
    patience_s: int
    again: str


def body_of(order: Order, stored: Sequence[Stored]) -> str:
    """The comment for an order, with the places as they were found."""
    return render(order.papers.facts(), order.manifest, stored, template_sources())


async def publish(order: Order, gh: Gh, env: Mapping[str, str]) -> End:
    """Publish and keep the record.

    Args:
        order: what and where.
        gh: the way to GitHub.
        env: whose secrets must not be in the bundle.

    Returns:
        how it came out; never raises for what GitHub says.
    """
    actions: list[JsonValue] = []
    _keep(order, "manifest.json", order.manifest.to_json())
    _keep_text(order, body_of(order, [assumed(one, order.manifest) for one in order.places]))
    secrets = secrets_of(env, await gh.own_token())
    end = _secrets(order, secrets) or _links(order)
    if end is None:
        end = await _converse(order, replace(gh, secrets=secrets), actions)
    _keep(
        order,
        "publication.json",
        {
            "schema": 1,
            "run_id": order.manifest.run_id,
            "thread": f"https://{order.host}/{order.repo}/issues/{order.thread}",
            "status": end.word,
            "step": None if end.step is None or end.word == "published" else end.step.value,
            "reason": end.reason or None,
            "hint": end.hint or None,
            "url": end.url,
            "again": None if end.word == "published" else order.again,
            "actions": actions,
        },
    )
    return end


def dry_run(order: Order) -> tuple[str, tuple[str, ...]]:
    """The comment as it would be, and what forbids it; asks nobody."""
    text = body_of(order, [assumed(one, order.manifest) for one in order.places])
    _keep(order, "manifest.json", order.manifest.to_json())
    _keep_text(order, text)
    refused = [*order.manifest.refused(), *map(str, lint(text, order.manifest, order.host))]
    return text, tuple(refused)


async def _converse(order: Order, gh: Gh, actions: list[JsonValue]) -> End:
    def body(stored: Sequence[Stored]) -> str:
        text = body_of(order, stored)
        _keep_text(order, text)
        return text

    plan = Publication(
        Job(
            host=order.host,
            repo=order.repo,
            thread=order.thread,
            run_id=order.manifest.run_id,
            manifest=order.manifest,
            places=order.places,
            patience_s=order.patience_s,
            body=body,
        )
    )
    following: Ask | End = plan.begin()
    while isinstance(following, Ask):
        await asyncio.sleep(following.rest_s)
        answer, record = await gh.ask(following)
        actions.append(record)
        following = plan.hear(answer, int(time.time()))
    return following


def _links(order: Order) -> End | None:
    """Refuse a bundle whose Markdown files promise what only this machine has."""
    refused = order.manifest.refused()
    if not refused:
        return None
    return End(
        word="blocked",
        step=Step.THREAD,
        reason="; ".join(refused[:5]),
        hint="Put the file into the folder and link it from there.",
    )


def _secrets(order: Order, secrets: Mapping[str, str]) -> End | None:
    """Refuse a bundle that holds a secret of this environment or gh's token; says which and where, never the value."""
    named = {name: value for name, value in secrets.items() if len(value) >= SHORTEST}
    hits = sweep(order.folder, named).hits if named else []
    if not hits:
        return None
    where = "; ".join(f"{hit.name} in {hit.path} ({hit.inside})" for hit in hits[:5])
    return End(
        word="blocked",
        step=Step.THREAD,
        reason=f"the bundle holds a secret of this environment: {where}",
        hint="Revoke it if the bundle has left this machine. Make the run again without it.",
    )


def _keep(order: Order, name: str, value: Mapping[str, JsonValue]) -> None:
    text = json.dumps(value, indent=1) + "\n"
    write_atomically(order.folder / name, text.encode("ascii"))


def _keep_text(order: Order, text: str) -> None:
    write_atomically(order.folder / "comment.md", text.encode("utf-8"))
