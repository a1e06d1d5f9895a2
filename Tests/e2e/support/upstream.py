"""An upstream whose every byte a test decides: HTTP/1.1 on loopback, one thread a connection.

A behaviour is a function of one `Exchange`. It is chosen by the model's name, so that tests of one
module share a server and a daemon without sharing anything else.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable

from .patience import patient

PATIENCE = patient(20.0)


class Gone(Exception):
    """The daemon has closed the connection under the behaviour."""


class Exchange:
    """One request as it arrived, and the means to answer it."""

    def __init__(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        self.connection = connection
        self.head = head.decode("latin-1")
        self.body = json.loads(body or b"{}")
        self.model: str = self.body.get("model") or _model_in(self.head)
        self.prompt: str = _prompt(self.body)
        self.arrived_at = time.monotonic()
        self.closed = threading.Event()
        self.closed_at: float | None = None
        self.ended_at: float | None = None

    def watch(self) -> None:
        """Waits for the daemon to close; it has nothing else to send."""
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass
        if self.ended_at is None:
            self.closed_at = time.monotonic()
        self.closed.set()

    def send(self, data: bytes) -> None:
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Gone from error

    def answer(self, status: str, body: bytes, *headers: str, kind="application/json") -> None:
        """A whole answer."""
        self.head_of(status, f"content-type: {kind}", f"content-length: {len(body)}", *headers)
        self.send(body)

    def head_of(self, status: str, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, "connection: close", "", ""]
        self.send("\r\n".join(lines).encode())

    def begin_events(self) -> None:
        self.head_of("200 OK", "content-type: text/event-stream", "cache-control: no-cache")

    def event(self, payload: dict | str) -> None:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        self.send(f"data: {text}\n\n".encode())

    def say(self, text: str) -> None:
        """One chunk of text."""
        self.event(_chunk({"content": text}, None))

    def finish(self, reason: str = "stop") -> None:
        """The end of a stream that went well."""
        self.event(_chunk({}, reason))
        usage = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
        self.event({**_chunk({}, None), "choices": [], "usage": usage})
        self.event("[DONE]")


Behaviour = Callable[[Exchange], None]


def _model_in(head: str) -> str:
    """The model that Gemini's paths name: `/v1beta/models/MODEL:generateContent`."""
    path = head.split(" ", 2)[1] if " " in head else ""
    return path.partition("/models/")[2].partition(":")[0]


def _prompt(body: dict) -> str:
    content = body.get("messages", [{}])[-1].get("content", "")
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _chunk(delta: dict, finish: str | None) -> dict:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c-1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def completion(exchange: Exchange, text: str) -> None:
    """A whole, good answer, in whichever form was asked for."""
    if exchange.body.get("stream"):
        exchange.begin_events()
        exchange.say(text)
        exchange.finish()
        return
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "c-1", "object": "chat.completion", "choices": [choice], "usage": usage}
    exchange.answer("200 OK", json.dumps(body).encode(), "x-request-id: up-1")


def endless(exchange: Exchange) -> None:
    """Streams until the daemon leaves."""
    exchange.begin_events()
    try:
        while not exchange.closed.wait(0.02):
            exchange.say("more ")
    except Gone:
        exchange.closed.wait(1)
        raise


class Gate:
    """Something a behaviour waits for and a test lets through, once for each `open`."""

    def __init__(self) -> None:
        self._permits = threading.Semaphore(0)

    def open(self, times: int = 1) -> None:
        self._permits.release(times)

    def wait(self) -> None:
        assert self._permits.acquire(timeout=PATIENCE), "the test never opened this gate"


class Upstream:
    """The server: remembers what it was asked, and answers as it was told."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._changed = threading.Condition()
        self._behaviours: dict[str, Behaviour] = {}
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 256

            def handle_error(self, request, client_address) -> None:
                """A behaviour that ends because the daemon has left is no error."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def on(self, model: str, behaviour: Behaviour) -> None:
        """What to do for requests of this model; without one it answers them well."""
        self._behaviours[model] = behaviour

    def of(self, model: str) -> list[Exchange]:
        """The requests for this model, in the order they arrived."""
        return [exchange for exchange in list(self.exchanges) if exchange.model == model]

    def wait_for(self, model: str, count: int = 1, seconds: float = PATIENCE) -> Exchange:
        """Waits until that many requests for the model have arrived, and gives the last."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.of(model)) >= count, seconds)
        assert arrived, f"{len(self.of(model))} of {count} requests for {model} arrived"
        return self.of(model)[count - 1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = _read_request(connection)
        if request is None:
            return
        exchange = Exchange(connection, *request)
        threading.Thread(target=exchange.watch, daemon=True).start()
        with self._changed:
            self.exchanges.append(exchange)
            self._changed.notify_all()
        behaviour = self._behaviours.get(exchange.model, lambda one: completion(one, one.prompt))
        try:
            behaviour(exchange)
        except Gone:
            return
        exchange.ended_at = time.monotonic()


def _read_request(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """The head and the body of one request; None when the connection ends before."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    fields = head.lower()
    if b"transfer-encoding: chunked" in fields:
        return head, _read_chunked(connection, rest)
    length = 0
    for line in fields.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(rest) < length:
        rest += connection.recv(65536)
    return head, rest[:length]


def _read_chunked(connection: socket.socket, rest: bytes) -> bytes:
    body = b""
    while True:
        while b"\r\n" not in rest:
            rest += connection.recv(65536)
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        while len(rest) < length + 2:
            rest += connection.recv(65536)
        body, rest = body + rest[:length], rest[length + 2 :]
        if length == 0:
            return body
