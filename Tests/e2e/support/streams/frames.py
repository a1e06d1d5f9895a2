"""A frame of either wire, taken apart and put together again."""

from __future__ import annotations

import dataclasses
import struct

from .. import h2raw as h
from .. import ttrpc


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame. Its length is its payload's unless `length` says another."""

    wire: str
    kind: int
    flags: int
    stream: int
    payload: bytes
    length: int | None = None

    def __bytes__(self) -> bytes:
        kind, flags, stream = self.kind & 0xFF, self.flags & 0xFF, self.stream & 0xFFFFFFFF
        if self.wire == "grpc":
            length = None if self.length is None else self.length & 0xFFFFFF
            return h.frame(kind, flags, stream, self.payload, length)
        length = None if self.length is None else self.length & 0xFFFFFFFF
        return ttrpc.frame(stream, kind, flags, self.payload, length)


def taken(wire: str, data: bytes) -> tuple[Frame, int] | None:
    """The first whole frame of `data` and its size; None when it is not whole yet."""
    size = 9 if wire == "grpc" else 10
    if len(data) < size:
        return None
    if wire == "grpc":
        length = int.from_bytes(data[:3])
        kind, flags, stream = struct.unpack(">BBI", data[3:9])
    else:
        length, stream, kind, flags = struct.unpack(">IIBB", data[:10])
    if len(data) < size + length:
        return None
    return Frame(wire, kind, flags, stream, data[size : size + length]), size + length


def frames_of(wire: str, data: bytes) -> list[Frame]:
    """All of it as frames; it has to be whole."""
    found = []
    while data:
        frame, size = taken(wire, data)
        found.append(frame)
        data = data[size:]
    return found
