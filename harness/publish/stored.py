"""CORE: what GitHub says lies at a place, held against the bundle: which file is there under which address, and until when.

A link is made only of what was seen. Sources: docs.github.com on the digest of release assets, git trees and artifacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast
from urllib.parse import quote, unquote

from harness.jsonvalue import JsonValue
from harness.publish.manifest import BundleFile, Manifest
from harness.publish.places import Place
from harness.report.markdown import code

Rows: TypeAlias = list[dict[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A place and what is there.

    ``until`` is when GitHub removes it (ISO time; None: it did not say, or never), ``files`` the address of each file of the
    bundle that was seen there, ``said`` what lies there as Markdown where it is not the files themselves.
    """

    place: Place
    until: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    said: str = ""


def assumed(place: Place, manifest: Manifest) -> Stored:
    """A place that nobody looked at: as if all were there."""
    held = ((one.path, place.holds(one.path)) for one in manifest.files)
    return Stored(place=place, files={path: url for path, url in held if url is not None})


def stored(place: Place, body: JsonValue, manifest: Manifest) -> Stored | str:
    """What is there, or what it lacks to be linked.

    Args:
        place: where.
        body: what GitHub answered to ``place.ask``.
        manifest: of the bundle that should lie there.
    """
    known = body if isinstance(body, dict) else {}
    match place.kind:
        case "release":
            return _release(place, _rows(known, "assets"), manifest)
        case "commit":
            return _commit(place, known, manifest)
        case "artifact":
            return _artifact(place, known)
        case "run":
            return _run(place, _rows(known, "artifacts"))
        case _:  # a thread, which no order names: parse_place refuses it
            return "a thread holds no files"


def _rows(body: Mapping[str, JsonValue], name: str) -> Rows:
    found = body.get(name)
    rows = found if isinstance(found, list) else []
    return [one for one in rows if isinstance(one, dict)]


def _release(place: Place, assets: Rows, manifest: Manifest) -> Stored | str:
    """A file at the top of the folder must be an asset of its name; one below is an asset with its digest, if there is one."""
    ready = {str(one.get("name")): one for one in assets if one.get("state", "uploaded") == "uploaded"}  # fmt: skip
    if not place.url.endswith("/"):
        name = unquote(place.path)
        if name not in ready:
            return f"the release has no asset {name}"
        return Stored(place=place, said=_size(name, ready[name].get("size")))
    by_digest = {one["digest"]: name for name, one in ready.items() if one.get("digest")}
    files = {}
    for file in manifest.files:
        name = by_digest.get(f"sha256:{file.sha256}", "") if "/" in file.path else file.path
        if name not in ready:
            if "/" in file.path:
                continue
            return f"the release has no asset {file.path}"
        other = _other(ready[name], file)
        if other is not None:
            return f"the asset {name} is another file, {other}"
        files[file.path] = place.url + quote(name)
    return Stored(place=place, files=files)


def _other(asset: Mapping[str, JsonValue], file: BundleFile) -> str | None:
    """How an asset differs from the file of its name: GitHub has a digest of those uploaded since June 2025, a size of all."""
    digest, size = asset.get("digest"), asset.get("size")
    if isinstance(digest, str) and digest != f"sha256:{file.sha256}":
        return digest
    if isinstance(size, int) and size != file.bytes:
        return f"{size} bytes and not {file.bytes}"
    return None


def _commit(place: Place, body: Mapping[str, JsonValue], manifest: Manifest) -> Stored | str:
    """Git's own name of the content is compared, so nothing has to be read."""
    if body.get("truncated") is True:
        return "GitHub lists only a part of so large a commit; commit the folder to a repository of its own"
    tree = _rows(body, "tree")
    blobs = {str(one.get("path")): one for one in tree if one.get("type") == "blob"}
    folder = unquote(place.path)
    if not place.url.endswith("/"):
        if folder not in blobs:
            return f"the commit has no file {folder}"
        return Stored(place=place, said=_size(folder, blobs[folder].get("size")))
    files = {}
    for file in manifest.files:
        there = blobs.get(folder + file.path)
        if there is None:
            if "/" in file.path:
                continue
            return f"the commit has no file {folder}{file.path}"
        if there.get("sha") != file.blob:
            return f"{folder}{file.path} of the commit is another file, {there.get('size')} bytes and not these {file.bytes}"
        files[file.path] = cast("str", place.holds(file.path))
    return Stored(place=place, files=files)


def _artifact(place: Place, body: Mapping[str, JsonValue]) -> Stored | str:
    run = body.get("workflow_run")
    wanted = re.findall(r"/actions/runs/(\d+)/", place.url)
    if isinstance(run, dict) and str(run.get("id")) not in wanted:
        return f"the artifact is one of run {run.get('id')}"
    if body.get("expired") is True:
        return "the artifact has expired"
    if body.get("size_in_bytes") == 0:
        return "the artifact is empty"
    until = body.get("expires_at")
    said = _size(str(body.get("name")), body.get("size_in_bytes"))
    return Stored(place=place, until=until if isinstance(until, str) else None, said=said)


def _run(place: Place, artifacts: Rows) -> Stored | str:
    kept = [one for one in artifacts if one.get("expired") is not True]
    if not kept:
        return "the run keeps no artifact"
    ends = sorted(_texts(one.get("expires_at") for one in kept))
    said = ", ".join(_size(str(one.get("name")), one.get("size_in_bytes")) for one in kept[:5])
    more = f" and {len(kept) - 5} more" if len(kept) > 5 else ""
    return Stored(place=place, until=ends[0] if ends else None, said=said + more)


def _texts(values: Iterable[JsonValue]) -> list[str]:
    return [one for one in values if isinstance(one, str)]


def _size(name: str, size: JsonValue) -> str:
    return f"{code(name)}, {size} bytes" if isinstance(size, int) else code(name)
