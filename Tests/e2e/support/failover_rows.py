"""What upstreams do wrong, and what each of it has to lead to: docs/failover.md as data."""

from __future__ import annotations

import dataclasses
import json
import socket
import struct
import time
from collections.abc import Callable
from email.utils import formatdate

import grpc

from .upstream import Exchange

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
INVALID = grpc.StatusCode.INVALID_ARGUMENT
KEY = "UPSTREAM_CREDENTIALS"


def error(status: str, *headers: str, message="no", **fields) -> Callable[[Exchange], None]:
    body = json.dumps({"error": {"message": message, **fields}}).encode()
    return lambda exchange: exchange.answer(status, body, *headers)


def raw(answer: bytes) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.send(answer)


def say_nothing(exchange: Exchange) -> None:
    exchange.closed.wait(20)


def headers_and_nothing(exchange: Exchange) -> None:
    exchange.begin_events()
    exchange.closed.wait(20)


def only_comments(exchange: Exchange) -> None:
    """Pings are no chunks: the clock for the first one runs on."""
    exchange.begin_events()
    while not exchange.closed.wait(0.1):
        exchange.send(b": ping\n\n")


def reset(exchange: Exchange) -> None:
    """Closes with RST."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Whoever reads from it keeps it open.
    exchange.connection.shutdown(socket.SHUT_RD)
    exchange.closed.wait(1)
    exchange.connection.close()


def nothing(exchange: Exchange) -> None:
    """Reads the request and hangs up."""


def error_in_200(exchange: Exchange) -> None:
    fault = {"error": {"message": "on fire", "type": "server_error", "code": 500}}
    if exchange.body.get("stream"):
        exchange.begin_events()
        exchange.event(fault)
    else:
        exchange.answer("200 OK", json.dumps(fault).encode())


@dataclasses.dataclass
class Row:
    """What one outcome of upstream has to lead to."""

    behaviour: Callable[[Exchange], None]
    reason: str
    """Of the attempt."""
    attempts: int = 1
    """On the one target of a chain of one."""
    fails_over: bool = True
    code: grpc.StatusCode = UNAVAILABLE
    """What a chain of one ends with, and its reason."""
    ends: str = "CHAIN_EXHAUSTED"
    hints: tuple[float, float] | None = (0.0, 1.0)
    """Seconds between which the caller's retry hint is; None where there is none."""
    cools: tuple[float, float] | None = None
    """Seconds between which the target is left alone; None where it only counts, or not at all."""
    http_status: int | None = 0
    """Of the attempts; None where it depends on how much of the answer was read."""
    ways: tuple[str, ...] = ("generate", "stream")
    fields: dict = dataclasses.field(default_factory=dict)
    """Of the request."""


def malformed(behaviour, status=200, ways=("generate", "stream")) -> Row:
    return Row(behaviour, "UPSTREAM_MALFORMED", attempts=2, http_status=status, ways=ways)


def broken(behaviour, ways=("generate", "stream")) -> Row:
    return Row(
        behaviour, "UPSTREAM_UNREACHABLE", attempts=2, ends="NO_HEALTHY_TARGET", ways=ways
    )


def server_error(status: str, attempts: int, *headers: str, hints=(0.0, 1.0)) -> Row:
    reason = "UPSTREAM_OVERLOADED" if status[:3] in ("503", "529") else "UPSTREAM_ERROR"
    return Row(error(status, *headers), reason, attempts, http_status=int(status[:3]), hints=hints)


def rate_limit(*headers: str, waits: float, attempts=1, **fields) -> Row:
    """The call may wait for half a second, so that a longer limit is seen."""
    return Row(
        error("429 Too Many Requests", *headers, code="rate_limit_exceeded"),
        "UPSTREAM_RATE_LIMITED", attempts, code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        ends="UPSTREAM_RATE_LIMITED", hints=(waits - 1, waits), cools=(waits - 1, waits),
        http_status=429, fields={"max_queue_wait_ms": 500},
    )  # fmt: skip


def final(status: str, reason: str, ends_with: grpc.StatusCode, **fields) -> Row:
    return Row(
        error(status, **fields), reason, fails_over=False, code=ends_with, ends=reason, hints=None,
        http_status=int(status[:3]),
    )  # fmt: skip


def in_ten_seconds(exchange: Exchange) -> None:
    at = formatdate(time.time() + 10, usegmt=True)
    error("429 Too Many Requests", f"retry-after: {at}")(exchange)


QUOTA = Row(
    error("429 Too Many Requests", code="insufficient_quota"), "UPSTREAM_QUOTA_EXHAUSTED",
    code=grpc.StatusCode.RESOURCE_EXHAUSTED, ends="UPSTREAM_QUOTA_EXHAUSTED", hints=None,
    cools=(880, 900), http_status=429,
)  # fmt: skip


