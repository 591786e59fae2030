"""Manifests, facts and the template for tests of the comment."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from harness.jsonvalue import JsonValue
from harness.publish.bundle import template_sources
from harness.publish.comment import render
from harness.publish.facts import facts_of
from harness.publish.manifest import BundleFile, Manifest
from harness.publish.places import parse_place
from harness.publish.stored import Stored, assumed
from tests.publish.runs import summary

SHA = "a" * 64
COMMIT = "c" * 40
RELEASE = "https://github.com/octo/sdk/releases/download/v1/"
ARTIFACT = "https://github.com/octo/sdk/actions/runs/7/artifacts/8"


def file(path: str, *, bytes: int = 1, sha256: str = SHA, local_paths: int = 0) -> BundleFile:  # noqa: A002 - its name
    """A file of a bundle; git's name of its content is that of its path."""
    blob = hashlib.sha1(path.encode()).hexdigest()
    return BundleFile(path=path, bytes=bytes, sha256=sha256, blob=blob, local_paths=local_paths)


MANIFEST = Manifest(
    run_id="586105a72be0",
    files=(
        file("allure-results/a|b.json", bytes=2, sha256="b" * 64),
        file("index.html"),
        file("summary.json", bytes=3, sha256="d" * 64),
    ),
)


def comment(*stored: Stored, manifest: Manifest = MANIFEST, **changes: JsonValue) -> str:
    """The comment of a run with ``changes``."""
    return render(facts_of(summary(**changes)), manifest, stored, template_sources())


def stored(url: str, until: str | None = None, manifest: Manifest = MANIFEST) -> Stored:
    """A place where the bundle lies."""
    return replace(assumed(parse_place(url, "github.com"), manifest), until=until)
