"""Streams of all wires and kinds against one daemon, honest callers beside them, what is left."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import itertools
import time

from ..checks import Check
from ..process_figures import Figures, figures
from . import KINDS, WIRES
from .honest import HonestGRPC, HonestTTRPC
from .leftovers import checks
from .rig import Rig, Watch
from .sender import Sender

# A failed batch is searched stream by stream, so it is not to be too long.
BATCH = 1000


@dataclasses.dataclass(frozen=True)
class Size:
    """How many streams of each wire and kind, and how they are sent."""

    count: int = 10_000
    seed: int = 1
    processes: int = 2
    at_once: int = 24


@dataclasses.dataclass
class Result:
    """What came of a run."""

    size: Size
    seconds: float = 0
    # By wire and kind: how often calls and connections ended how.
    seen: dict[str, collections.Counter] = dataclasses.field(default_factory=dict)
    wrong: list[str] = dataclasses.field(default_factory=list)
    # Streams among which is the one that a check failed for.
    suspects: list[str] = dataclasses.field(default_factory=list)
    honest: dict[str, int] = dataclasses.field(default_factory=dict)
    longest_s: float = 0
    started: dict[str, int] = dataclasses.field(default_factory=dict)
    running_max: int = 0
    figures: dict[str, Figures] = dataclasses.field(default_factory=dict)
    checks: list[Check] = dataclasses.field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.wrong and bool(self.checks) and all(one.passed for one in self.checks)


def run(size: Size) -> Result:
    """A tenth of the streams to warm up, then all of them, and what is left behind."""
    with Rig() as rig:
        senders = [Sender(rig.daemon.socket, size.at_once) for _ in range(size.processes)]
        try:
            return _run(rig, senders, size)
        finally:
            for sender in senders:
                sender.close()


def _run(rig: Rig, senders: list[Sender], size: Size) -> Result:
    result = Result(size)
    honest = [HonestGRPC(rig.daemon.target), HonestTTRPC(rig.daemon.socket)]
    with contextlib.ExitStack() as beside:
        watch = beside.enter_context(Watch(rig))
        for one in honest:
            beside.enter_context(one)
        # Others than those of the run itself.
        _send_all(rig, senders, result, size.count // 10, first=size.count)
        result.seen.clear()
        result.figures["after a tenth"] = figures(rig.pid) if rig.lives else rig.start
        began = time.monotonic()
        _send_all(rig, senders, result, size.count)
        result.seconds = time.monotonic() - began
    for one in honest:
        result.honest[type(one).__name__] = one.calls
        result.longest_s = max(result.longest_s, one.longest_s)
        result.wrong += one.wrong
    result.running_max = watch.running_max
    result.figures["at the start"] = rig.start
    result.figures["at most"] = dataclasses.replace(rig.start, rss_bytes=watch.rss_max)
    if result.suspects or not rig.lives:
        result.wrong += [rig.death] if not rig.lives else []
        return result
    result.wrong += list(filter(None, [rig.unrest(rig.start.descriptors)]))
    result.checks = checks(rig, result)
    return result


def _send_all(rig: Rig, senders, result: Result, count: int, first: int = 0) -> None:
    for wire, kind in itertools.product(WIRES, KINDS):
        for start in range(first, first + count, BATCH):
            end = min(start + BATCH, first + count)
            if result.suspects or not _send(rig, senders, result, wire, kind, start, end):
                return


def _send(rig, senders, result: Result, wire: str, kind: str, start: int, end: int) -> bool:
    """One batch, and whether all had come back after it."""
    for place, sender in enumerate(senders):
        sender.begin(result.size.seed, wire, kind, start + place, end, len(senders))
    seen = result.seen.setdefault(f"{wire}, {kind}", collections.Counter())
    for sender in senders:
        found = sender.outcome()
        seen.update(found["seen"])
        result.wrong += [f"{name}: {what}" for name, what in found["wrong"]]
        result.suspects += found["suspects"]
    # Each of the honest callers has a connection more.
    if unrest := rig.unrest(rig.start.descriptors + 2):
        result.wrong.append(f"after {wire}/{kind}/{start} to {end - 1}: {unrest}")
        # A daemon that ended did so under the last of them.
        result.suspects = result.suspects or names(wire, kind, start, end)
    return not result.suspects


def names(wire: str, kind: str, start: int, end: int) -> list[str]:
    return [f"{wire}/{kind}/{number}" for number in range(start, end)]
