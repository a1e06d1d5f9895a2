"""Calls by the thousand, of which many are cancelled: several processes of stock grpc.aio clients.

    python storm_process.py PLAN

PLAN is JSON: target, processes, calls (of all), in_flight (of each), seed. Prints one line of JSON:
how often each fate had which outcome, and what no call may come to.
"""

from __future__ import annotations

import asyncio
import collections
import json
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import grpc  # noqa: E402

from support.calls import failure_of, request, text_of  # noqa: E402
from support.storm_fates import PROMPT, Fate, draw  # noqa: E402
from support.stubs import services  # noqa: E402

OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
BOUNDS = ("QUEUE_FULL", "CALLER_QUEUE_FULL")


class Storm:
    """The calls of one process."""

    def __init__(self, plan: dict, number: int) -> None:
        self.plan = plan
        self.chance = random.Random(f"{plan['seed']} {number}")
        share, rest = divmod(plan["calls"], plan["processes"])
        self.left = share + (number < rest)
        self.metadata = (("laneway-caller-id", f"storm-{number}"),)
        self.seen: collections.Counter = collections.Counter()
        self.wrong: list[str] = []

    async def run(self) -> None:
        async with grpc.aio.insecure_channel(self.plan["target"], options=OPTIONS) as channel:
            await channel.channel_ready()
            stub = services.LanewayStub(channel)
            async with asyncio.TaskGroup() as hands:
                for _ in range(self.plan["in_flight"]):
                    hands.create_task(self._again_and_again(stub))

    async def _again_and_again(self, stub) -> None:
        while self.left > 0:
            self.left -= 1
            fate = draw(self.chance)
            outcome = await self._one(stub, fate)
            self.seen[f"{fate.name}: {outcome}"] += 1
            if outcome not in fate.outcomes:
                self.wrong.append(f"{fate} ended as {outcome}")
            if outcome == "FULL":
                # A queue that is full wants callers to come back later.
                await asyncio.sleep(self.chance.uniform(0.005, 0.03))

    async def _one(self, stub, fate: Fate) -> str:
        """Runs the call and says how it ended."""
        try:
            method = stub.Stream if fate.is_stream else stub.Generate
            call = method(
                request(fate.model, PROMPT, queue_events=fate.is_stream and fate.end == "queued"),
                timeout=fate.timeout_s, metadata=self.metadata,
            )
            if fate.cancel_after_s == 0:
                call.cancel()
            elif fate.cancel_after_s is not None:
                asyncio.get_running_loop().call_later(fate.cancel_after_s, call.cancel)
            return await (self._read(call, fate) if fate.is_stream else self._answer(call))
        except asyncio.CancelledError:
            return "CANCELLED"
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED:
                reason = failure_of(error).reason
                return "FULL" if reason in BOUNDS else reason
            return error.code().name

    async def _answer(self, call) -> str:
        return "OK" if text_of(await call) == PROMPT else "WRONG TEXT"

    async def _read(self, call, fate: Fate) -> str:
        texts, finishes = [], 0
        async for event in call:
            kind = event.WhichOneof("event")
            if finishes:
                return f"{kind} AFTER FINISH"
            if kind == "queued" and fate.end == "queued":
                call.cancel()
            if kind == "text":
                texts.append(event.text)
                if len(texts) == fate.cancel_after_chunks:
                    call.cancel()
            finishes += kind == "finish"
        if not finishes:
            return "NO FINISH"
        return "OK" if "".join(texts) == PROMPT * fate.repeat else "WRONG TEXT"


def be(plan: dict, number: int, pipe: int) -> None:
    """The life of one process."""
    storm = Storm(plan, number)
    asyncio.run(storm.run())
    with os.fdopen(pipe, "w") as out:
        json.dump({"seen": storm.seen, "wrong": storm.wrong[:20]}, out)


def main() -> None:
    plan = json.loads(sys.argv[1])
    seen: collections.Counter = collections.Counter()
    wrong: list[str] = []
    pipes = []
    for number in range(plan["processes"]):
        # Forked before gRPC has started anything, so all that is shared is what was imported.
        mine, theirs = os.pipe()
        if os.fork() == 0:
            os.close(mine)
            be(plan, number, theirs)
            os._exit(0)
        os.close(theirs)
        pipes.append(mine)
    for pipe in pipes:
        with os.fdopen(pipe) as told:
            # A process that ended ill has told nothing, which is no JSON.
            found = json.load(told)
        seen.update(found["seen"])
        wrong += found["wrong"]
    print(json.dumps({"seen": seen, "wrong": wrong}))


if __name__ == "__main__":
    main()
