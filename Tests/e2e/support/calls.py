"""Calls as a client makes them, and failures as a client sees them."""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import threading
import time

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from .patience import patient
from .stubs import call_info, messages, services

# Long enough for a debug build on a busy machine; nothing waits this long when all is well.
PATIENCE = patient(20.0)


def settle() -> None:
    """Gives what must not happen a moment to happen, and a call time to reach its queue."""
    time.sleep(patient(0.3))


def request(model: str, prompt: str = "hello", **fields):
    """A GenerateRequest with one user message."""
    part = messages.Part(text=messages.TextPart(text=prompt))
    message = messages.Message(role=messages.ROLE_USER, parts=[part])
    return messages.GenerateRequest(model=model, messages=[message], **fields)


def text_of(response) -> str:
    """What a GenerateResponse says."""
    return "".join(part.text.text for part in response.message.parts)


@dataclasses.dataclass
class Failure:
    """All a failed call carries."""

    code: grpc.StatusCode
    message: str
    reason: str
    domain: str
    call: object | None
    retry_seconds: float | None
    pushback_ms: int | None
    invalid_output: object | None = None

    @property
    def last_attempt_reason(self) -> str:
        return self.call.attempts[-1].reason if self.call and self.call.attempts else ""


def failure_of(error: grpc.RpcError) -> Failure:
    """Takes the error apart, by the status details and the trailers."""
    found = Failure(error.code(), error.details() or "", "", "", None, None, None)
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-retry-pushback-ms":
            found.pushback_ms = int(value)
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
        call, invalid = call_info.CallInfo(), messages.InvalidOutput()
        if detail.Unpack(info):
            found.reason, found.domain = info.reason, info.domain
        elif detail.Unpack(retry):
            found.retry_seconds = retry.retry_delay.ToTimedelta().total_seconds()
        elif detail.Unpack(call):
            found.call = call
        elif detail.Unpack(invalid):
            found.invalid_output = invalid
    return found


class Background:
    """A Generate that runs on a thread, so that a test can go on meanwhile."""

    def __init__(self, future: grpc.Future) -> None:
        self.future = future
        self.ended = threading.Event()
        self.ended_at: float | None = None
        future.add_done_callback(self._end)

    def _end(self, _future) -> None:
        self.ended_at = time.monotonic()
        self.ended.set()

    def result(self):
        return self.future.result(timeout=PATIENCE)

    def failure(self) -> Failure:
        with_error = self.future.exception(timeout=PATIENCE)
        assert with_error is not None, "the call was expected to fail"
        return failure_of(with_error)

    def cancel(self) -> None:
        self.future.cancel()


class Reader:
    """A Stream whose events are read on a thread as they come."""

    def __init__(self, call) -> None:
        self.call = call
        self.error: grpc.RpcError | None = None
        self._events: queue.Queue = queue.Queue()
        self._ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for event in self.call:
                self._events.put(event)
        except grpc.RpcError as error:
            self.error = error
        self._events.put(None)

    def next(self, seconds: float = PATIENCE):
        """The next event; None at the end, however often it is asked for."""
        if self._ended:
            return None
        event = self._events.get(timeout=seconds)
        self._ended = event is None
        return event

    def next_of(self, kind: str, seconds: float = PATIENCE):
        """The next event, which has to be of this kind."""
        event = self.next(seconds)
        found = "the end" if event is None else event.WhichOneof("event")
        assert found == kind, f"expected {kind}, got {found}: {self.error}"
        return getattr(event, kind)

    def rest(self) -> list:
        """All events up to the end."""
        return list(iter(self.next, None))

    def failure(self) -> Failure:
        """How it failed, once it has ended."""
        self.rest()
        assert self.error is not None, "the stream was expected to fail"
        return failure_of(self.error)

    def cancel(self) -> None:
        self.call.cancel()


class Client:
    """One caller with a connection of its own."""

    def __init__(
        self, target: str, caller_id: str = "e2e", run_id: str = "run-1", *, retries: bool = False
    ) -> None:
        # Pooled connections would let one test's client share another's.
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", int(retries))]
        self.channel = grpc.insecure_channel(target, options=options)
        self.laneway = services.LanewayStub(self.channel)
        self.metadata = (("laneway-caller-id", caller_id), ("laneway-run-id", run_id))

    def generate(self, model: str, prompt: str = "hello", *, timeout=None, **fields):
        """Runs to its end."""
        return self.laneway.Generate(
            request(model, prompt, **fields), timeout=timeout or PATIENCE * 2,
            metadata=self.metadata,
        )

    def begin_generate(self, model: str, prompt: str = "hello", *, timeout=None, **fields):
        """Starts a Generate and returns at once."""
        future = self.laneway.Generate.future(
            request(model, prompt, **fields), timeout=timeout or PATIENCE * 2,
            metadata=self.metadata,
        )
        return Background(future)

    def stream(self, model: str, prompt: str = "hello", *, timeout=None, **fields) -> Reader:
        """Starts a Stream and returns at once."""
        return Reader(
            self.laneway.Stream(
                request(model, prompt, **fields), timeout=timeout or PATIENCE * 2,
                metadata=self.metadata,
            )
        )

    def fail(self, model: str, prompt: str = "hello", **fields) -> Failure:
        """Runs a Generate that has to fail."""
        return self.begin_generate(model, prompt, **fields).failure()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.channel.close()


def outcome(client: Client, way: str, model: str, prompt: str = "hello", **fields):
    """Runs a call as a generate or a stream: its failure or its text, and its CallInfo."""
    if way == "generate":
        background = client.begin_generate(model, prompt, **fields)
        if background.future.exception(timeout=PATIENCE) is not None:
            failure = background.failure()
            return failure, failure.call
        answer = background.result()
        return text_of(answer), answer.call
    reader = client.stream(model, prompt, **fields)
    events = reader.rest()
    kinds = [event.WhichOneof("event") for event in events]
    if reader.error is not None:
        failure = reader.failure()
        assert not events, f"a stream that was never established has sent {kinds}"
        return failure, failure.call
    assert kinds.count("finish") == 1 and kinds[-1] == "finish", kinds
    text = "".join(event.text for event in events if event.WhichOneof("event") == "text")
    return text, events[-1].finish.call
