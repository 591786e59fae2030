"""IO: YAML 1.2 files as JSON values. What was read is kept by the hash of its bytes: reading YAML is slow, and every command does it."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue
from harness.storage import read_text, write_atomically

_DEEPEST: Final = 100
_READER: Final = f"1-{version('ruamel.yaml')}"
"""The rules that a kept value was made by; another number, and nothing that is kept is used."""


def read_document(path: Path, where: str, home: Path) -> JsonValue:
    """Read a YAML file.

    Args:
        where: the file as errors name it.
        home: the project's folder for what can be made anew; the value is kept in ``yaml/`` there, if it can be written.

    Raises:
        ScenarioInvalid: the file is not YAML 1.2, or holds what JSON cannot.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    kept = home / "yaml" / f"{hashlib.sha256(data).hexdigest()}.{_READER}.json"
    with suppress(OSError, ValueError):
        text = read_text(kept)
        if text is not None:
            return cast("JsonValue", json.loads(text))
    document = _parsed(data, where)
    with suppress(OSError):
        write_atomically(kept, json.dumps(document).encode("ascii"))
    return document


def _parsed(data: bytes, where: str) -> JsonValue:
    try:
        return as_json(YAML(typ="safe", pure=True).load(data), where, "$", 0)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"
        raise ScenarioInvalid(f"not YAML: {error.problem}", where=f"{where}{place}") from error
    except YAMLError as error:
        raise ScenarioInvalid(f"not YAML: {error}", where=where) from error


def as_json(value: object, where: str, at: str, depth: int) -> JsonValue:
    """What YAML gave as a JSON value.

    Raises:
        ScenarioInvalid: it is none: a date, a set, NaN, a key that is no string, more than 100 levels.
    """
    if depth > _DEEPEST:
        raise ScenarioInvalid("nested too deep, or an alias that holds itself", where=f"{where} $")
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list():
            return [
                as_json(child, where, f"{at}[{index}]", depth + 1)
                for index, child in enumerate(value)
            ]
        case dict():
            return {
                _key(key, where, at): as_json(child, where, f"{at}.{key}", depth + 1)
                for key, child in value.items()
            }
        case _:
            raise ScenarioInvalid(
                f"`{value}` is not a JSON value", where=f"{where} {at}", hint="Put it in quotes."
            )


def _key(key: object, where: str, at: str) -> str:
    if isinstance(key, str):
        return key
    raise ScenarioInvalid(
        f"the key `{key}` is not a string", where=f"{where} {at}", hint="Put it in quotes."
    )
