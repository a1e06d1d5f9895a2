"""What the daemon says of itself, asked over either version of gRPC's reflection.

The stubs that gRPC publishes are v1alpha's; v1 has the same messages under another name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from .calls import PATIENCE

VERSIONS = ["v1", "v1alpha"]
METHOD = "/grpc.reflection.{}.ServerReflection/ServerReflectionInfo"


class Reflection:
    """One client of the reflection service."""

    def __init__(self, target: str) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(target, options=options)

    def database(self) -> ProtoReflectionDescriptorDatabase:
        """gRPC's own client, which speaks v1alpha."""
        return ProtoReflectionDescriptorDatabase(self.channel)

    def pool(self) -> descriptor_pool.DescriptorPool:
        return descriptor_pool.DescriptorPool(self.database())

    def ask(self, version: str, *questions: dict) -> list:
        """The answers to all questions, sent on one stream."""
        requests = [reflection_pb2.ServerReflectionRequest(**fields) for fields in questions]
        answers = list(self.begin(version, iter(requests)))
        assert [answer.original_request for answer in answers] == requests
        return answers

    def begin(self, version: str, requests: Iterator):
        """A stream of questions, as the call that has its answers."""
        call = self.channel.stream_stream(
            METHOD.format(version),
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        return call(requests, timeout=PATIENCE)

    def services(self, version: str = "v1") -> list[str]:
        (answer,) = self.ask(version, {"list_services": "*"})
        return [service.name for service in answer.list_services_response.service]

    def files(self, version: str, **question) -> list[descriptor_pb2.FileDescriptorProto]:
        (answer,) = self.ask(version, question)
        assert answer.WhichOneof("message_response") == "file_descriptor_response", answer
        parse = descriptor_pb2.FileDescriptorProto.FromString
        return [parse(data) for data in answer.file_descriptor_response.file_descriptor_proto]

    def ending(self, path: str, seconds: float = 1) -> grpc.StatusCode | None:
        """How a call of a method without a message ends; None where it waits for more."""
        call = self.channel.stream_stream(path, _same, _same)
        with contextlib.suppress(grpc.RpcError):
            for _ in (answers := call(iter([b""]), timeout=seconds)):
                pass
        code = answers.code()
        return None if code == grpc.StatusCode.DEADLINE_EXCEEDED else code


def _same(data: bytes) -> bytes:
    return data
