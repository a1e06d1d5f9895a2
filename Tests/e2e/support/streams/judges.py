"""What the daemon answers is its wire's, whatever it was sent: read by hyperframe and hpack, and by
the rules of ttrpc's PROTOCOL.md."""

from __future__ import annotations

import base64
import collections
import struct

import hpack
import hyperframe.exceptions
import hyperframe.frame as frames
from google.rpc import error_details_pb2, status_pb2

from .. import h2raw as h
from .. import ttrpc

STATUS_MAX = 16


class Wrong(Exception):
    """What came back must not have."""


def judge(sent: bytes, answer: bytes) -> collections.Counter:
    """How the calls and the connection ended, as far as it came back.

    An answer may be cut off anywhere: the connection was, from either side.
    """
    if sent.startswith(h.PREFACE):
        return _HTTP2().read(answer)
    if sent[:1] == b"\x00":
        return _ttrpc(answer)
    return collections.Counter(["no wire"])


def _check_status(status: status_pb2.Status) -> None:
    if not 0 <= status.code <= STATUS_MAX:
        raise Wrong(f"a status of {status.code}")
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.reason == "INTERNAL":
            raise Wrong(f"a bug of the daemon's: {status.message}")


class _HTTP2:
    """The daemon's half of one connection."""

    def __init__(self) -> None:
        self.decoder = hpack.Decoder()
        self.seen: collections.Counter = collections.Counter()
        self.began: set[int] = set()
        self.over: set[int] = set()
        self.block = b""
        self.count = 0

    def read(self, data: bytes) -> collections.Counter:
        at = 0
        while len(data) - at >= 9:
            try:
                one, length = frames.Frame.parse_frame_header(memoryview(data[at : at + 9]), True)
                if len(data) < at + 9 + length:
                    break
                one.parse_body(memoryview(data[at + 9 : at + 9 + length]))
                self._take(one)
            except (hyperframe.exceptions.HyperframeError, hpack.HPACKError) as error:
                raise Wrong(f"frame {self.count} at {at}: {error!r}") from error
            at += 9 + length
            self.count += 1
        return self.seen or collections.Counter(["silence"])

    def _take(self, one: frames.Frame) -> None:
        if self.count == 0 and (not isinstance(one, frames.SettingsFrame) or "ACK" in one.flags):
            raise Wrong(f"begins with {one}")
        match one:
            case frames.HeadersFrame():
                self._check_open(one)
                self.began.add(one.stream_id)
                self._take_block(one)
            case frames.ContinuationFrame():
                self._take_block(one)
            case frames.DataFrame():
                self._check_open(one)
                if one.stream_id not in self.began:
                    raise Wrong(f"DATA before HEADERS on {one.stream_id}")
            case frames.RstStreamFrame():
                self.over.add(one.stream_id)
                self.seen[f"RST_STREAM {one.error_code}"] += 1
            case frames.GoAwayFrame():
                self.seen[f"GOAWAY {one.error_code}"] += 1
        if "END_STREAM" in one.flags:
            self.over.add(one.stream_id)

    def _check_open(self, one: frames.Frame) -> None:
        if one.stream_id % 2 == 0 or one.stream_id in self.over:
            raise Wrong(f"{one} on a stream that is not open")

    def _take_block(self, one: frames.Frame) -> None:
        self.block += bytes(one.data)
        if "END_HEADERS" in one.flags:
            self._fields(dict(self.decoder.decode(self.block, raw=True)))
            self.block = b""

    def _fields(self, fields: dict[bytes, bytes]) -> None:
        if b":status" in fields and fields[b":status"] != b"200":
            self.seen[f"HTTP {fields[b':status'].decode()}"] += 1
        if (code := fields.get(b"grpc-status")) is not None:
            self.seen[f"status {int(code)}"] += 1
            _check_status(status_pb2.Status(code=int(code)))
        if (details := fields.get(b"grpc-status-details-bin")) is not None:
            padding = b"=" * (-len(details) % 4)
            _check_status(status_pb2.Status.FromString(base64.b64decode(details + padding)))


def _ttrpc(data: bytes) -> collections.Counter:
    seen: collections.Counter = collections.Counter()
    at = 0
    while len(data) - at >= 10:
        length, stream, kind, flags = struct.unpack(">IIBB", data[at : at + 10])
        if length > ttrpc.LENGTH_MAX or kind not in (ttrpc.RESPONSE, ttrpc.DATA):
            raise Wrong(f"a frame of type {kind} with {length} bytes on {stream} at {at}")
        if len(data) < at + 10 + length:
            break
        answer = ttrpc.Frame(stream, kind, flags, data[at + 10 : at + 10 + length])
        if kind == ttrpc.RESPONSE:
            _check_status(answer.status)
            seen[f"status {answer.status.code}"] += 1
        elif flags & ttrpc.REMOTE_CLOSED:
            seen["status 0"] += 1
        at += 10 + length
    return seen or collections.Counter(["silence"])
