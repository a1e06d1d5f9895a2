"""Fixtures and checks for spans: a daemon that tells rotel, callers with traces of their own."""

from __future__ import annotations

import uuid

import pytest
from opentelemetry import trace as otel
from opentelemetry.trace.propagation import tracecontext

from .canaries import canary
from .collector import Rotel, Sink
from .dialects import DIALECTS
from .echoing import sent_header
from .otlp import Span, Trace

KEY, HEADER = canary("key"), canary("header")
CONFIG = f"""
providers:
  local:
    kind: openai
    base_url: BASE_URL
    api_key_env: TELEMETRY_TEST_KEY
    headers: {{ x-canary: {HEADER.value} }}
    models: {{ blind: {{ tools: false }} }}
  other: {{ kind: openai, base_url: BASE_URL }}
KINDS
lanes:
  serial: {{ match: ["local/serial-*"], concurrency: 1 }}
  finished: {{ match: ["local/finish-*"], on_disconnect: finish }}
log: {{ level: trace }}
telemetry:
  endpoint: ENDPOINT
  interval: 1s
  resource: {{ deployment.environment.name: test }}
"""
USAGE = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
PROPAGATOR = tracecontext.TraceContextTextMapPropagator()


@pytest.fixture(scope="module")
def sink():
    made = Sink()
    yield made
    made.close()


@pytest.fixture(scope="module")
def rotel(sink, tmp_path_factory):
    made = Rotel(tmp_path_factory.mktemp("rotel"), sink)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def config(upstream, rotel):
    """For the daemon of the module; a provider of each kind is `a-KIND`."""
    kinds = "\n".join(
        f"  a-{name}: {{ {dialect.CONFIG}, base_url: BASE_URL }}"
        for name, dialect in DIALECTS.items()
    )
    text = CONFIG.replace("KINDS", kinds).replace("ENDPOINT", rotel.endpoint)
    with pytest.MonkeyPatch.context() as patch:
        # The daemon is started while this is set.
        patch.setenv("TELEMETRY_TEST_KEY", KEY.value)
        yield text.replace("BASE_URL", upstream.base_url)


@pytest.fixture
def caller(client):
    """A client that names its next call: `named` gives the id, and sends a trace it is given."""
    plain = client.metadata

    def named(traceparent: str = "") -> str:
        call_id = uuid.uuid4().hex
        trace = (("traceparent", traceparent),) if traceparent else ()
        client.metadata = (*plain, ("laneway-call-id", call_id), *trace)
        return call_id

    client.named = named
    return client


def context_of(exchange) -> otel.SpanContext:
    """What OpenTelemetry makes of the trace that upstream was told."""
    carrier = {"traceparent": sent_header(exchange, "traceparent")}
    return otel.get_current_span(PROPAGATOR.extract(carrier)).get_span_context()


def client_span(flags: int = otel.TraceFlags.SAMPLED) -> tuple[otel.SpanContext, str]:
    """A span of the client's, and the `traceparent` that OpenTelemetry writes for it."""
    context = otel.SpanContext(
        uuid.uuid4().int, uuid.uuid4().int >> 64, is_remote=False,
        trace_flags=otel.TraceFlags(flags),
    )  # fmt: skip
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier, otel.set_span_in_context(otel.NonRecordingSpan(context)))
    return context, carrier["traceparent"]


def assert_whole(trace: Trace, exchanges, began: float, ended: float) -> None:
    """Children lie in their parent, it lies in the test's time, and upstream was told the same."""
    call = trace.call
    assert began - 1 <= call.began / 1e9 <= call.ended / 1e9 <= ended + 1
    assert call.seconds <= ended - began
    for span in trace.below:
        assert span.is_within(call), (span, call)
        assert span.trace_id == call.trace_id
    ids = [span.span_id for span in (call, *trace.below)]
    assert len(set(ids)) == len(ids)
    told = [context_of(exchange) for exchange in exchanges]
    assert [otel.format_span_id(one.span_id) for one in told] == [
        span.span_id for span in trace.attempts
    ]
    assert {otel.format_trace_id(one.trace_id) for one in told} == {call.trace_id}
    assert all(one.trace_flags.sampled for one in told)


def told(span: Span, *names: str) -> list:
    """These attributes; None for one that is not there."""
    return [span.attributes.get(name) for name in names]
