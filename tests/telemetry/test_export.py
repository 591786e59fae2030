"""A run sends its spans to the collector that the environment names, and to nobody else."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import cast

import pytest

from harness.report.model import RunModel
from harness.telemetry import export
from harness.telemetry.spans import ATTRIBUTES, CELL, PROCESS, RUN, TURN
from tests.commandline import ROOT, codex_parity, environment
from tests.report import runs
from tests.telemetry.collector import Collector, attributes, collecting

SCENARIOS = ("exec.env.api-key", "exec.errors.secret-exit", "exec.resume.two-turns")
SECRET = ("dummy-key", "prompt 1", "prompt 2")
"""What the scenarios give as key and prompt; `secret-exit` has its own, which is read from its observation."""


def twin(folder: Path) -> str:
    """The path of the reference under another name, for ``--subject``."""
    text = (ROOT / "subjects/reference/subject.toml").read_text("utf-8")
    path = folder / "twin.toml"
    path.write_text(text.replace('name = "reference"', 'name = "twin"'), "utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No knob of OpenTelemetry is set but those of the test."""
    for name in (*export.ENDPOINTS, *export.PROTOCOLS, "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.requirement("R0-13", "R0-15", "R1-25", "F19")
@pytest.mark.process
@pytest.mark.timeout(120)
def test_a_run_sends_a_span_per_run_cell_turn_and_process_without_prompt_or_key(
    tmp_path: Path,
) -> None:
    """Provenance: issue 6, point 10. The run is one of the public command line, the collector is in this process."""
    with collecting() as collector:
        ended = codex_parity(
            "run", "--subject", twin(tmp_path), "--filter", ",".join(SCENARIOS), "--no-golden",
            folder=tmp_path, env=environment(OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint),
        )  # fmt: skip

    assert ended.code == 0, ended.out + ended.err
    assert collector.paths[0] == "/v1/traces"
    spans = {span.span_id: span for span in collector.spans()}
    assert f"spans: {len(spans)} sent" in ended.err
    plays = [line for line in ended.lines() if line["kind"] == "observation"]
    codexes = sum(len(cast("list[object]", raw["invocations"])) for raw in runs_of(ended.folder))
    counted = Counter(span.name for span in spans.values())
    assert counted[RUN] == 1
    assert counted[CELL] == len(plays) == 12
    assert counted[TURN] == 16
    assert counted[PROCESS] == codexes == 16
    parents = {
        (span.name, spans[span.parent_span_id].name if span.parent_span_id else None)
        for span in spans.values()
    }
    assert parents == {(RUN, None), (CELL, RUN), (TURN, CELL), (PROCESS, TURN)}
    assert len({span.trace_id for span in spans.values()}) == 1
    for span in spans.values():
        told = attributes(span.attributes)
        assert told.keys() <= set(ATTRIBUTES[span.name])
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        if span.parent_span_id:
            assert spans[span.parent_span_id].start_time_unix_nano <= span.start_time_unix_nano
    cells = [attributes(span.attributes) for span in spans.values() if span.name == CELL]
    assert {str(one["parity.scenario"]) for one in cells} == set(SCENARIOS)
    assert {(one["parity.mode"], one["parity.verdict"]) for one in cells} == {
        (mode, verdict) for mode in ("run", "stream") for verdict in ("match", "reference")
    }
    _told_nobody(collector, ended.folder)


def _told_nobody(collector: Collector, folder: Path) -> None:
    """No prompt, argument, key or text of what was observed is in what was sent."""
    sent = b"".join(collector.bodies)
    texts = {text for line in runs_of(folder) for text in _texts(line)} | set(SECRET)
    assert len(texts) > 40
    assert {text for text in texts if text.encode("utf-8") in sent} == set()


def runs_of(folder: Path) -> list[dict[str, object]]:
    """The raw observations of a run."""
    lines = (folder / "run.jsonl").read_text("utf-8").split("\n")
    return [
        one["raw"] for line in lines if line and (one := json.loads(line))["kind"] == "observation"
    ]


def _texts(raw: dict[str, object]) -> set[str]:
    """What must stay here: arguments, environment, prompts, events, answers, messages of errors, secrets, folders."""
    found: set[str] = set()

    def walk(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, child in value.items():
                walk(child, name)
        elif isinstance(value, list):
            for child in value:
                walk(child, key)
        elif isinstance(value, str) and len(value) > 6 and key not in {"subject", "scenario"}:
            found.add(value)

    for name in ("invocations", "turns", "places", "base_env", "secrets"):
        walk(raw[name])
    # Words of closed sets that an attribute may hold.
    return {text for text in found if not text.startswith(("exit ", "signal ", "exec_exit"))}


@pytest.fixture
def model() -> RunModel:
    """A small run with a timing."""
    return runs.model(runs.timed_run())


@pytest.mark.requirement("R0-15")
def test_without_an_endpoint_nothing_is_loaded_and_nothing_is_said(
    model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: issue 6, point 10: nothing is sent unless set; the extra need not even be installed."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    assert export.send(model) is None


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "True"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_standard_knobs_decide_whether_something_is_sent(
    env: dict[str, str], wanted: bool
) -> None:
    """Provenance: OpenTelemetry, environment variable specification."""
    assert export.wanted(env) is wanted


@pytest.mark.requirement("R0-15")
def test_the_other_knobs_are_the_standard_ones_too(
    model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: OpenTelemetry, environment variable specification: resource, service name, sampler."""
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        assert export.send(model) == "spans: 7 sent"
        monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "shard=3")
        assert export.send(model) == "spans: 7 sent"
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
        assert export.send(model) == "spans: 0 sent"

    first, second = (
        attributes(one.resource_spans[0].resource.attributes) for one in collector.requests()
    )
    assert first["service.name"] == "codex-parity"
    assert (second["service.name"], second["shard"]) == ("nightly", "3")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "not sent, http/protobuf is spoken here and not grpc"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1", "0 of 7 sent, then the collector failed"),
    ],
)  # fmt: skip
def test_a_collector_that_cannot_take_them_is_told(
    name: str, value: str, told: str, model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours; what was asked for and not done is said."""
    with collecting() as collector:
        collector.status = [400]
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        monkeypatch.setenv(name, value)

        assert told in (export.send(model) or "")
    assert collector.bodies == []


def test_without_the_extra_it_says_what_to_install(
    model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours; the extra is optional, silence would look like success."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    assert "install codex-parity[otel]" in (export.send(model) or "")


def test_a_collector_that_answers_later_gets_every_span_once(
    model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: REQUIREMENTS.md 3.6, a 503 is tried again by the exporter; requests are bounded."""
    monkeypatch.setattr(export, "BATCH", 3)
    with collecting() as collector:
        collector.status = [503]
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)

        assert export.send(model) == "spans: 7 sent"
    assert [len(one.resource_spans[0].scope_spans[0].spans) for one in collector.requests()] == [
        3,
        3,
        1,
    ]
    assert len({span.span_id for span in collector.spans()}) == 7


@pytest.mark.requirement("R0-16")
def test_the_page_names_every_span_attribute_and_knob() -> None:
    """Provenance: REQUIREMENTS.md R0-15, R0-16."""
    page = (ROOT / "docs/telemetry.md").read_text("utf-8")
    words = {*ATTRIBUTES, *(name for names in ATTRIBUTES.values() for name in names)}

    assert {word for word in words if f"`{word}`" not in page} == set()
    assert {
        name
        for name in (*export.ENDPOINTS, *export.PROTOCOLS, "OTEL_SDK_DISABLED")
        if name not in page
    } == set()
