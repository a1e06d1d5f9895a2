"""Holds Messages to Google's own protobuf for Python.

    corpus.py write PROTO OUT SEED COUNT [NAME]   writes OUT/cases.bin: messages of every type of
                                                  PROTO, or of the one, COUNT made at random and as
                                                  many broken in some way
    corpus.py check PROTO OUT SEED COUNT [NAME]   reads OUT/answers.bin, what Swift made of them,
                                                  and exits with 1 if the two disagree anywhere

cases.bin is a row of (name length, name, byte length, bytes); answers.bin, in the same order, of
(1 and the message encoded anew, or 0 and the reason, each with its length). Lengths are 32 bits,
little-endian. Needs protobuf and grpcio-tools.
"""

import importlib
import struct
import sys
from collections import Counter
from pathlib import Path

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from grpc_tools import protoc

from maker import Maker, block, is_map

NAMES = {"google.protobuf.Any", "google.protobuf.Duration"}

# Where the two may differ. Each difference is counted by the name it has here.
GROUP = "a group: Python skips those of unknown number, Messages refuses all, as proto3 has none"
FIELD_0 = "field number 0: Python takes it in messages without fields, against the specification"
MAP_ENTRY = "a map entry with an unknown field: Python puts it aside, other languages read it"
NEGATIVE_0 = "-0.0 in a field without presence: libprotobuf-c takes it for 0 and leaves it out"


def message_types(proto: Path, out: Path, only: str | None):
    """The classes of every message of the .proto files and of the two they import."""
    paths = sorted(str(p.relative_to(proto)) for p in proto.rglob("*.proto"))
    stubs = out / "stubs"
    stubs.mkdir(exist_ok=True)
    include = Path(protoc.__file__).parent / "_proto"
    if protoc.main(["", f"-I{proto}", f"-I{include}", f"--python_out={stubs}", *paths]) != 0:
        sys.exit("corpus.py: the .proto files do not compile")
    # Not all of them are importable beside Google's own packages; their descriptors are enough.
    names = set(NAMES)
    pool = descriptor_pool.Default()
    for path in paths:
        load(stubs, path)
        names |= {m.full_name for m in pool.FindFileByName(path).message_types_by_name.values()}
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
            for name in sorted(names) if only in (None, name)}


def load(stubs: Path, path: str):
    source = stubs / (path.removesuffix(".proto") + "_pb2.py")
    for imported in ("google.protobuf.any_pb2", "google.protobuf.duration_pb2"):
        importlib.import_module(imported)
    sys.path.insert(0, str(stubs))
    try:
        exec(compile(source.read_text(), str(source), "exec"), {"__name__": source.stem})
    finally:
        sys.path.pop(0)


def answers(data: bytes):
    place = 0
    while place < len(data):
        accepted, length = struct.unpack_from("<BI", data, place)
        place += 5
        yield bool(accepted), data[place : place + length]
        place += length


class Comparison:
    """What the two make of the same bytes, and which of the known differences came up."""

    def __init__(self, types):
        self.types = types
        self.known = Counter()

    def disagreement(self, name: str, data: bytes, accepted: bool, answer: bytes) -> str | None:
        kind = self.types[name]
        try:
            ours = kind.FromString(data)
        except DecodeError:
            return "Python refuses it, Swift takes it" if accepted else None
        if not accepted:
            return self.refused(answer.decode())
        if has_unknown_map_entry(ours):
            self.known[MAP_ENTRY] += 1
            return None
        discard_unknown_fields(ours)
        theirs = kind.FromString(answer)
        # By their bytes, for no message with a NaN in it is equal to itself.
        if serialized(ours) == serialized(theirs):
            return None
        if forget_negative_zeros(ours) and serialized(ours) == serialized(theirs):
            self.known[NEGATIVE_0] += 1
            return None
        return f"Python reads\n{ours}\nSwift reads\n{theirs}"

    def refused(self, reason: str) -> str | None:
        name, _, problem = reason.partition(" ")
        if problem.startswith("has a group"):
            self.known[GROUP] += 1
        elif problem.startswith("has a field number outside") and not self.has_fields(name):
            self.known[FIELD_0] += 1
        else:
            return f"Python takes it, Swift says: {reason}"
        return None

    def has_fields(self, name: str) -> bool:
        return bool(descriptor_pool.Default().FindMessageTypeByName(name).fields)


def serialized(message) -> bytes:
    return message.SerializeToString(deterministic=True)


def inner(message):
    """The messages right inside a message."""
    for field, value in message.ListFields():
        if is_map(field):
            if field.message_type.fields_by_name["value"].message_type:
                yield from value.values()
        elif field.message_type:
            yield from value if field.is_repeated else [value]


def discard_unknown_fields(message, depth: int = 0):
    if depth % 50 == 0:  # Python gives up on what lies deeper than 64.
        message.DiscardUnknownFields()
    for each in inner(message):
        discard_unknown_fields(each, depth + 1)


def has_unknown_map_entry(message) -> bool:
    maps = {f.number for f in message.DESCRIPTOR.fields if is_map(f)}
    return (any(field.field_number in maps for field in UnknownFieldSet(message))
            or any(has_unknown_map_entry(each) for each in inner(message)))


def forget_negative_zeros(message) -> bool:
    """Makes 0.0 of every -0.0 that is not told apart from an absent one; True if there was any."""
    found = False
    for field, value in message.ListFields():
        if is_map(field):
            if isinstance(next(iter(value.values()), None), float):
                for key in [key for key, number in value.items() if number == 0]:
                    value[key] = 0.0
                    found = True
        elif isinstance(value, float) and value == 0 and not field.has_presence:
            message.ClearField(field.name)
            found = True
    # All of them, not only up to the first.
    return bool(sum([forget_negative_zeros(each) for each in inner(message)])) or found


def check(types, cases, out: Path) -> int:
    found = list(answers((out / "answers.bin").read_bytes()))
    if len(found) != len(cases):
        print(f"{len(cases)} cases, but {len(found)} answers")
        return 1
    comparison = Comparison(types)
    wrong = 0
    for (name, data), (accepted, answer) in zip(cases, found):
        problem = comparison.disagreement(name, data, accepted, answer)
        if problem:
            wrong += 1
            print(f"{name} {data.hex()}: {problem}")
    for difference, count in comparison.known.items():
        print(f"{count} times {difference}")
    taken = sum(accepted for accepted, _ in found)
    print(f"{len(cases)} cases: {taken} taken, {len(cases) - taken} refused, {wrong} disagreements")
    return 1 if wrong else 0


def main() -> int:
    verb, proto, out, seed, count, *only = sys.argv[1:]
    types = message_types(Path(proto), Path(out), only[0] if only else None)
    cases = list(Maker(types, int(seed)).cases(int(count)))
    if verb == "check":
        return check(types, cases, Path(out))
    (Path(out) / "cases.bin").write_bytes(
        b"".join(block(name.encode()) + block(data) for name, data in cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
