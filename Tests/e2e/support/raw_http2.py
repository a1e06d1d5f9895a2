"""HTTP/2 by hand, for what no well-behaved client would send."""

from __future__ import annotations

import socket
import struct
import time

import h2.config
import h2.connection
import h2.events

from .calls import PATIENCE


def framed(payload: bytes, *, length: int | None = None, flag: int = 0) -> bytes:
    """A gRPC message with its five-byte prefix, which may lie."""
    return struct.pack(">BI", flag, len(payload) if length is None else length) + payload


class Answer:
    """What came back on one stream."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.data = b""
        self.ended = False
        self.reset: int | None = None

    @property
    def http_status(self) -> int:
        return int(self.fields.get(":status", "0"))

    @property
    def grpc_status(self) -> int | None:
        status = self.fields.get("grpc-status")
        return None if status is None else int(status)


class RawConnection:
    """One HTTP/2 connection over the daemon's Unix socket."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        # What we send is wrong on purpose; h2 would mend or refuse it.
        config = h2.config.H2Configuration(
            validate_outbound_headers=False, normalize_outbound_headers=False
        )
        self.h2 = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.answers: dict[int, Answer] = {}
        self.gone = False
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.h2.data_to_send())

    def post(
        self, path: str, body: bytes, *headers: tuple[str, str], end: bool = True,
        method: str = "POST", content_type: str = "application/grpc",
    ) -> int:
        """Sends one request; the stream id to wait for."""
        stream = self.h2.get_next_available_stream_id()
        self.answers[stream] = Answer()
        fields = [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", content_type), ("te", "trailers"), *headers,
        ]
        self.h2.send_headers(stream, fields, end_stream=end and not body)
        for start in range(0, len(body), 16384):
            piece = body[start : start + 16384]
            while self.h2.local_flow_control_window(stream) < len(piece):
                self.flush()
                self._receive(PATIENCE)
                if self.answers[stream].ended or self.answers[stream].reset is not None:
                    return stream
            last = end and start + 16384 >= len(body)
            self.h2.send_data(stream, piece, end_stream=last)
        self.flush()
        return stream

    def wait(self, stream: int, seconds: float = PATIENCE) -> Answer:
        """The answer, once the stream has ended one way or another."""
        answer, limit = self.answers[stream], time.monotonic() + seconds
        while not answer.ended and answer.reset is None and not self.gone:
            left = limit - time.monotonic()
            assert left > 0, f"no end of stream {stream} within {seconds} s: {answer.fields}"
            self._receive(left)
        return answer

    def _receive(self, seconds: float) -> None:
        self.socket.settimeout(seconds)
        data = self.socket.recv(65536)
        if not data:
            self.gone = True
            return
        for event in self.h2.receive_data(data):
            self._take(event)
        self.flush()

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.ConnectionTerminated):
            self.gone = True
        answer = self.answers.get(getattr(event, "stream_id", 0))
        if answer is None:
            return
        if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
            answer.fields.update({_text(name): _text(value) for name, value in event.headers})
        elif isinstance(event, h2.events.DataReceived):
            answer.data += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            answer.ended = True
        elif isinstance(event, h2.events.StreamReset):
            answer.reset = int(event.error_code)

    def close(self) -> None:
        self.socket.close()


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
