"""Callers that go on while the daemon behind their socket is replaced, in a process of their own.

Each caller counts how its calls ended: `ok`, or the code and reason of the failure. A connection
that could not be made is told apart: only who keeps on calling notices one.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

FOLDER = pathlib.Path(__file__).resolve().parents[1]
# Between two calls of one caller, so that the daemon gets a turn of the two processors.
PAUSE = 0.002
UNCONNECTED = "not connected"
WRONG = "another's answer"


class Load:
    """The process, as a test has it."""

    def __init__(self, socket: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.restart_load", socket], cwd=FOLDER, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        assert self.process.stdout.readline() == "ready\n"

    def begin(self) -> None:
        self.process.stdin.write("begin\n")
        self.process.stdin.flush()

    def stop(self) -> Outcome:
        """Has every caller end its last call."""
        out, _ = self.process.communicate("stop\n", timeout=60)
        code = self.process.returncode
        assert code == 0, f"the load itself ended with {code}; what it said is above"
        ends = json.loads(out).items()
        return Outcome({name: collections.Counter(found) for name, found in ends})

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait()


class Outcome:
    """How the calls of each kind of caller ended."""

    def __init__(self, ends: dict[str, collections.Counter]) -> None:
        self.ends = ends

    @property
    def calls(self) -> int:
        return sum(found.total() for found in self.ends.values())

    @property
    def unconnected(self) -> int:
        """Connections that were refused, by whichever words."""
        return sum(found[UNCONNECTED] for found in self.ends.values())

    @property
    def wrong(self) -> int:
        """Answers that were given as good and are not the call's."""
        return sum(found[WRONG] for found in self.ends.values())

    def failures(self) -> dict[str, int]:
        """What is not `ok`, by caller and end."""
        return {
            f"{name}: {end}": count
            for name, found in self.ends.items()
            for end, count in found.items()
            if end != "ok"
        }

    def __str__(self) -> str:
        each = ", ".join(f"{name} {found['ok']}" for name, found in self.ends.items())
        return f"{self.calls} calls (ok: {each}), failures {self.failures() or 'none'}"


def _grpc_end(client, model: str, word: str) -> str:
    import grpc

    from .calls import failure_of, text_of

    try:
        answer = client.generate(model, word)
    except grpc.RpcError as error:
        failure = failure_of(error)
        if any(word in failure.message for word in ("refused", "No such file")):
            return UNCONNECTED
        return f"{failure.code.name} {failure.reason or failure.message}"
    return "ok" if text_of(answer) == word else WRONG


def lasting(model: str):
    """Keeps its connection, as most programs do."""

    def run(socket: str, word: str, state: dict) -> str:
        from .calls import Client

        client = state.get("client") or Client(f"unix:{socket}", "lasting", retries=True)
        state["client"] = client
        return _grpc_end(client, model, word)

    return run


def fresh(socket: str, word: str, state: dict) -> str:
    """Connects for each call, as a command line does."""
    from .calls import Client

    client = Client(f"unix:{socket}", "fresh", retries=True)
    try:
        return _grpc_end(client, "builtin/echo", word)
    finally:
        client.close()


def light(socket: str, word: str, state: dict) -> str:
    """Connects for each call over ttrpc, and sees what the kernel says of it."""
    from . import ttrpc
    from .calls import request
    from .ttrpc_fixtures import said

    try:
        connection = ttrpc.Connection(socket)
    except OSError as error:
        is_refusal = isinstance(error, (ConnectionRefusedError, FileNotFoundError))
        return UNCONNECTED if is_refusal else f"not accepted ({type(error).__name__})"
    try:
        answer = connection.call("Generate", request("builtin/echo", word))
        if answer.status.code:
            return f"{answer.status.code} {answer.reason or answer.status.message}"
        return "ok" if said(answer) == word else WRONG
    except (OSError, EOFError) as error:
        return f"cut off ({type(error).__name__})"
    finally:
        connection.close()


CALLERS = {
    "lasting": lasting("builtin/echo"),
    "lasting and slow": lasting("builtin/echo?first_chunk=30ms"),
    "fresh": fresh,
    "light": light,
}


def _repeat(name: str, socket: str, over: threading.Event, ends: collections.Counter) -> None:
    state: dict = {}
    number = 0
    while not over.is_set():
        number += 1
        ends[CALLERS[name](socket, f"{name} {number}", state)] += 1
        time.sleep(PAUSE)


def _main() -> None:
    from . import ttrpc_fixtures  # noqa: F401  (before the first call)

    over = threading.Event()
    ends = {name: collections.Counter() for name in CALLERS}
    threads = [
        threading.Thread(target=_repeat, args=(name, sys.argv[1], over, ends[name]))
        for name in CALLERS
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(ends))


if __name__ == "__main__":
    _main()
