#!/usr/bin/env python3
"""A sidecar that uses language models through Laneway: copy it and make it yours.

Nothing here is special to Laneway: a stock gRPC client over a Unix socket, with stubs made from
proto/. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import pathlib
import sys
import tempfile

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


def load_stubs(proto: pathlib.Path):
    """Makes the Python stubs in a folder that is thrown away. A real project makes them once.

    Only laneway/v1 is compiled: google.rpc comes with the package googleapis-common-protos.
    """
    import grpc_tools
    from grpc_tools import protoc

    with tempfile.TemporaryDirectory() as folder:
        files = sorted(str(file.relative_to(proto)) for file in proto.glob("laneway/v1/*.proto"))
        wellknown = pathlib.Path(grpc_tools.__file__).parent / "_proto"
        status = protoc.main(
            ["protoc", f"-I{proto}", f"-I{wellknown}"]
            + [f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
        )
        if status != 0:
            sys.exit("sidecar: protoc failed")
        sys.path.insert(0, folder)
        try:
            return (
                importlib.import_module("laneway.v1.laneway_pb2"),
                importlib.import_module("laneway.v1.laneway_pb2_grpc"),
                importlib.import_module("laneway.v1.call_info_pb2"),
            )
        finally:
            sys.path.remove(folder)


class Sidecar:
    """Calls models for one bot: says who it is with every call, and keeps a deadline."""

    def __init__(self, socket: str, caller_id: str, run_id: str, proto: pathlib.Path) -> None:
        self.messages, services, self.call_info = load_stubs(proto)
        self.channel = grpc.insecure_channel(f"unix:{socket}")
        self.laneway = services.LanewayStub(self.channel)
        # Attribution: who is calling, and for which run. The uid is added by the kernel.
        self.metadata = (("laneway-caller-id", caller_id), ("laneway-run-id", run_id))

    def request(self, model: str, prompt: str):
        text = self.messages.Part(text=self.messages.TextPart(text=prompt))
        message = self.messages.Message(role=self.messages.ROLE_USER, parts=[text])
        return self.messages.GenerateRequest(model=model, messages=[message])

    def generate(self, model: str, prompt: str, seconds: float) -> str:
        """One whole answer, or grpc.RpcError. The deadline covers waiting in the lane as well."""
        request = self.request(model, prompt)
        answer = self.laneway.Generate(request, timeout=seconds, metadata=self.metadata)
        return "".join(part.text.text for part in answer.message.parts)

    def stream(self, model: str, prompt: str):
        """A running call: iterate over it for events, or cancel() it."""
        return self.laneway.Stream(self.request(model, prompt), metadata=self.metadata)

    def explain(self, error: grpc.RpcError) -> None:
        """Prints what happened to a failed call: every failure carries a CallInfo."""
        print(f"failed: {error.code().name}: {error.details()}")
        info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
        call = self.call_info.CallInfo()
        status = rpc_status.from_call(error)
        for detail in status.details if status else []:
            # Unpack says whether it is of the type it is asked to fill.
            if detail.Unpack(call):
                self.print_call(call)
            elif detail.Unpack(info):
                print(f"  reason   {info.reason} of {info.domain}")
            elif detail.Unpack(retry):
                print(f"  retry in {retry.retry_delay.ToTimedelta().total_seconds():g} s")

    def print_call(self, call) -> None:
        phase = self.call_info.Phase.Name(call.phase)
        print(f"  caller   {call.caller_id}, run {call.run_id}, uid {call.uid}")
        print(f"  ended in {phase} of lane {call.lane or '(none)'}")
        for attempt in call.attempts:
            print(f"  attempt  {attempt.target}: {attempt.reason or 'OK'} {attempt.message}")


def tour(sidecar: Sidecar, model: str) -> None:
    """What README.md beside this file promises to show."""
    print("generate:", sidecar.generate(model, "Hello from a sidecar.", seconds=60))

    print("stream:", end="", flush=True)
    for event in sidecar.stream(model, " tokens arrive one by one"):
        if event.WhichOneof("event") == "text":
            print(event.text, end="", flush=True)
        elif event.WhichOneof("event") == "finish":
            print(f"\nfinished: {event.finish.usage.output_tokens} tokens")

    # Cancelling closes the provider's connection as well: nothing goes on being paid for.
    endless = sidecar.stream("builtin/echo?repeat=1000000&pace=20", "on and on ")
    with contextlib.suppress(grpc.RpcError):
        for event in endless:
            if event.WhichOneof("event") == "text":
                endless.cancel()
    print(f"cancelled: {endless.code().name}")

    try:
        sidecar.generate("builtin/echo?fail=hang", "Is anybody there?", seconds=0.5)
    except grpc.RpcError as error:
        print(f"deadline: {error.code().name}")

    try:
        sidecar.generate("builtin/echo?fail=rate_limited&retry_after=2s", "Hello?", seconds=10)
    except grpc.RpcError as error:
        sidecar.explain(error)


def main() -> None:
    checkout = pathlib.Path(__file__).resolve().parent.parent.parent
    options = argparse.ArgumentParser(description="Calls models through Laneway.")
    options.add_argument(
        "--socket", default=os.environ.get("LANEWAY_SOCKET", "/run/laneway/laneway.sock")
    )
    options.add_argument("--model", default="builtin/echo")
    options.add_argument("--proto", type=pathlib.Path, default=checkout / "proto")
    chosen = options.parse_args()
    sidecar = Sidecar(chosen.socket, caller_id="sidecar", run_id="tour-1", proto=chosen.proto)
    with sidecar.channel:
        tour(sidecar, chosen.model)


if __name__ == "__main__":
    main()
