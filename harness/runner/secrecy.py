"""CORE: an observation with labels in the place of the secrets that the scenario gave to the client.

Here and not in a report: what is never recorded cannot be shown, uploaded or pasted by anything that comes later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, cast

from harness.observation import Invocation, Observation, TurnRecord
from harness.redaction.labels import Redactor


def without_secrets(seen: Observation, secrets: Mapping[str, str]) -> Observation:
    """The observation with a label for each secret in every text of it, and the account of that in ``removed``.

    Args:
        seen: as the play gave it; what the mock journaled has its own labels, which become these.
        secrets: name -> value, as ``Scenario.secrets``.
    """
    if not secrets:
        return seen
    redactor = Redactor(secrets)
    cleaned = cast("Observation", _cleaned(replace(seen, secrets=()), redactor))
    removed = redactor.removed
    labels = tuple(redactor.text(secret) for secret in seen.secrets)
    return replace(cleaned, secrets=labels, removed=removed)


def _cleaned(value: object, redactor: Redactor) -> object:
    match value:
        case str():
            return redactor.text(value)
        case tuple():
            return tuple(_cleaned(child, redactor) for child in value)
        case list():
            return [_cleaned(child, redactor) for child in value]
        case dict():
            return {
                _cleaned(name, redactor): _cleaned(child, redactor) for name, child in value.items()
            }
        case Observation():
            return replace(value, **_members(value, redactor))
        case Invocation():
            return replace(value, **_members(value, redactor))
        case TurnRecord():
            return replace(value, **_members(value, redactor))
        case _:
            return value


def _members(value: Observation | Invocation | TurnRecord, redactor: Redactor) -> dict[str, Any]:
    return {one.name: _cleaned(getattr(value, one.name), redactor) for one in fields(value)}
