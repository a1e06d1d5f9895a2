"""The bare echo in Python's grpcio with asyncio: Generate says the last message back; Stream says
it so many times, one message a write, and finishes.

usage: server.py SOCKET STREAM_MESSAGES
"""

from __future__ import annotations

import asyncio
import sys

import grpc

from support.stubs import messages, services


def last_text(request: messages.GenerateRequest) -> str:
    return request.messages[-1].parts[-1].text.text


class Echo(services.LanewayServicer):
    """Answers on the event loop, with nothing behind it."""

    def __init__(self, stream_messages: int) -> None:
        self.stream_messages = stream_messages

    async def Generate(self, request, context):
        part = messages.Part(text=messages.TextPart(text=last_text(request)))
        message = messages.Message(role=messages.ROLE_ASSISTANT, parts=[part])
        return messages.GenerateResponse(
            message=message, finish_reason=messages.FINISH_REASON_STOP
        )

    async def Stream(self, request, context):
        chunk = messages.StreamResponse(text=last_text(request))
        for _ in range(self.stream_messages):
            await context.write(chunk)
        finish = messages.Finish(finish_reason=messages.FINISH_REASON_STOP)
        await context.write(messages.StreamResponse(finish=finish))


async def main() -> None:
    socket, stream_messages = sys.argv[1], int(sys.argv[2])
    server = grpc.aio.server()
    services.add_LanewayServicer_to_server(Echo(stream_messages), server)
    server.add_insecure_port(f"unix:{socket}")
    await server.start()
    await server.wait_for_termination()


asyncio.run(main())
