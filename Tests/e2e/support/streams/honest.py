"""Honest callers of both wires, each on a thread: one call after the other, each answer checked."""

from __future__ import annotations

import collections
import threading
import time

from .. import ttrpc
from ..calls import Client, request, text_of
from ..stubs import messages

MODEL = "honest/echo"
THINK_SECONDS = 0.01
CALLS_OF_A_CONNECTION = 100


class Honest:
    """A caller until it is told to stop."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.calls = 0
        self.wrong: list[str] = []
        self.longest_s = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Honest:
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            connection = self.connect()
            for _ in range(CALLS_OF_A_CONNECTION):
                if self._over.wait(THINK_SECONDS):
                    break
                self._once(connection)
            connection.close()

    def _once(self, connection) -> None:
        began = time.monotonic()
        prompt = f"honest call {self.calls}"
        try:
            said = (self.stream if self.calls % 3 == 2 else self.generate)(connection, prompt)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is to be told)
            said = repr(error)
        self.longest_s = max(self.longest_s, time.monotonic() - began)
        self.calls += 1
        if said != prompt and len(self.wrong) < 10:
            self.wrong.append(f"{type(self).__name__} call {self.calls}: {said}")


class HonestGRPC(Honest):
    """With grpcio."""

    def connect(self) -> Client:
        return Client(self.target, "honest")

    def generate(self, client: Client, prompt: str) -> str:
        return text_of(client.generate(MODEL, prompt))

    def stream(self, client: Client, prompt: str) -> str:
        return _text(client.laneway.Stream(request(MODEL, prompt), timeout=20))


class HonestTTRPC(Honest):
    """With frames that are as they should be."""

    def connect(self) -> ttrpc.Connection:
        return ttrpc.Connection(self.target)

    def generate(self, connection: ttrpc.Connection, prompt: str) -> str:
        answer = connection.call("Generate", request(MODEL, prompt))
        return text_of(messages.GenerateResponse.FromString(answer.payload))

    def stream(self, connection: ttrpc.Connection, prompt: str) -> str:
        number = connection.request("Stream", request(MODEL, prompt), flags=ttrpc.REMOTE_CLOSED)
        bodies, end = connection.rest(number)
        assert end.kind == ttrpc.DATA, end.status
        return _text(map(messages.StreamResponse.FromString, bodies))


def _text(events) -> str:
    """The whole text, of a stream that has an end."""
    events = list(events)
    kinds = collections.Counter(event.WhichOneof("event") for event in events)
    assert kinds["finish"] == 1, kinds
    return "".join(event.text for event in events)
