"""What servers are asked to do, and whether they did: by stock clients, byte for byte."""

from __future__ import annotations

import contextlib
import http.client
import json
import pathlib
import socket
import struct

import grpc
from support.calls import request, text_of
from support.stubs import services

STREAM_MESSAGES = 1000
CHUNK = " fifteen-letters"  # 16 bytes, one token of builtin/echo
PROMPT = "twenty-four bytes prompt"
# What a gRPC message costs beside its bytes.
PREFIX_BYTES = 5


def framed(message) -> bytes:
    """The body of a gRPC request."""
    payload = message.SerializeToString()
    return struct.pack(">BI", 0, len(payload)) + payload


def answers_unary(target: str, model: str) -> None:
    """One Generate by grpcio, the answer checked."""
    with grpc.insecure_channel(target) as channel:
        stub = services.LanewayStub(channel)
        said = text_of(stub.Generate(request(model, PROMPT), timeout=20))
    expect(said == PROMPT, f"answered {said!r} instead of {PROMPT!r}")


def answers_stream(target: str, model: str, chunks: list[str]) -> None:
    """One Stream by grpcio, every chunk checked."""
    with grpc.insecure_channel(target) as channel:
        stub = services.LanewayStub(channel)
        events = list(stub.Stream(request(model, CHUNK), timeout=60))
    texts = [event.text for event in events if event.WhichOneof("event") == "text"]
    expect(texts == chunks, f"said {len(texts)} chunks instead of {len(chunks)}, or others")
    expect(events[-1].WhichOneof("event") == "finish", "did not finish its stream")


def chat_body(model: str, *, stream: bool) -> bytes:
    """What a client of OpenAI's API asks with."""
    message = {"role": "user", "content": PROMPT}
    return json.dumps({"model": model, "stream": stream, "messages": [message]}).encode()


def answers_chat(address: pathlib.Path | int, model: str, headers: dict[str, str]) -> None:
    """One whole answer over HTTP/1.1, checked."""
    answer = json.loads(ask(address, chat_body(model, stream=False), headers))
    said = answer["choices"][0]["message"]["content"]
    expect(said == PROMPT, f"answered {said!r} instead of {PROMPT!r}")


def answers_chat_stream(
    address: pathlib.Path | int, model: str, headers: dict[str, str], chunks: list[str]
) -> None:
    """One stream of server-sent events, every chunk checked."""
    text = ask(address, chat_body(model, stream=True), headers).decode()
    data = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    expect(data and data[-1] == "[DONE]", f"did not finish its stream: {text[-500:]!r}")
    choices = [choice for one in data[:-1] for choice in json.loads(one)["choices"]]
    said = [choice["delta"]["content"] for choice in choices if choice["delta"].get("content")]
    expect(said == chunks, f"said {len(said)} chunks instead of {len(chunks)}, or others")


def ask(address: pathlib.Path | int, body: bytes, headers: dict[str, str]) -> bytes:
    """POSTs a chat completion to a port of this host or a Unix socket."""
    connection = http.client.HTTPConnection("127.0.0.1")
    connection.sock = connect(address, 60)
    connection.request(
        "POST", "/v1/chat/completions", body, {"Content-Type": "application/json", **headers}
    )
    answer = connection.getresponse()
    found = answer.read()
    connection.close()
    expect(answer.status == 200, f"answered with HTTP {answer.status}: {found[:300]!r}")
    return found


def connect(address: pathlib.Path | int, seconds: float) -> socket.socket:
    """A connection to a port of this host or a Unix socket."""
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address), seconds)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(seconds)
    try:
        one.connect(str(address))
    except OSError:
        one.close()
        raise
    return one


class Wrong(Exception):
    """A server, or the load, did not do what it is measured at."""


@contextlib.contextmanager
def checking(name: str):
    """Says which server is wrong."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"{name} {wrong}") from None


def expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Wrong(otherwise)
