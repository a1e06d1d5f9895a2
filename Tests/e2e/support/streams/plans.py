"""One stream, made of a seed, a wire, a kind and a number: its bytes, its pace and its end."""

from __future__ import annotations

import dataclasses
import random

from .mutations import mutated
from .noise import noise

# Of all pauses of a stream together.
PAUSES_MAX_S = 0.15
ENDS = ("close", "half-close", "half-close", "keep", "keep", "unread")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is sent on one connection, and how it ends:

    close: at once; half-close: the daemon has to close too; keep: after a while; unread: after a
    while in which nothing is read.
    """

    name: str
    pieces: tuple[bytes, ...]
    pause_s: float
    end: str
    keep_s: float

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces)


def plan(seed: int, wire: str, kind: str, number: int) -> Plan:
    """The same for the same arguments, for ever."""
    name = f"{wire}/{kind}/{number}"
    chance = random.Random(f"{seed} {name}")
    units = noise(chance, wire) if kind == "random" else mutated(chance, wire)
    pieces = tuple(piece for piece in in_pieces(chance, units) if piece)
    pause = chance.uniform(0.001, PAUSES_MAX_S) / max(1, len(pieces))
    quick = chance.random() < 0.5
    return Plan(
        name, pieces, 0 if quick else pause, chance.choice(ENDS),
        chance.choice((0, 0.02, 0.05, 0.2)),
    )


def in_pieces(chance: random.Random, units: list[bytes]) -> list[bytes]:
    """As they are sent: all at once, frame by frame, or cut anywhere."""
    whole = b"".join(units)
    match chance.randrange(10):
        case 0 | 1 | 2 | 3:
            return [whole]
        case 4 | 5 | 6:
            return units
        case 7 | 8:
            cuts = sorted(chance.randint(0, len(whole)) for _ in range(chance.randint(1, 8)))
        case _:  # byte by byte, for a while
            first = chance.randint(0, max(0, len(whole) - 40))
            cuts = [place for place in range(first, min(first + 40, len(whole)))]
    edges = [0, *cuts, len(whole)]
    return [whole[one:other] for one, other in zip(edges, edges[1:])]


def parsed(name: str) -> tuple[str, str, int]:
    """The wire, the kind and the number of a stream's name."""
    wire, kind, number = name.split("/")
    return wire, kind, int(number)