def refusing(status: str, reason: str, ends_with: grpc.StatusCode, ends: str) -> Row:
    return Row(
        error(status), reason, code=ends_with, ends=ends, hints=None, cools=(280, 300),
        http_status=int(status[:3]),
    )  # fmt: skip


ROWS = {
    # DNS, connect, TLS and reset are below too, with providers of their own.
    "reset": broken(reset),
    "hangs-up": broken(nothing),
    "hangs-up-in-the-head": malformed(raw(b"HTTP/1.1 200 OK\r\ncontent-ty"), 0),
    # No first chunk in time. A Generate has no such clock: its answer comes in one piece.
    "silent": Row(say_nothing, "UPSTREAM_FIRST_CHUNK_TIMEOUT", ways=("stream",)),
    "silent-after-headers": Row(
        headers_and_nothing, "UPSTREAM_FIRST_CHUNK_TIMEOUT", ways=("stream",)
    ),
    "only-comments": Row(only_comments, "UPSTREAM_FIRST_CHUNK_TIMEOUT", ways=("stream",)),
    "408": server_error("408 Request Timeout", 2),
    "500": server_error("500 Internal Server Error", 2),
    "500-html": Row(
        lambda exchange: exchange.answer("502 Bad Gateway", b"<html>" * 40_000, kind="text/html"),
        "UPSTREAM_ERROR", 2, http_status=502,
    ),  # fmt: skip
    "500-hinted": server_error(
        "500 Internal Server Error", 2, "retry-after-ms: 300", hints=(0.3, 0.3)
    ),
    "503": server_error("503 Service Unavailable", 1),
    "503-hinted": server_error("503 Service Unavailable", 2, "retry-after: 1"),
    "529": server_error("529 Overloaded", 1),
    "529-hinted": server_error("529 Overloaded", 2, "retry-after-ms: 200", hints=(0.2, 0.2)),
    "429-short": dataclasses.replace(
        rate_limit("retry-after-ms: 200", waits=0.2, attempts=2), hints=(0, 0.2), cools=(0, 0.2)
    ),
    "429-seconds": rate_limit("retry-after: 9", waits=9),
    "429-fraction": rate_limit("retry-after: 8.5", waits=8.5),
    "429-date": dataclasses.replace(
        rate_limit(waits=10), behaviour=in_ten_seconds, hints=(8, 10.1), cools=(8, 10.1)
    ),
    "429-none": rate_limit(waits=5),
    "429-nonsense": rate_limit("retry-after: soon", waits=5),
    "429-absurd": rate_limit("retry-after: 99999999999", waits=3600),
    "429-openai": rate_limit(
        "x-ratelimit-remaining-tokens: 0", "x-ratelimit-reset-tokens: 1m3s", waits=63
    ),
    "quota": QUOTA,
    "402": dataclasses.replace(QUOTA, behaviour=error("402 Payment Required"), http_status=402),
    "401": refusing("401 Unauthorized", KEY, PRECONDITION, KEY),
    "403": refusing("403 Forbidden", KEY, PRECONDITION, KEY),
    "404": refusing(
        "404 Not Found", "UPSTREAM_MODEL_NOT_FOUND", grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL"
    ),
    "policy": final(
        "400 Bad Request", "CONTENT_POLICY", PRECONDITION, code="content_policy_violation"
    ),
    "400": final("400 Bad Request", "BAD_REQUEST", INVALID),
    "422": final("422 Unprocessable Entity", "BAD_REQUEST", INVALID),
    "html": malformed(
        lambda exchange: exchange.answer("200 OK", b"<html>hello</html>", kind="text/html")
    ),
    "empty": malformed(lambda exchange: exchange.answer("200 OK", b"")),
    "half-json": malformed(lambda exchange: exchange.answer("200 OK", b'{"choices": [{"mess')),
    "204": malformed(raw(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"), 204),
    "redirect": malformed(
        lambda exchange: exchange.answer(
            "307 Temporary Redirect", b"", "location: http://127.0.0.1:1/steal-the-key"
        ),
        307,
    ),
    "error-in-200": dataclasses.replace(
        malformed(error_in_200), reason="UPSTREAM_ERROR"
    ),
    "bad-chunks": malformed(
        raw(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n{}"
        ),
        None,
    ),
    "short-body": malformed(
        raw(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            b'content-length: 900\r\nconnection: close\r\n\r\n{"choices": ['
        ),
        None,
    ),
    "no-events": malformed(lambda exchange: exchange.begin_events(), ways=("stream",)),
}
