"""Callers of the daemon, each in a process of its own: a stock grpc.aio client and nothing else.

    python caller_process.py FOLDER

FOLDER/plans.json says how each is to call (`callers.Plan`). What each call told of itself goes into
FOLDER/NAME.json. The first line printed is the moment all begin, on the machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import grpc  # noqa: E402

from support.calls import failure_of, request  # noqa: E402
from support.stubs import services  # noqa: E402

# For ten processes to connect in, on a busy machine. Who is later than that says so.
HEAD_START_SECONDS = 1.5
OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]


class Caller:
    """One caller: keeps its calls in flight from its first moment to its last."""

    def __init__(self, plan: dict, begin: float) -> None:
        self.plan = plan
        self.first, self.last = begin + plan["from_s"], begin + plan["until_s"]
        self.calls: list[tuple[float, float, int, int]] = []
        self.failures: list[str] = []
        # How long those had lasted that were still unanswered in the end.
        self.unanswered_ms: list[float] = []
        self.late_s = 0.0
        caller_id = plan["caller_id"]
        self.metadata = (("laneway-caller-id", caller_id),) if caller_id else ()

    async def run(self) -> None:
        async with grpc.aio.insecure_channel(self.plan["target"], options=OPTIONS) as channel:
            await channel.channel_ready()
            self.late_s = max(0.0, time.monotonic() - self.first)
            await asyncio.sleep(max(0.0, self.first - time.monotonic()))
            stub = services.LanewayStub(channel)
            hands = [
                asyncio.create_task(self._again_and_again(stub, number))
                for number in range(self.plan["in_flight"])
            ]
            await asyncio.sleep(max(0.0, self.last - time.monotonic()))
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)

    async def _again_and_again(self, stub, number: int) -> None:
        chance = random.Random(f"{self.plan['name']} {number}")
        while True:
            await asyncio.sleep(chance.uniform(*self.plan["think_ms"]) / 1000)
            try:
                await self._once(stub)
            except grpc.RpcError as error:
                self.failures.append(f"{error.code().name} {failure_of(error).reason}")
                # A caller that is refused and asks again at once would only measure itself.
                await asyncio.sleep(0.1)

    async def _once(self, stub) -> None:
        sent = time.monotonic()
        try:
            answer = await stub.Generate(
                request(self.plan["model"], "hello"), metadata=self.metadata, timeout=120
            )
        except asyncio.CancelledError:
            self.unanswered_ms.append((time.monotonic() - sent) * 1000)
            raise
        call = answer.call
        self.calls.append((sent, time.monotonic(), call.queue_wait_ms, call.execution_ms))

    def report(self) -> dict:
        return {
            "calls": self.calls, "failures": self.failures,
            "unanswered_ms": self.unanswered_ms, "late_s": self.late_s,
        }


def be(plan: dict, begin: float, folder: pathlib.Path) -> None:
    """The life of one process."""
    with (folder / f"{plan['name']}.json").open("w") as out:
        if plan["uid"] is not None:
            os.setuid(plan["uid"])
        caller = Caller(plan, begin)
        asyncio.run(caller.run())
        json.dump(caller.report(), out)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    plans = json.loads((folder / "plans.json").read_text())
    begin = time.monotonic() + HEAD_START_SECONDS
    print(begin, flush=True)
    children = []
    for plan in plans:
        # Forked before gRPC has started anything, so all that is shared is what was imported.
        child = os.fork()
        if child == 0:
            be(plan, begin, folder)
            os._exit(0)
        children.append(child)
    ended_ill = [child for child in children if os.waitpid(child, 0)[1] != 0]
    sys.exit(f"{len(ended_ill)} callers ended ill" if ended_ill else 0)


main()
