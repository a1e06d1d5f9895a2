"""Bad input gets a clear status, and the daemon keeps serving."""

import grpc
import pytest

from support.calls import request, text_of
from support.raw_http2 import RawConnection, framed
from support.stubs import messages

GENERATE = "/laneway.v1.Laneway/Generate"
GOOD = request("builtin/echo", "hello").SerializeToString()


@pytest.fixture(autouse=True)
def serves_on(client):
    """Whatever a test sent, the next honest call is answered."""
    yield
    assert text_of(client.generate("builtin/echo", "still serving")) == "still serving"


@pytest.fixture
def raw(daemon):
    connection = RawConnection(daemon.socket)
    yield connection
    connection.close()


def call_bytes(client, method: str, payload: bytes):
    """A unary call of raw bytes; its error."""
    call = client.channel.unary_unary(
        method, request_serializer=lambda data: data, response_deserializer=lambda data: data
    )
    with pytest.raises(grpc.RpcError) as raised:
        call(payload, timeout=20)
    return raised.value


@pytest.mark.parametrize(
    "method", ["/laneway.v1.Laneway/Nothing", "/no.such.Service/Generate", "/x/y"]
)
def test_an_unknown_method_is_unimplemented(client, method):
    assert call_bytes(client, method, GOOD).code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("model", ["builtin/nosuch", "nosuch/model", "nosuchtier"])
def test_an_unknown_model_is_not_found(client, model):
    failure = client.fail(model)
    assert failure.code == grpc.StatusCode.NOT_FOUND
    assert failure.reason == "UNKNOWN_MODEL"
    assert failure.call.model == model
    assert model.split("/")[-1] in failure.message or model.split("/")[0] in failure.message


@pytest.mark.parametrize(
    "bad",
    [
        messages.GenerateRequest(model="builtin/echo"),
        request("builtin/echo", temperature=9.0),
        request(""),
        messages.GenerateRequest(
            model="builtin/echo", messages=[messages.Message(parts=[messages.Part()])]
        ),
        request("builtin/echo", idempotency_key="k" * 257),
        request("builtin/echo", queue_events=True),
        request("builtin/echo", priority=99),
    ],
    ids=["no messages", "temperature 9", "no model", "no role", "key", "queue events", "priority"],
)
def test_a_request_that_breaks_a_rule_is_an_invalid_argument(client, bad):
    error = call_bytes(client, GENERATE, bad.SerializeToString())
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details()


@pytest.mark.parametrize(
    "garbage",
    [b"\xff" * 40, b"\x0a\x7fshort", b"\x0a", b"\x0b", b"\x0a\x02\xff\xfe"],
    ids=["ones", "short field", "no length", "group", "not UTF-8"],
)
def test_bytes_that_are_no_message_are_an_internal_error(client, garbage):
    assert call_bytes(client, GENERATE, garbage).code() == grpc.StatusCode.INTERNAL


def test_a_message_over_the_limit_is_refused_with_both_sizes(client):
    failure = client.fail("builtin/echo", "x" * (5 << 20))
    assert failure.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "4,194,304" in failure.message or "4194304" in failure.message


def test_a_message_just_under_the_limit_is_served(client):
    prompt = "x" * ((4 << 20) - 200)
    # The answer carries the prompt back and may be over what a client takes by default.
    assert len(text_of(client.generate("builtin/echo", prompt))) == len(prompt)


def test_a_half_message_is_an_internal_error(raw):
    answer = raw.wait(raw.post(GENERATE, framed(GOOD)[:-3]))
    assert answer.grpc_status == 13


def test_a_frame_that_promises_more_than_the_limit_is_refused_before_it_is_read(raw):
    answer = raw.wait(raw.post(GENERATE, framed(b"", length=0x7FFFFFFF), end=False))
    assert answer.grpc_status == 8


@pytest.mark.parametrize("body", [b"", framed(GOOD) * 2], ids=["none", "two"])
def test_a_unary_call_takes_exactly_one_message(raw, body):
    assert raw.wait(raw.post(GENERATE, body)).grpc_status == 13


@pytest.mark.parametrize(("flag", "status"), [(1, 13), (2, 13)])
def test_a_compressed_flag_without_an_encoding_is_an_internal_error(raw, flag, status):
    assert raw.wait(raw.post(GENERATE, framed(GOOD, flag=flag))).grpc_status == status


@pytest.mark.parametrize("timeout", ["10", "S", "1x", "123456789S", "-1S", "1.5S", ""])
def test_a_bad_grpc_timeout_is_refused(raw, timeout):
    answer = raw.wait(raw.post(GENERATE, framed(GOOD), ("grpc-timeout", timeout)))
    assert answer.http_status == 400 or answer.grpc_status in (3, 13), answer.fields


def test_no_time_at_all_is_a_deadline_exceeded_at_once(raw):
    answer = raw.wait(raw.post(GENERATE, framed(GOOD), ("grpc-timeout", "0S")))
    assert answer.grpc_status == 4


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/grpcfoo"])
def test_another_content_type_is_unsupported(raw, kind):
    answer = raw.wait(raw.post(GENERATE, framed(GOOD), content_type=kind))
    assert answer.http_status == 415


@pytest.mark.parametrize("kind", ["application/grpc", "application/grpc+proto"])
def test_the_content_types_of_grpc_are_served(raw, kind):
    answer = raw.wait(raw.post(GENERATE, framed(GOOD), content_type=kind))
    assert (answer.http_status, answer.grpc_status) == (200, 0)


def test_a_get_is_not_allowed(raw):
    answer = raw.wait(raw.post(GENERATE, b"", method="GET"))
    assert answer.http_status == 405


def test_bytes_that_are_no_wire_at_all_close_the_connection(daemon):
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect(daemon.socket)
        connection.sendall(b"\xfe\xed\xfa\xce" * 64)
        try:
            while connection.recv(4096):
                pass
        except ConnectionError:
            pass
