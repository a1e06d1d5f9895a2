"""gzip on the gRPC wire, as stock clients speak it (gRPC, compression.md)."""

from __future__ import annotations

import contextlib
import gzip

import grpc
import pytest
from support.raw_http2 import RawConnection, framed
from support.stubs import messages, services

PROMPT = "again and again " * 512
METHOD = "/laneway.v1.Laneway/Generate"
GZIP = (("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,gzip"))


def request(text: str = PROMPT) -> messages.GenerateRequest:
    part = {"text": {"text": text}}
    return messages.GenerateRequest(
        model="builtin/echo", messages=[{"role": "ROLE_USER", "parts": [part]}]
    )


def packed(text: str = PROMPT) -> bytes:
    return framed(gzip.compress(request(text).SerializeToString()), flag=1)


@contextlib.contextmanager
def connection(daemon):
    raw = RawConnection(daemon.socket)
    try:
        yield raw
    finally:
        raw.close()


@pytest.mark.parametrize("algorithm", [grpc.Compression.Gzip, grpc.Compression.NoCompression])
def test_a_stock_client_packs_and_takes_packed_answers(daemon, algorithm):
    with grpc.insecure_channel(daemon.target, compression=algorithm) as channel:
        stub = services.LanewayStub(channel)
        assert stub.Generate(request(), timeout=20).message.parts[0].text.text == PROMPT
        heard = [event.text for event in stub.Stream(request("a b c"), timeout=20)]
        assert "".join(heard) == "a b c"


def test_only_who_packs_and_offers_it_is_answered_packed(daemon):
    with connection(daemon) as raw:
        both = raw.wait(raw.post(METHOD, packed(), *GZIP))
        assert both.grpc_status == 0 and both.fields["grpc-encoding"] == "gzip"
        assert both.data[0] == 1 and len(both.data) < 1_000
        answer = messages.GenerateResponse.FromString(gzip.decompress(both.data[5:]))
        assert answer.message.parts[0].text.text == PROMPT
        plain = framed(request().SerializeToString())
        for headers, body in ((GZIP[:1], packed()), (GZIP[1:], plain), ((), plain)):
            answer = raw.wait(raw.post(METHOD, body, *headers))
            assert answer.grpc_status == 0 and answer.data[0] == 0
            assert "grpc-encoding" not in answer.fields


def test_a_packing_nobody_named_is_an_internal_error(daemon):
    with connection(daemon) as raw:
        answer = raw.wait(raw.post(METHOD, packed()))
        assert answer.grpc_status == grpc.StatusCode.INTERNAL.value[0]


def test_an_unknown_packing_is_unimplemented_and_the_known_ones_are_named(daemon):
    with connection(daemon) as raw:
        answer = raw.wait(raw.post(METHOD, packed(), ("grpc-encoding", "snappy")))
        assert answer.grpc_status == grpc.StatusCode.UNIMPLEMENTED.value[0]
        assert answer.fields["grpc-accept-encoding"] == "identity,gzip"


@pytest.mark.parametrize(
    "broken", [b"no gzip at all", gzip.compress(b"x" * 1_000)[:-4], b""], ids=["junk", "cut", "none"]
)
def test_what_cannot_be_unpacked_is_an_internal_error(daemon, broken):
    with connection(daemon) as raw:
        answer = raw.wait(raw.post(METHOD, framed(broken, flag=1), *GZIP))
        # Nothing at all unpacks to an empty message, which is no request.
        expected = "INVALID_ARGUMENT" if broken == b"" else "INTERNAL"
        assert answer.grpc_status == grpc.StatusCode[expected].value[0]


def test_a_bomb_is_refused_before_it_is_unpacked(daemon):
    bomb = gzip.compress(bytes(1 << 30), 9)
    assert len(bomb) < 2 << 20
    with connection(daemon) as raw:
        answer = raw.wait(raw.post(METHOD, framed(bomb, flag=1), *GZIP))
        assert answer.grpc_status == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
        assert "4194304 when unpacked" in answer.fields["grpc-message"]
        assert raw.wait(raw.post(METHOD, packed("hi"), *GZIP)).grpc_status == 0
