"""IO: sends the spans of a run to the collector that the environment names, and to nobody when it names none.

The knobs are the standard ones of OpenTelemetry (docs/telemetry.md). A collector that fails is told and changes no exit code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from harness.report.model import RunModel
from harness.telemetry.spans import Span, tree

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Tracer

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL: Final = "http/protobuf"
BATCH: Final = 512
"""Spans in one request: the default of OTEL_BSP_MAX_EXPORT_BATCH_SIZE."""


def wanted(env: Mapping[str, str]) -> bool:
    """Whether the environment names a collector and does not say that nothing is to be sent."""
    return (
        any(env.get(name) for name in ENDPOINTS)
        and env.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and env.get("OTEL_TRACES_EXPORTER", "otlp") == "otlp"
    )


def send(model: RunModel) -> str | None:
    """Send the spans of a run.

    Returns:
        one sentence for the person: how many were sent, or why not; None when the environment asks for nothing.
    """
    if not wanted(os.environ):
        return None
    protocol = next((os.environ[name] for name in PROTOCOLS if os.environ.get(name)), PROTOCOL)
    if protocol != PROTOCOL:
        return f"spans: not sent, {PROTOCOL} is spoken here and not {protocol}"
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an optional extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import SpanExportResult  # noqa: PLC0415 - same
    except ImportError as error:
        return f"spans: not sent, {error.name} is missing; install codex-parity[otel]"
    ready = _recorded(tree(model))
    exporter = OTLPSpanExporter()
    sent = 0
    try:
        for first in range(0, len(ready), BATCH):
            batch = ready[first : first + BATCH]
            if exporter.export(batch) is not SpanExportResult.SUCCESS:
                return f"spans: {sent} of {len(ready)} sent, then the collector failed"
            sent += len(batch)
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]
    return f"spans: {sent} sent"


def _recorded(root: Span) -> list[ReadableSpan]:
    """The spans as the SDK makes them, by its sampler and with its resource, in the order in which they ended."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an optional extra
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider  # noqa: PLC0415 - same
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415 - same
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # noqa: PLC0415 - same
        InMemorySpanExporter,
    )

    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    resource = Resource.create({} if named else {"service.name": "codex-parity"})
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=resource, span_limits=SpanLimits(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    _record(provider.get_tracer("codex-parity"), root)
    provider.shutdown()
    return list(kept.get_finished_spans())


def _record(tracer: Tracer, span: Span) -> None:
    from opentelemetry.trace import Status, StatusCode, use_span  # noqa: PLC0415 - an optional extra

    made = tracer.start_span(span.name, start_time=span.start_ns, attributes=span.attributes)
    with use_span(made, end_on_exit=False):
        for child in span.children:
            _record(tracer, child)
    if span.failed:
        made.set_status(Status(StatusCode.ERROR))
    made.end(end_time=span.end_ns)
