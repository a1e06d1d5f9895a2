"""Callers that go on, a call every few milliseconds, and how each of their calls ended."""

from __future__ import annotations

import collections
import contextlib
import threading

from . import ttrpc
from .calls import Client, request, text_of
from .ttrpc_fixtures import said

PAUSE = 0.02
# No fault may hold a call for longer.
ANSWER_SECONDS = 10.0
CUT_OFF = "cut off"


class Caller:
    """Makes one call after the other on a thread, by `once`."""

    def __init__(self, name: str, socket: str, model: str = "builtin/echo") -> None:
        self.name, self.path, self.model = name, socket, model
        self.ends: collections.Counter = collections.Counter()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self.close()

    def _repeat(self) -> None:
        while not self._over.wait(PAUSE):
            self.ends[self.once()] += 1

    def once(self) -> str:
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of what it holds."""


class Light(Caller):
    """Over ttrpc: on one connection for as long as that lasts, or on a new one for each call."""

    def __init__(
        self, name: str, socket: str, model="builtin/echo", lasts: bool = True, prompt="steady"
    ) -> None:
        super().__init__(name, socket, model)
        self.lasts, self.prompt = lasts, prompt
        self.connection: ttrpc.Connection | None = None

    def once(self) -> str:
        try:
            end = self._call()
        except TimeoutError:
            end = "no answer"
        except (OSError, EOFError):
            end = CUT_OFF
        if end in ("no answer", CUT_OFF) or not self.lasts:
            self.close()
        return end

    def _call(self) -> str:
        if self.connection is None:
            self.connection = ttrpc.Connection(self.path)
        stream = self.connection.request("Generate", request(self.model, self.prompt))
        answer = self.connection.response(stream, ANSWER_SECONDS)
        if answer.status.code:
            return f"{answer.status.code} {answer.reason}"
        return "ok" if said(answer) == self.prompt else "another's answer"

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Stock(Caller):
    """Over gRPC, by the stock client, which connects again by itself."""

    def __init__(self, name: str, socket: str) -> None:
        super().__init__(name, socket)
        self.client = Client(f"unix:{socket}", name)

    def once(self) -> str:
        import grpc

        try:
            answer = self.client.generate(self.model, "steady", timeout=ANSWER_SECONDS)
        except grpc.RpcError as error:
            return CUT_OFF if error.code() == grpc.StatusCode.UNAVAILABLE else str(error.code())
        return "ok" if text_of(answer) == "steady" else "another's answer"

    def close(self) -> None:
        self.client.close()


@contextlib.contextmanager
def running(callers: list[Caller]):
    for one in callers:
        one.start()
    try:
        yield callers
    finally:
        for one in callers:
            one.stop()
