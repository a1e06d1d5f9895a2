"""What a client may ask of the daemon, and its frames on either wire."""

from __future__ import annotations

import dataclasses
import gzip

import hpack
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from .. import h2raw as h
from .. import ttrpc
from ..calls import request
from ..stubs import lane_admin, messages, models

LANEWAY = "laneway.v1.Laneway"
OK, CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, UNIMPLEMENTED = 0, 1, 4, 5, 12


@dataclasses.dataclass(frozen=True)
class Ask:
    """A call. `code` is how it ends; None where it goes on until somebody ends it."""

    service: str
    method: str
    messages: tuple[bytes, ...]
    metadata: tuple[tuple[str, str], ...] = ()
    timeout_ms: int | None = None
    streams: bool = False
    packed: bool = False
    code: int | None = OK

    def fields(self) -> list[tuple[str, str]]:
        """Its header fields on HTTP/2."""
        more = list(self.metadata)
        if self.timeout_ms is not None:
            more.append(("grpc-timeout", f"{self.timeout_ms}m"))
        if self.packed:
            more += [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip, identity")]
        return h.fields_of(f"/{self.service}/{self.method}", *more)

    def grpc(self, stream: int, encoder: hpack.Encoder | None = None) -> list[bytes]:
        """Its frames; an encoder packs the header with Huffman codes and its table."""
        fields = self.fields()
        block = encoder.encode(fields) if encoder else h.block(fields)
        bodies = [self._framed(one) for one in self.messages]
        return [h.headers(stream, block)] + [
            h.body(stream, body, end=place == len(bodies) - 1) for place, body in enumerate(bodies)
        ]

    def _framed(self, message: bytes) -> bytes:
        return h.framed(gzip.compress(message, mtime=0), 1) if self.packed else h.framed(message)

    def ttrpc(self, stream: int) -> list[bytes]:
        """Its frames; several messages go out as Data."""
        whole = len(self.messages) == 1
        body = ttrpc.envelope(
            self.service, self.method, self.messages[0] if whole else b"",
            (self.timeout_ms or 0) * 1_000_000, self.metadata,
        )
        if whole:
            flags = ttrpc.REMOTE_CLOSED if self.streams else 0
            return [ttrpc.frame(stream, ttrpc.REQUEST, flags, body)]
        opening = ttrpc.frame(stream, ttrpc.REQUEST, ttrpc.REMOTE_OPEN, body)
        data = [ttrpc.frame(stream, ttrpc.DATA, 0, one) for one in self.messages]
        end = ttrpc.frame(stream, ttrpc.DATA, ttrpc.REMOTE_CLOSED | ttrpc.NO_DATA)
        return [opening, *data, end]


def generate(model: str = "builtin/echo", prompt: str = "one two three", **how) -> Ask:
    return _laneway("Generate", request(model, prompt), **how)


def stream(model: str = "builtin/echo", prompt: str = "one two three", **how) -> Ask:
    return _laneway("Stream", request(model, prompt), streams=True, **how)


def held(call_id: str, **how) -> Ask:
    """A call that runs until it is ended."""
    return generate("builtin/echo?fail=hang", call_id=call_id, code=None, **how)


def cancel(call_id: str) -> Ask:
    return _laneway("Cancel", messages.CancelRequest(call_id=call_id))


def _laneway(method: str, message, *, call_id: str = "", **how) -> Ask:
    metadata = (("laneway-caller-id", "streams"), ("laneway-run-id", "run-1"))
    metadata += (("laneway-call-id", call_id),) if call_id else ()
    return Ask(LANEWAY, method, (message.SerializeToString(),), metadata, **how)


def rich() -> Ask:
    """A request with some of all that one can have."""
    schema = '{"type": "object", "properties": {"a": {"enum": [1, "two"]}}, "required": ["a"]}'
    parts = [
        {"text": {"text": "what is in this image?"}},
        {"image": {"media_type": "image/png", "data": b"\x89PNG\r\n\x1a\n" + bytes(40)}},
    ]
    asked = {"id": "call-1", "name": "look", "arguments_json": '{"at": [1, 2]}'}
    message = messages.GenerateRequest(
        model="builtin/echo,builtin/echo?pace=1000:high",
        messages=[
            {"role": "ROLE_SYSTEM", "parts": [{"text": {"text": "Say it back."}}]},
            {"role": "ROLE_USER", "parts": parts},
            {"role": "ROLE_ASSISTANT", "parts": [
                {"reasoning": {"text": "hm", "signature": b"\x00\x01"}}, {"tool_call": asked}]},
            {"role": "ROLE_TOOL", "parts": [
                {"tool_result": {"call_id": "call-1", "text": "seen"}}]},
            {"role": "ROLE_USER", "parts": [{"text": {"text": '{"a": 1}'}}]},
        ],
        tools=[{"name": "look", "description": "looks", "parameters_json": schema}],
        tool_choice={"mode": "MODE_AUTO"}, temperature=0.5, top_p=0.9, max_output_tokens=1000,
        stop=["halt"], seed=7, reasoning_effort="REASONING_EFFORT_LOW",
        response_format={
            "kind": "KIND_JSON_SCHEMA", "json_schema": {"name": "s", "schema_json": schema}},
        priority="PRIORITY_INTERACTIVE", max_queue_wait_ms=1000, execution_timeout_ms=2000,
    )  # fmt: skip
    return _laneway("Generate", message)


def health(service: str = "", method: str = "Check", code: int | None = OK) -> Ask:
    message = health_pb2.HealthCheckRequest(service=service).SerializeToString()
    return Ask("grpc.health.v1.Health", method, (message,), streams=method == "Watch", code=code)


def reflection(version: str = "v1") -> Ask:
    questions = [
        {"list_services": "*"}, {"file_containing_symbol": "laneway.v1.Laneway"},
        {"file_by_filename": "laneway/v1/models.proto"}, {"file_containing_symbol": "no.Such"},
    ]
    asked = [reflection_pb2.ServerReflectionRequest(**one) for one in questions]
    return Ask(
        f"grpc.reflection.{version}.ServerReflection", "ServerReflectionInfo",
        tuple(one.SerializeToString() for one in asked), streams=True,
    )


def lanes() -> Ask:
    message = lane_admin.ListLanesRequest(names=["builtin"]).SerializeToString()
    return Ask("laneway.v1.LaneAdmin", "ListLanes", (message,))


def watch_lanes() -> Ask:
    message = lane_admin.WatchLanesRequest(interval_ms=100).SerializeToString()
    return Ask("laneway.v1.LaneAdmin", "WatchLanes", (message,), streams=True, code=None)


def list_models() -> Ask:
    message = models.ListModelsRequest().SerializeToString()
    return Ask("laneway.v1.Models", "ListModels", (message,))


def resolve(model: str = "builtin/echo,local/slow") -> Ask:
    message = models.ResolveModelRequest(model=model).SerializeToString()
    return Ask("laneway.v1.Models", "ResolveModel", (message,))
