"""Manifests, facts and the template for tests of the comment."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.publish.bundle import template_sources
from harness.publish.comment import Stored, render
from harness.publish.facts import facts_of
from harness.publish.manifest import BundleFile, Manifest
from harness.publish.places import parse_place
from tests.publish.runs import summary

SHA = "a" * 64
COMMIT = "c" * 40
RELEASE = "https://github.com/octo/sdk/releases/download/v1/"
ARTIFACT = "https://github.com/octo/sdk/actions/runs/7/artifacts/8"

MANIFEST = Manifest(
    run_id="586105a72be0",
    files=(
        BundleFile(path="allure-results/a|b.json", bytes=2, sha256="b" * 64),
        BundleFile(path="index.html", bytes=1, sha256=SHA),
        BundleFile(path="summary.json", bytes=3, sha256="d" * 64),
    ),
)


def comment(*stored: Stored, manifest: Manifest = MANIFEST, **changes: JsonValue) -> str:
    """The comment of a run with ``changes``."""
    return render(facts_of(summary(**changes)), manifest, stored, template_sources())


def stored(url: str, until: str | None = None) -> Stored:
    """A place where the bundle lies."""
    return Stored(place=parse_place(url, "github.com"), until=until)
