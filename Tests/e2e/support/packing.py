"""An exchange whose answer goes out packed, by Python's zlib, each write of it flushed."""

from __future__ import annotations

import zlib

from .upstream import Exchange

# What `compressobj` calls the formats of content codings; some servers leave deflate's frame away.
FORMATS = {"gzip": 31, "deflate": 15, "deflate-raw": -15}


class PackedExchange(Exchange):
    """Stands in for `exchange` before its answer begins, and packs what it sends from there on."""

    def __init__(self, exchange: Exchange, form: str = "gzip", **options) -> None:
        self.__dict__ = exchange.__dict__
        self._coding = form.partition("-")[0]
        self._make = lambda: zlib.compressobj(wbits=FORMATS[form], **options)
        self._packer = None

    def head_of(self, status: str, *headers: str) -> None:
        # The body ends with the connection: its length is not known yet.
        kept = [header for header in headers if not header.startswith("content-length")]
        super().head_of(status, *kept, f"content-encoding: {self._coding}")
        self._packer = self._make()

    def send(self, data: bytes, flush: int = zlib.Z_SYNC_FLUSH) -> None:
        if self._packer:
            data = self._packer.compress(data) + self._packer.flush(flush)
        super().send(data)

    def end(self) -> None:
        """The end of the packed data; without it the body is cut short."""
        self.send(b"", zlib.Z_FINISH)


def packed(data: bytes, form: str = "gzip", level: int = 9) -> bytes:
    """All of it at once."""
    packer = zlib.compressobj(level, wbits=FORMATS[form])
    return packer.compress(data) + packer.flush()
