"""Reads the data inside a page, as its script does."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any


def unpack(text: str) -> Any:
    """The JSON behind base64 of raw deflate."""
    return json.loads(zlib.decompress(base64.b64decode(text), -15))


def index_of(page: str) -> Any:
    """The index of a page."""
    (text,) = re.findall(r'<template id="index">([^<]*)</template>', page)
    return unpack(text)[0]


def documents_of(page: str) -> dict[str, Any]:
    """The scenarios of a page, by id."""
    chunks = re.findall(r'<template id="chunk-\d+">([^<]*)</template>', page)
    return {one["id"]: one for chunk in chunks for one in unpack(chunk)}
