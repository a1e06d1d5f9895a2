"""HTTP/2 frames by hand: what is sent is any bytes at all, what comes back is read by hyperframe
and hpack, which have no part in the daemon."""

from __future__ import annotations

import contextlib
import socket
import struct
import time

import hpack
import hyperframe.frame as frames

from .calls import PATIENCE

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE = range(6)
PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(6, 10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT = range(5)
STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR = range(5, 10)
CONNECT_ERROR, ENHANCE_YOUR_CALM = 10, 11

GENERATE = "/laneway.v1.Laneway/Generate"
STREAM = "/laneway.v1.Laneway/Stream"


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"",
          length: int | None = None) -> bytes:
    """One frame; its length may lie."""
    size = len(payload) if length is None else length
    return struct.pack(">I", size)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs: tuple[int, int]) -> bytes:
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", *pair) for pair in pairs))


def window(stream: int, size: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size))


def reset(stream: int, code: int = CANCEL) -> bytes:
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def integer(value: int, bits: int, first: int = 0) -> bytes:
    """RFC 7541, section 5.1."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    found, value = [first | most], value - most
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def literal(name: str | bytes, value: str | bytes, first: int = 0) -> bytes:
    """A field with a literal name, without Huffman coding; `first` 0x40 adds it to the table."""
    name, value = _bytes(name), _bytes(value)
    return bytes([first]) + integer(len(name), 7) + name + integer(len(value), 7) + value


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def block(fields) -> bytes:
    return b"".join(literal(name, value) for name, value in fields)


def fields_of(path: str = GENERATE, *more, without=(), **changed):
    """The fields of a good request, some changed (`method="GET"`), left out or added."""
    pseudo = {"method": "POST", "scheme": "http", "path": path, "authority": "localhost"}
    found = [(f":{name}", changed.get(name, value)) for name, value in pseudo.items()]
    found += [("te", "trailers"), ("content-type", changed.get("content_type", "application/grpc"))]
    return [pair for pair in found if pair[0] not in without] + list(more)


def headers(stream: int, fields, *, end: bool = False, flags: int = END_HEADERS) -> bytes:
    payload = fields if isinstance(fields, bytes) else block(fields)
    return frame(HEADERS, flags | (END_STREAM if end else 0), stream, payload)


def data(stream: int, payload: bytes = b"", *, end: bool = False) -> bytes:
    return frame(DATA, END_STREAM if end else 0, stream, payload)


def body(stream: int, payload: bytes, *, end: bool = True) -> bytes:
    """As many DATA frames as it takes."""
    starts = range(0, len(payload), 16_384) or [0]
    return b"".join(
        data(stream, payload[start : start + 16_384], end=end and start == starts[-1])
        for start in starts
    )


def framed(payload: bytes, flag: int = 0, length: int | None = None) -> bytes:
    """A gRPC message with its prefix, which may lie."""
    return struct.pack(">BI", flag, len(payload) if length is None else length) + payload


class Seen:
    """All that came back on one stream."""

    def __init__(self) -> None:
        self.blocks: list[list[tuple[str, str]]] = []
        self.data = b""
        self.ended = False
        self.reset: int | None = None
        # What ended it first, and what came after: "end", "reset".
        self.order: list[str] = []

    @property
    def fields(self) -> dict[str, str]:
        return {name: value for one in self.blocks for name, value in one}

    @property
    def http(self) -> int:
        return int(self.fields.get(":status", 0))

    @property
    def grpc(self) -> int | None:
        status = self.fields.get("grpc-status")
        return None if status is None else int(status)

    @property
    def is_over(self) -> bool:
        return self.ended or self.reset is not None


class Peer:
    """A client's end of one connection, without manners."""

    def __init__(self, path: str, *, opening: bytes | None = None) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.decoder = hpack.Decoder()
        self.streams: dict[int, Seen] = {}
        self.goaways: list[frames.GoAwayFrame] = []
        self.settings: dict[int, int] | None = None
        self.settings_acks = 0
        # SETTINGS of ours that the daemon has yet to acknowledge: that of the opening.
        self._unacknowledged = 1
        self.pongs: list[bytes] = []
        self.pings: list[bytes] = []
        self.windows: dict[int, int] = {}
        self.closed = False
        # False leaves the daemon's SETTINGS without an answer.
        self.acknowledges = True
        self._bytes = b""
        self._block = b""
        self.send(PREFACE + settings() if opening is None else opening)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, *pieces: bytes) -> None:
        """Sends all of it; what the daemon will not take, because it has closed, is dropped."""
        try:
            self.socket.sendall(b"".join(pieces))
        except OSError:
            pass  # read() then says that it has closed

    def __getitem__(self, stream: int) -> Seen:
        return self.streams.setdefault(stream, Seen())

    def wait(self, what, seconds: float = PATIENCE) -> bool:
        """Reads until `what()` is true; false when the daemon closes or the time is over before."""
        limit = time.monotonic() + seconds
        while not what():
            left = limit - time.monotonic()
            if self.closed or left <= 0:
                return False
            self._read(left)
        return True

    def wait_over(self, stream: int, seconds: float = PATIENCE) -> Seen:
        assert self.wait(lambda: self[stream].is_over, seconds), self.told()
        return self[stream]

    def wait_closed(self, seconds: float = PATIENCE) -> bool:
        self.wait(lambda: False, seconds)
        return self.closed

    def settled(self) -> None:
        """Returns when the daemon has taken all that was sent before. By SETTINGS: pings are
        counted against who sends many of them."""
        acks = self.settings_acks + self._unacknowledged + 1
        self._unacknowledged += 1
        self.send(settings())
        self.wait(lambda: self.settings_acks >= acks)

    def told(self) -> str:
        """What was seen, for a failed assertion."""
        ends = [(one.error_code, bytes(one.additional_data)) for one in self.goaways]
        seen = {
            stream: (one.fields, one.data[:40], one.ended, one.reset)
            for stream, one in self.streams.items()
        }
        return f"closed {self.closed}, GOAWAY {ends}, streams {seen}"

    def _read(self, seconds: float) -> None:
        self.socket.settimeout(seconds)
        try:
            found = self.socket.recv(65536)
        except TimeoutError:
            return
        except OSError:
            found = b""
        self.closed = not found
        self._bytes += found
        while len(self._bytes) >= 9:
            one, length = frames.Frame.parse_frame_header(memoryview(self._bytes[:9]))
            if len(self._bytes) < 9 + length:
                return
            one.parse_body(memoryview(self._bytes[9 : 9 + length]))
            self._bytes = self._bytes[9 + length :]
            self._take(one)

    def _take(self, one: frames.Frame) -> None:
        match one:
            case frames.SettingsFrame() if "ACK" in one.flags:
                self.settings_acks += 1
                self._unacknowledged -= 1
            case frames.SettingsFrame():
                self.settings = dict(one.settings)
                if self.acknowledges:
                    self.send(frame(SETTINGS, ACK))
            case frames.PingFrame():
                (self.pongs if "ACK" in one.flags else self.pings).append(one.opaque_data)
            case frames.GoAwayFrame():
                self.goaways.append(one)
            case frames.WindowUpdateFrame():
                old = self.windows.get(one.stream_id, 0)
                self.windows[one.stream_id] = old + one.window_increment
            case frames.RstStreamFrame():
                self[one.stream_id].reset = one.error_code
                self[one.stream_id].order.append("reset")
            case frames.DataFrame():
                self[one.stream_id].data += bytes(one.data)
                self._end(one)
            case frames.HeadersFrame() | frames.ContinuationFrame():
                self._take_block(one)

    def _take_block(self, one) -> None:
        self._block += bytes(one.data)
        if "END_HEADERS" in one.flags:
            fields = self.decoder.decode(self._block, raw=True)
            self[one.stream_id].blocks.append(
                [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]
            )
            self._block = b""
        self._end(one)

    def _end(self, one) -> None:
        if "END_STREAM" in one.flags:
            self[one.stream_id].ended = True
            self[one.stream_id].order.append("end")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()
