"""The load under which calls are counted: a stock client on one connection."""

from __future__ import annotations

import grpc

from ..calls import PATIENCE, request, text_of
from ..stubs import services

UNARY_IN_FLIGHT = 8
STREAMS_IN_FLIGHT = 4
PROMPT = "twenty-four bytes prompt"
# 16 bytes, one token of builtin/echo.
CHUNK = " fifteen-letters"
# Slower than the daemon's timers tick, so that each message of a stream is written by itself.
PACE_PER_SECOND = 150

# One loop: how the connections of several are spread is another question. Every lane takes all.
CONFIG = """threads: 1
lanes:
  builtin: { concurrency: 64, max_open_streams: 256 }
log: { level: error }
"""


class Load:
    """Answers are checked in full: a call that fails costs less than one that is served."""

    def __init__(self, target: str) -> None:
        self.channel = grpc.insecure_channel(target, [("grpc.use_local_subchannel_pool", 1)])
        self.laneway = services.LanewayStub(self.channel)

    def calls_one_by_one(self, calls: int) -> None:
        for _ in range(calls):
            self._burst(1)

    def calls(self, calls: int) -> None:
        """A burst begins when the one before has ended."""
        for _ in range(calls // UNARY_IN_FLIGHT):
            self._burst(UNARY_IN_FLIGHT)

    def _burst(self, size: int) -> None:
        burst = [
            self.laneway.Generate.future(request("builtin/echo", PROMPT), timeout=PATIENCE)
            for _ in range(size)
        ]
        for call in burst:
            assert text_of(call.result()) == PROMPT

    def messages_one_by_one(self, messages: int) -> None:
        """Each when its time has come, as they come from a model."""
        self._streams(messages, f"pace={PACE_PER_SECOND}&")

    def messages(self, messages: int) -> None:
        """As fast as they are read."""
        self._streams(messages, "")

    def _streams(self, messages: int, pace: str) -> None:
        """Always as many streams: what one costs beside its messages falls out."""
        each = messages // STREAMS_IN_FLIGHT
        asked = request(f"builtin/echo?{pace}repeat={each}", CHUNK)
        streams = [
            self.laneway.Stream(asked, timeout=PATIENCE) for _ in range(STREAMS_IN_FLIGHT)
        ]
        for stream in streams:
            texts = [event.text for event in stream if event.WhichOneof("event") == "text"]
            assert texts == [CHUNK] * each

    def close(self) -> None:
        self.channel.close()
