"""Which of many streams does the harm: each alone, and the bytes of one."""

from __future__ import annotations

import collections

from .plans import parsed, plan
from .rig import Rig
from .sender import Sender

CULPRITS_MAX = 3


def culprits(suspects: list[str], seed: int) -> list[str]:
    """Those that do harm alone, each on a daemon that is well; the first few."""
    found, rest = [], collections.deque(suspects)
    while rest and len(found) < CULPRITS_MAX:
        with Rig() as rig:
            sender = Sender(rig.daemon.socket, 1)
            while rest and not (harm := alone(rig, sender, seed, rest[0])):
                rest.popleft()
            if rest:
                found.append(f"{rest.popleft()}: {harm}")
            sender.close()
    return found


def alone(rig: Rig, sender: Sender, seed: int, name: str) -> str:
    """What harm one stream does."""
    wire, kind, number = parsed(name)
    sender.begin(seed, wire, kind, number, number + 1, 1)
    outcome = sender.outcome()
    wrong = [what for _, what in outcome["wrong"]]
    harm = "; ".join(wrong) or rig.unrest(rig.start.descriptors)
    return harm if rig.lives else rig.death


def written(seed: int, name: str) -> bytes:
    """The bytes of one stream, for a closer look."""
    return bytes(plan(seed, *parsed(name)))
