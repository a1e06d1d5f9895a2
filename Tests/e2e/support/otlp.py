"""Spans and metrics, as OpenTelemetry's own classes read them from the bytes of an export."""

from __future__ import annotations

import dataclasses

from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_service
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclasses.dataclass(frozen=True)
class Span:
    """One span. Moments are nanoseconds since 1970; ids are in hex."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    began: int
    ended: int
    attributes: dict
    status: str
    # Their names and attributes.
    events: list[tuple[str, dict]]
    flags: int
    resource: dict

    @property
    def seconds(self) -> float:
        return (self.ended - self.began) / 1e9

    def is_within(self, other: Span) -> bool:
        return other.began <= self.began <= self.ended <= other.ended


@dataclasses.dataclass(frozen=True)
class Trace:
    """The spans of one call: its own, and below it those of its waits and attempts, in order."""

    call: Span
    below: list[Span]

    @property
    def attempts(self) -> list[Span]:
        return [span for span in self.below if "gen_ai.operation.name" in span.attributes]

    @property
    def waits(self) -> list[Span]:
        return [span for span in self.below if span not in self.attempts]


@dataclasses.dataclass(frozen=True)
class Point:
    """One series at one time. `value` is a sum's, a gauge's, or a histogram's sum."""

    attributes: dict
    value: float
    began: int
    at: int
    # Of a histogram.
    count: int = 0
    buckets: tuple[int, ...] = ()
    bounds: tuple[float, ...] = ()


@dataclasses.dataclass(frozen=True)
class Metric:
    """One metric of one export, with all its series."""

    name: str
    unit: str
    kind: str
    is_cumulative: bool
    is_monotonic: bool
    points: list[Point]

    def of(self, attributes: dict) -> list[Point]:
        """The series that have these."""
        return [one for one in self.points if attributes.items() <= one.attributes.items()]


def spans_in(body: bytes) -> list[Span]:
    """The spans of a request to `/v1/traces`."""
    request = trace_service.ExportTraceServiceRequest.FromString(body)
    return [
        _span(span, attributes_of(resource.resource.attributes))
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def metrics_in(body: bytes) -> list[dict[str, Metric]]:
    """The metrics of a request to `/v1/metrics`, by name. A collector may put exports together."""
    request = metrics_service.ExportMetricsServiceRequest.FromString(body)
    return [_metrics(resource.scope_metrics) for resource in request.resource_metrics]


def _metrics(scopes) -> dict[str, Metric]:
    found = [_metric(metric) for scope in scopes for metric in scope.metrics]
    named = {metric.name: metric for metric in found}
    assert len(named) == len(found), "a metric is told twice in one export"
    return named


def partly_refused(spans: int, message: str) -> bytes:
    """The answer of a collector that did not take all spans."""
    answer = trace_service.ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = spans
    answer.partial_success.error_message = message
    return answer.SerializeToString()


def attributes_of(pairs) -> dict:
    found = {pair.key: _value(pair.value) for pair in pairs}
    assert len(found) == len(pairs), f"an attribute is told twice: {pairs}"
    return found


def _value(value):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind)


def _span(span: trace_pb2.Span, resource: dict) -> Span:
    return Span(
        span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.name,
        trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        span.start_time_unix_nano, span.end_time_unix_nano, attributes_of(span.attributes),
        trace_pb2.Status.StatusCode.Name(span.status.code).removeprefix("STATUS_CODE_"),
        [(event.name, attributes_of(event.attributes)) for event in span.events],
        span.flags, resource,
    )  # fmt: skip


def _metric(metric: metrics_pb2.Metric) -> Metric:
    kind = metric.WhichOneof("data")
    data = getattr(metric, kind)
    cumulative = metrics_pb2.AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    return Metric(
        metric.name, metric.unit, kind, getattr(data, "aggregation_temporality", 0) == cumulative,
        getattr(data, "is_monotonic", False), [_point(point) for point in data.data_points],
    )  # fmt: skip


def _point(point) -> Point:
    common = attributes_of(point.attributes), point.start_time_unix_nano, point.time_unix_nano
    attributes, began, at = common
    if not hasattr(point, "bucket_counts"):
        return Point(attributes, getattr(point, point.WhichOneof("value")), began, at)
    return Point(
        attributes, point.sum, began, at, point.count, tuple(point.bucket_counts),
        tuple(point.explicit_bounds),
    )  # fmt: skip
