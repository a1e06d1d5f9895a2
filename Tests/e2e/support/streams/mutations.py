"""Small harm done to a valid session: to its frames, then to its bytes."""

from __future__ import annotations

import dataclasses
import random

from .frames import Frame
from .sessions import Session, sessions

# Values at the edges of fields.
EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x3FFF, 0x4000, 0xFFFF, 0x3FFFFF, 0x400000, 0x7FFFFFFF,
         0x80000000, 0xFFFFFFFF)  # fmt: skip
REPEATS_MAX = 40


def mutated(chance: random.Random, wire: str) -> list[bytes]:
    """A session with one to six wounds, in the pieces that its frames were."""
    session = chance.choice(sessions(wire))
    wounds = 1
    while wounds < 6 and chance.random() < 0.5:
        wounds += 1
    in_frames = sum(chance.random() < 0.6 for _ in range(wounds))
    frames = list(session.frames)
    for _ in range(in_frames):
        frames = chance.choice(FRAME_WAYS)(chance, frames, wire)
    units = [session.opening, *map(bytes, frames)]
    for _ in range(wounds - in_frames):
        place = chance.randrange(len(units))
        units[place] = chance.choice(BYTE_WAYS)(chance, units[place])
    return cut(chance, units) if chance.random() < 0.1 else units


def cut(chance: random.Random, units: list[bytes]) -> list[bytes]:
    """All up to some byte."""
    whole = b"".join(units)
    return [whole[: chance.randrange(len(whole) + 1)]]


# Frames


def swap(chance, frames: list[Frame], _wire) -> list[Frame]:
    if len(frames) > 1:
        one, other = chance.sample(range(len(frames)), 2)
        frames[one], frames[other] = frames[other], frames[one]
    return frames


def drop(chance, frames, _wire):
    if frames:
        del frames[chance.randrange(len(frames))]
    return frames


def repeat(chance, frames, _wire):
    if frames:
        place = chance.randrange(len(frames))
        frames[place:place] = [frames[place]] * chance.choice((1, 1, 2, 3, REPEATS_MAX))
    return frames


def splice(chance, frames, wire):
    """Frames of another session in the midst of these."""
    other: Session = chance.choice(sessions(wire))
    first = chance.randrange(len(other.frames))
    last = chance.randint(first + 1, len(other.frames))
    place = chance.randint(0, len(frames))
    frames[place:place] = other.frames[first:last]
    return frames


def join(chance, frames, wire):
    """The other half of another session."""
    other: Session = chance.choice(sessions(wire))
    mine, theirs = chance.randint(0, len(frames)), chance.randint(0, len(other.frames))
    return frames[:mine] + list(other.frames[theirs:])


def change_header(chance, frames, _wire):
    if not frames:
        return frames
    place = chance.randrange(len(frames))
    one = frames[place]
    name = chance.choice(("kind", "flags", "stream", "length", "length"))
    old = len(one.payload) if name == "length" else getattr(one, name)
    new = chance.choice((
        chance.choice(EDGES), old + chance.choice((-2, -1, 1, 2, 10)),
        old ^ 1 << chance.randrange(8), chance.randrange(20),
    ))  # fmt: skip
    frames[place] = dataclasses.replace(one, **{name: max(0, new)})
    return frames


def change_payload(chance, frames, _wire):
    """The frame's length stays true, so that the harm is found further in."""
    if frames:
        place = chance.randrange(len(frames))
        payload = chance.choice(BYTE_WAYS)(chance, frames[place].payload)
        frames[place] = dataclasses.replace(frames[place], payload=payload)
    return frames


# Bytes


def flip(chance, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8)) if found else 0):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def delete(chance, data):
    first = chance.randint(0, len(data))
    return data[:first] + data[first + chance.choice((1, 1, 2, 4, 10, 100)) :]


def insert(chance, data):
    place = chance.randint(0, len(data))
    return data[:place] + chance.randbytes(chance.choice((1, 1, 2, 4, 10, 300))) + data[place:]


def double(chance, data):
    first = chance.randint(0, len(data))
    piece = data[first : first + chance.choice((1, 2, 4, 10, 100))]
    return data[:first] + piece * chance.choice((2, 2, 3, REPEATS_MAX)) + data[first + len(piece) :]


def overwrite(chance, data):
    place = chance.randint(0, len(data))
    size = chance.choice((1, 2, 4))
    value = (chance.choice(EDGES) & (1 << 8 * size) - 1).to_bytes(size)
    return data[:place] + value + data[place + size :]


FRAME_WAYS = (
    swap, drop, repeat, splice, join, change_header, change_header, change_payload, change_payload,
    change_payload,
)  # fmt: skip
BYTE_WAYS = (flip, flip, delete, insert, double, overwrite)
