"""Sends streams from a process of its own, many at once, and judges what comes back.

Each line it reads is `SEED WIRE KIND FIRST LAST STEP`; each it writes is JSON: `seen`, how often
calls and connections ended how; `wrong`, which streams had an answer that must not be; and
`suspects`, those that were open, or just over, when the daemon was gone.
"""

from __future__ import annotations

import asyncio
import collections
import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2]
# The daemon takes no longer than this to close what its client has half closed, or to read.
PATIENCE = 20.0
ANSWER_MAX = 4 << 20
LAST = 64


class Sender:
    """The process, as a run has it."""

    def __init__(self, path: str, at_once: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.streams.sender", path, str(at_once)], cwd=FOLDER,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
        )  # fmt: skip

    def begin(self, seed: int, wire: str, kind: str, first: int, last: int, step: int) -> None:
        self.process.stdin.write(f"{seed} {wire} {kind} {first} {last} {step}\n")
        self.process.stdin.flush()

    def outcome(self) -> dict:
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


class Gone(Exception):
    """The daemon takes no connections."""


class Play:
    """One stream on its connection."""

    def __init__(self, plan) -> None:
        self.plan = plan
        self.answer = bytearray()
        self.closed = asyncio.Event()

    async def run(self, path: str) -> None:
        try:
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError as error:
            raise Gone from error
        reading = None
        if self.plan.end != "unread":
            reading = asyncio.create_task(self._read(reader))
        try:
            await self._send(writer)
            await self._end(writer)
        finally:
            writer.transport.abort()
            if reading:
                reading.cancel()

    async def _send(self, writer) -> None:
        """What the daemon will not take, because it has closed or ended, is dropped."""
        try:
            for piece in self.plan.pieces:
                writer.write(piece)
                # A peer whose answers are not read is not read either.
                seconds = 0.1 if self.plan.end == "unread" else PATIENCE
                await asyncio.wait_for(writer.drain(), seconds)
                if self.plan.pause_s:
                    await asyncio.sleep(self.plan.pause_s)
        except OSError as error:
            if isinstance(error, TimeoutError) and self.plan.end != "unread":
                raise

    async def _end(self, writer) -> None:
        if self.plan.end != "close":
            await asyncio.sleep(self.plan.keep_s)
        if self.plan.end == "half-close":
            try:
                writer.write_eof()
            except OSError:
                return  # the daemon was first
            await asyncio.wait_for(self.closed.wait(), PATIENCE)

    async def _read(self, reader) -> None:
        try:
            while piece := await reader.read(65_536):
                if len(self.answer) < ANSWER_MAX:
                    self.answer += piece
        except OSError:
            pass
        self.closed.set()


class Batch:
    """Some streams, a few at once."""

    def __init__(self, path: str, plans, at_once: int) -> None:
        self.path = path
        self.plans = plans
        self.at_once = at_once
        self.seen: collections.Counter = collections.Counter()
        self.wrong: list[list[str]] = []
        self.open: dict[str, None] = {}
        self.over: collections.deque[str] = collections.deque(maxlen=LAST)
        self.suspects: list[str] = []

    async def run(self) -> dict:
        await asyncio.gather(*(self._hand() for _ in range(self.at_once)))
        return {"seen": self.seen, "wrong": self.wrong, "suspects": self.suspects}

    async def _hand(self) -> None:
        for plan in self.plans:
            if self.suspects:
                return
            self.open[plan.name] = None
            try:
                await self._one(plan)
            except Gone:
                self.suspects = self.suspects or [*self.over, *self.open]
            del self.open[plan.name]
            self.over.append(plan.name)

    async def _one(self, plan) -> None:
        from .judges import Wrong, judge

        play = Play(plan)
        try:
            await play.run(self.path)
            seen = judge(bytes(plan), bytes(play.answer))
        except TimeoutError:
            self.wrong.append([plan.name, f"not closed, or not read, within {PATIENCE} s"])
        except Wrong as error:
            self.wrong.append([plan.name, str(error)])
        else:
            self.seen.update(seen)
            self.seen["streams"] += 1
            self.seen["bytes"] += len(bytes(plan))


def _main() -> None:
    from .plans import plan

    path, at_once = sys.argv[1], int(sys.argv[2])
    for line in sys.stdin:
        seed, wire, kind, *numbers = line.split()
        plans = (plan(int(seed), wire, kind, number) for number in range(*map(int, numbers)))
        print(json.dumps(asyncio.run(Batch(path, plans, at_once).run())), flush=True)


if __name__ == "__main__":
    _main()
