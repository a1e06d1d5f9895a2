"""P10: how long after a client's cancel the connection upstream is closed.

Client and upstream are one process with one clock. The client is a stock grpc.aio one; upstream
notes when it reads the end of a connection. Cancelled are whole answers, streams before their first
chunk, and streams that have begun.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import statistics
import time

import grpc
from support.calls import request
from support.stubs import services

from .options import Options
from .places import LOAD_CORE
from .results import Goal, Result
from .servers import Rig, free_port
from .work import Wrong

CANCELS, AT_ONCE = 150, 16
LIMIT_MS, PATIENCE_SECONDS = 100, 20
KINDS = ["whole answer", "stream before its first chunk", "stream that has begun"]
CONFIG = """threads: 1
providers:
  upstream: { kind: openai, base_url: "http://127.0.0.1:PORT/v1" }
lanes:
  upstream: { concurrency: 1024, max_open_streams: 8192 }
log: { level: error }
"""
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}\n\n'


class Upstream:
    """Falls silent before its answer or after the first chunk, and notes when who has gone."""

    def __init__(self) -> None:
        self.asked: dict[str, asyncio.Event] = {}
        self.gone: dict[str, asyncio.Future[float]] = {}

    def expect(self, name: str) -> None:
        self.asked[name] = asyncio.Event()
        self.gone[name] = asyncio.get_running_loop().create_future()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1])
        body = (await reader.readexactly(length)).decode()
        name = re.search(r"cancel-\d+-\d+", body)[0]
        if name.startswith(f"cancel-{len(KINDS) - 1}-"):
            writer.write(HEAD + b"%x\r\n" % len(EVENT) + EVENT + b"\r\n")
            await writer.drain()
        self.asked[name].set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.gone[name].set_result(time.monotonic())
        writer.close()


def cancels(options: Options) -> Result:
    affinity = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    try:
        with Rig() as rig:
            port = free_port()
            server = rig.laneway(options.daemon, CONFIG.replace("PORT", str(port)))
            found = asyncio.run(_measure(server.target, port))
    finally:
        os.sched_setaffinity(0, affinity)
    everything = [one for took in found.values() for one in took]
    rows = [["cancelled", "cancels", "p50 ms", "p99 ms", "longest ms"]]
    for kind, took in [*found.items(), ("all", everything)]:
        rows.append([
            kind, str(len(took)), f"{statistics.median(took):.2f}", f"{_p99(took):.2f}",
            f"{max(took):.2f}",
        ])
    print(f"  P10: {len(everything)} cancels, p99 {_p99(everything):.2f} ms", flush=True)
    return Result(
        "P10", "Cancel to upstream closed",
        f"{AT_ONCE} at a time, by a stock grpc.aio client; upstream is an HTTP server that notes"
        " when it reads the end of the connection.",
        rows,
        [Goal("P10", f"p99 of {len(everything)} cancels", LIMIT_MS, "ms", False,
              _p99(everything))],
        {"milliseconds": found},
    )


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


async def _measure(target: str, port: int) -> dict[str, list[float]]:
    upstream = Upstream()
    async with (
        await asyncio.start_server(upstream.serve, "127.0.0.1", port),
        grpc.aio.insecure_channel(target) as channel,
    ):
        stub = services.LanewayStub(channel)
        turns = asyncio.Semaphore(AT_ONCE)
        found = {}
        for number, kind in enumerate(KINDS):
            found[kind] = await asyncio.gather(
                *(_cancel(upstream, stub, turns, number, f"cancel-{number}-{one}")
                  for one in range(CANCELS))
            )
        return found


async def _cancel(
    upstream: Upstream, stub, turns: asyncio.Semaphore, kind: int, name: str
) -> float:
    """Milliseconds from the cancel of one call to the end of its connection upstream."""
    async with turns:
        upstream.expect(name)
        asked = request("upstream/any", name)
        call = stub.Stream(asked) if kind else stub.Generate(asked)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await upstream.asked[name].wait()
                if kind == len(KINDS) - 1:
                    while (await call.read()).text == "":
                        pass
                began = time.monotonic()
                call.cancel()
                return (await upstream.gone[name] - began) * 1000
        except TimeoutError:
            raise Wrong(f"{name} ({KINDS[kind]}) was not closed upstream within"
                        f" {PATIENCE_SECONDS} s of its cancel") from None
