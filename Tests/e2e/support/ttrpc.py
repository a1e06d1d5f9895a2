"""ttrpc by hand, from its PROTOCOL.md: frames, the envelopes field by field, and one client."""

from __future__ import annotations

import dataclasses
import socket
import struct
import time

from google.rpc import error_details_pb2, status_pb2

from .calls import PATIENCE
from .stubs import call_info

REQUEST, RESPONSE, DATA = 1, 2, 3
REMOTE_CLOSED, REMOTE_OPEN, NO_DATA = 1, 2, 4
LENGTH_MAX = 4 * 1024 * 1024
LANEWAY = "laneway.v1.Laneway"


def frame(
    stream: int, kind: int, flags: int, body: bytes = b"", length: int | None = None
) -> bytes:
    """One frame, whose length may lie."""
    said = len(body) if length is None else length
    return struct.pack(">IIBB", said, stream, kind, flags) + body


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1  # a negative one as protobuf writes it
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number: int, data: bytes) -> bytes:
    """A length-delimited field of protobuf."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def envelope(
    service: str, method: str, payload: bytes = b"", timeout_nano: int = 0, metadata=()
) -> bytes:
    """A `ttrpc.Request`."""
    out = field(1, service.encode()) + field(2, method.encode())
    out += field(3, payload) if payload else b""
    out += varint(4 << 3) + varint(timeout_nano) if timeout_nano else b""
    for key, value in metadata:
        out += field(5, field(1, key.encode()) + field(2, value.encode()))
    return out


def fields(data: bytes) -> dict[int, bytes]:
    """The length-delimited fields of a message that has no others."""
    found, at = {}, 0
    while at < len(data):
        tag, at = _varint_at(data, at)
        length, at = _varint_at(data, at)
        assert tag & 7 == 2 and at + length <= len(data), f"a field of kind {tag & 7} at {at}"
        found[tag >> 3] = data[at : at + length]
        at += length
    return found


def _varint_at(data: bytes, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while data[at] & 128:
        number |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1


@dataclasses.dataclass
class Frame:
    """What came, and what a Response says."""

    stream: int
    kind: int
    flags: int
    body: bytes

    @property
    def status(self) -> status_pb2.Status:
        """How the call ended; its code is 0 where the Response has none."""
        assert self.kind == RESPONSE, self
        return status_pb2.Status.FromString(fields(self.body).get(1, b""))

    @property
    def payload(self) -> bytes:
        assert self.status.code == 0, self.status
        return fields(self.body).get(2, b"")

    @property
    def reason(self) -> str:
        return next((one.reason for one in self.details(error_details_pb2.ErrorInfo)), "")

    @property
    def call(self):
        """Its CallInfo; nil where it carries none."""
        return next(iter(self.details(call_info.CallInfo)), None)

    def details(self, kind) -> list:
        found = []
        for detail in self.status.details:
            message = kind()
            if detail.Unpack(message):
                found.append(message)
        return found


class Connection:
    """One connection over the daemon's Unix socket, which sends whatever it is told to."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path.removeprefix("unix:"))
        self.last = -1

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def request(
        self, method: str, message=None, *, service: str = LANEWAY, flags: int = 0,
        timeout: float = 0, metadata=(), payload: bytes = b"",
    ) -> int:
        """Begins a call; its stream."""
        self.last += 2
        payload = message.SerializeToString() if message is not None else payload
        body = envelope(service, method, payload, round(timeout * 1e9), metadata)
        self.send(frame(self.last, REQUEST, flags, body))
        return self.last

    def data(self, stream: int, message=None, flags: int = 0) -> None:
        self.send(frame(stream, DATA, flags, message.SerializeToString() if message else b""))

    def receive(self, seconds: float = PATIENCE) -> Frame:
        """The next frame, checked against the rules for a server's."""
        self.socket.settimeout(seconds)
        length, stream, kind, flags = struct.unpack(">IIBB", self._exactly(10))
        assert length <= LENGTH_MAX and kind in (RESPONSE, DATA), (length, stream, kind, flags)
        return Frame(stream, kind, flags, self._exactly(length))

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError(f"the connection closed {count - len(data)} bytes early")
            data += piece
        return bytes(data)

    def response(self, stream: int, seconds: float = PATIENCE) -> Frame:
        """The next frame, which has to be the Response to that stream."""
        answer = self.receive(seconds)
        assert (answer.stream, answer.kind) == (stream, RESPONSE), answer
        return answer

    def rest(self, stream: int) -> tuple[list[bytes], Frame]:
        """The messages of a stream up to its last frame, and that."""
        messages = []
        while True:
            answer = self.receive()
            assert answer.stream == stream, answer
            if answer.kind == RESPONSE:
                return messages, answer
            if not answer.flags & NO_DATA:
                messages.append(answer.body)
            if answer.flags & REMOTE_CLOSED:
                return messages, answer

    def call(self, method: str, message=None, **options) -> Frame:
        """A unary call to its Response."""
        return self.response(self.request(method, message, **options))

    def is_closed(self, seconds: float = PATIENCE) -> bool:
        """Whether the daemon closes within that time; what it still says is passed over."""
        limit = time.monotonic() + seconds
        while (left := limit - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if not self.socket.recv(65536):
                    return True
            except ConnectionError:
                return True
            except TimeoutError:
                return False
        return False

    def close(self) -> None:
        self.socket.close()
