"""A failed call says the same on both wires: code, message and details."""

from __future__ import annotations

import base64
import re

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from support import ttrpc
from support.calls import request
from support.raw_http2 import RawConnection, framed
from support.stubs import call_info

METADATA = (("laneway-caller-id", "e2e"), ("laneway-run-id", "r-1"), ("laneway-call-id", "same"))
FAILING = {
    "unknown model": request("builtin/nosuch"),
    "no model": request(""),
    "rule broken": request("builtin/echo", temperature=9.0),
    "rate limited": request("builtin/echo?fail=rate_limited&retry_after=2s"),
    "quota": request("builtin/echo?fail=quota_exhausted"),
    "credentials": request("builtin/echo?fail=credentials"),
    "overloaded": request("builtin/echo?fail=overloaded"),
    "malformed": request("builtin/echo?fail=malformed"),
    "content": request("builtin/echo?fail=content_policy"),
    "interrupted": request("builtin/echo?fail=interrupted&after=1"),
    "deadline": request("builtin/echo?fail=hang"),
}


def untimed(message: str) -> str:
    return re.sub(r"\b\d+ ms", "N ms", message)


def timeless(status) -> list:
    """The details with what no two runs share taken out."""
    details = []
    for detail in status.details:
        info, retry = call_info.CallInfo(), error_details_pb2.RetryInfo()
        if detail.Unpack(retry):
            details.append(("retry", round(retry.retry_delay.ToTimedelta().total_seconds())))
            continue
        if not detail.Unpack(info):
            details.append(detail)
            continue
        for message in (info, *info.attempts):
            for field in message.DESCRIPTOR.fields:
                if field.name.endswith("_ms") and field.name != "retry_after_ms":
                    message.ClearField(field.name)
        for attempt in info.attempts:
            attempt.message = untimed(attempt.message)
        details.append(info)
    return details


def on_grpc(path: str, way: str, order, timeout: float) -> status_pb2.Status:
    """By hand, because a library's own clock would end the call before the daemon's."""
    connection = RawConnection(path)
    fields = (*METADATA, ("grpc-timeout", f"{round(timeout * 1000)}m"))
    stream = connection.post(f"/{ttrpc.LANEWAY}/{way}", framed(order.SerializeToString()), *fields)
    answer = connection.wait(stream)
    connection.close()
    details = answer.fields["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(base64.b64decode(details + "=" * (-len(details) % 4)))
    assert answer.grpc_status == status.code
    return status


def on_ttrpc(path: str, way: str, order, timeout: float) -> ttrpc.Frame:
    connection = ttrpc.Connection(path)
    flags = ttrpc.REMOTE_CLOSED if way == "Stream" else 0
    stream = connection.request(way, order, flags=flags, timeout=timeout, metadata=METADATA)
    _, end = connection.rest(stream)
    connection.close()
    return end


@pytest.mark.parametrize("way", ["Generate", "Stream"])
@pytest.mark.parametrize("name", FAILING)
def test_a_failure_is_the_same_on_both_wires(start, name, way):
    order, timeout = FAILING[name], 0.3 if name == "deadline" else 20.0
    # A daemon each: a target that has failed is left alone, and then fails in another way.
    one, two = start(), start()
    end = on_ttrpc(one.wait_until_listening().socket, way, order, timeout)
    theirs = on_grpc(two.wait_until_listening().socket, way, order, timeout)
    ours = end.status
    assert (ours.code, untimed(ours.message)) == (theirs.code, untimed(theirs.message))
    assert timeless(ours) == timeless(theirs)
    assert end.call.call_id == "same" and end.call.caller_id == "e2e"
    assert end.reason and end.details(error_details_pb2.ErrorInfo)[0].domain == "laneway"


@pytest.fixture
def raw(daemon):
    connection = ttrpc.Connection(daemon.socket)
    yield connection
    connection.close()


def test_a_rate_limit_says_when_to_come_back(raw):
    end = raw.call("Generate", FAILING["rate limited"], metadata=METADATA)
    assert end.reason == "UPSTREAM_RATE_LIMITED"
    retry = end.details(error_details_pb2.RetryInfo)[0]
    assert 0 < retry.retry_delay.ToTimedelta().total_seconds() <= 2
    assert end.call.attempts[-1].reason == "UPSTREAM_RATE_LIMITED"


@pytest.mark.parametrize("method", ["Nothing", ""])
def test_a_failure_of_the_wire_is_the_same_too(client, raw, method):
    call = client.channel.unary_unary(f"/laneway.v1.Laneway/{method}")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"", timeout=20)
    ours = raw.call(method).status
    assert ours.code == caught.value.code().value[0]
    assert ours.message == caught.value.details()
