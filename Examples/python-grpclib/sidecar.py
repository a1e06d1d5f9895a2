#!/usr/bin/env python3
"""A sidecar on asyncio that uses language models through Laneway: copy it and make it yours.

Nothing here is special to Laneway: a stock grpclib client over a Unix socket, with stubs made from
proto/. See README.md beside this file.
"""

from __future__ import annotations

import asyncio
import sys

from google.rpc import error_details_pb2
from grpclib.client import Channel
from grpclib.exceptions import GRPCError

from laneway.v1 import call_info_pb2
from laneway.v1 import laneway_grpc as services
from laneway.v1 import laneway_pb2 as messages

# Attribution: who is calling, and for which run. The uid is added by the kernel.
METADATA = {"laneway-caller-id": "sidecar", "laneway-run-id": "tour-1"}


def request(model: str, prompt: str) -> messages.GenerateRequest:
    text = messages.Part(text=messages.TextPart(text=prompt))
    message = messages.Message(role=messages.ROLE_USER, parts=[text])
    return messages.GenerateRequest(model=model, messages=[message])


class Sidecar:
    """Calls models for one bot: says who it is with every call, and keeps a deadline."""

    def __init__(self, channel: Channel) -> None:
        self.laneway = services.LanewayStub(channel)

    async def generate(self, model: str, prompt: str, seconds: float) -> str:
        """One whole answer, or GRPCError. The deadline covers waiting in the lane as well."""
        answer = await self.laneway.Generate(
            request(model, prompt), timeout=seconds, metadata=METADATA
        )
        return "".join(part.text.text for part in answer.message.parts)

    async def stream(self, model: str, prompt: str) -> None:
        """Prints an answer as it arrives."""
        print("stream:", end="", flush=True)
        async with self.laneway.Stream.open(metadata=METADATA) as call:
            await call.send_message(request(model, prompt), end=True)
            async for event in call:
                print(event.text, end="", flush=True)
                if event.HasField("finish"):
                    print(f"\nfinished: {event.finish.usage.output_tokens} tokens")

    async def cancelled(self) -> str:
        """Ends a stream after its first text. Cancelling closes the provider's connection as well:
        nothing goes on being paid for.

        grpclib resets the stream and reads no status of it, so the daemon is asked whether the call
        is over.
        """
        metadata = METADATA | {"laneway-call-id": "endless"}
        async with self.laneway.Stream.open(metadata=metadata) as call:
            endless = request("builtin/echo?repeat=1000000&pace=20", "on and on ")
            await call.send_message(endless, end=True)
            async for event in call:
                if event.text:
                    await call.cancel()
                    break
        await asyncio.sleep(0.2)
        again = messages.CancelRequest(call_id="endless")
        return "OK" if (await self.laneway.Cancel(again, timeout=5)).found else "CANCELLED"


async def deadline(call) -> str:
    """grpclib keeps deadlines by itself, and raises what asyncio raises for one."""
    try:
        await call
    except asyncio.TimeoutError:
        return "DEADLINE_EXCEEDED"
    except GRPCError as error:
        return error.status.name
    return "OK"


def explain(error: GRPCError) -> None:
    """Prints what happened to a failed call: every failure carries a CallInfo.

    grpclib unpacks the details by itself where their types are imported.
    """
    print(f"failed: {error.status.name}: {error.message}")
    for detail in error.details or []:
        if isinstance(detail, call_info_pb2.CallInfo):
            explain_call(detail)
        elif isinstance(detail, error_details_pb2.ErrorInfo):
            print(f"  reason   {detail.reason} of {detail.domain}")
        elif isinstance(detail, error_details_pb2.RetryInfo):
            print(f"  retry in {detail.retry_delay.ToTimedelta().total_seconds():g} s")


def explain_call(call: call_info_pb2.CallInfo) -> None:
    phase = call_info_pb2.Phase.Name(call.phase)
    print(f"  caller   {call.caller_id}, run {call.run_id}, uid {call.uid}")
    print(f"  ended in {phase} of lane {call.lane}")
    for attempt in call.attempts:
        print(f"  attempt  {attempt.target}: {attempt.reason} {attempt.message}")


async def tour(socket: str) -> None:
    # No TLS and no token: the kernel says who the peer of a Unix socket is.
    async with Channel(path=socket) as channel:
        sidecar = Sidecar(channel)
        print("generate:", await sidecar.generate("builtin/echo", "Hello from a sidecar.", 60))
        await sidecar.stream("builtin/echo", " tokens arrive one by one")
        print("cancelled:", await sidecar.cancelled())
        hanging = sidecar.generate("builtin/echo?fail=hang", "Is anybody there?", 0.5)
        print("deadline:", await deadline(hanging))
        try:
            limited = "builtin/echo?fail=rate_limited&retry_after=2s"
            await sidecar.generate(limited, "Hello?", 10)
        except GRPCError as error:
            explain(error)


if __name__ == "__main__":
    asyncio.run(tour(sys.argv[1]))
