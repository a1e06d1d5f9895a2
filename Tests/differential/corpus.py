"""Holds Messages to Google's own protobuf for Python.

    corpus.py write PROTO OUT SEED COUNT   writes OUT/cases.bin: messages of every type, COUNT made
                                           at random and as many broken in some way
    corpus.py check PROTO OUT SEED COUNT   reads OUT/answers.bin, what Swift made of them, and
                                           exits with 1 if the two disagree anywhere

cases.bin is a row of (name length, name, byte length, bytes); answers.bin, in the same order, of
(1 and the message encoded anew, or 0 and the reason, each with its length). Lengths are 32 bits,
little-endian. Needs protobuf and grpcio-tools.
"""

import importlib
import random
import struct
import sys
from pathlib import Path

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from grpc_tools import protoc

# Where the two may differ:
# - Python skips groups of unknown number; Messages refuses them all, for libprotobuf-c knows none.
# - Python takes field number 0 in messages without fields, which the specification forbids.
# - Python puts a map entry with an unknown field in it aside as unknown; other languages read it.
# - Bits past the 64th of a varint: Python drops them, and to libprotobuf-c they make a bool true.
# - -0.0 in a field without presence: libprotobuf-c takes it for 0 and leaves it out. Not made here.
ALLOWED = ["has a group", "ListModelsRequest has a field number outside"]

TEXTS = ["", "hi", "a\0b", "é☺😈", "x" * 300, "\u0000", "\uffff", "line\nline", "\U0010ffff"]
BAD_TEXTS = [b"\xff", b"a\x80", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
NUMBERS = [0, 1, -1, 127, 128, 300, 2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, -(2**63), 2**64 - 1]
REALS = [0.0, -0.0, 1.5, -1e300, float("inf"), float("nan")]
NAMES = {"google.protobuf.Any", "google.protobuf.Duration"}


def message_types(proto: Path, out: Path):
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
            for name in sorted(names)}


def load(stubs: Path, path: str):
    source = stubs / (path.removesuffix(".proto") + "_pb2.py")
    for imported in ("google.protobuf.any_pb2", "google.protobuf.duration_pb2"):
        importlib.import_module(imported)
    sys.path.insert(0, str(stubs))
    try:
        exec(compile(source.read_text(), str(source), "exec"), {"__name__": source.stem})
    finally:
        sys.path.pop(0)


class Maker:
    """Makes cases from a seed, the same every time."""

    def __init__(self, types, seed: int):
        self.types = types
        self.random = random.Random(seed)

    def cases(self, count: int):
        names = list(self.types)
        valid = [(name, self.message(name)) for name in self.picks(names, count)]
        yield from valid
        for name, data in valid:
            yield name, self.broken(name, data)

    def picks(self, names, count):
        return (names[n % len(names)] for n in range(count))

    def message(self, name: str) -> bytes:
        message = self.types[name]()
        self.fill(message)
        return message.SerializeToString(deterministic=True)

    def fill(self, message):
        for field in message.DESCRIPTOR.fields:
            if self.random.random() < 0.4:
                continue
            if field.message_type and field.message_type.GetOptions().map_entry:
                self.fill_map(getattr(message, field.name), field)
            elif field.is_repeated:
                for _ in range(self.random.randrange(4)):
                    self.add(getattr(message, field.name), field)
            elif field.message_type:
                getattr(message, field.name).SetInParent()
                self.fill(getattr(message, field.name))
            else:
                setattr(message, field.name, self.scalar(field))

    def fill_map(self, items, field):
        holds_messages = field.message_type.fields_by_name["value"].message_type
        for _ in range(self.random.randrange(4)):
            if holds_messages:
                self.fill(items[self.text()])
            else:
                items[self.text()] = self.text()

    def add(self, items, field):
        if field.message_type:
            self.fill(items.add())
        else:
            items.append(self.scalar(field))

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def scalar(self, field):
        kind = field.type
        if kind == field.TYPE_STRING:
            return self.text()
        if kind == field.TYPE_BYTES:
            return self.random.randbytes(self.random.randrange(20))
        if kind == field.TYPE_BOOL:
            return self.random.random() < 0.5
        if kind in (field.TYPE_DOUBLE, field.TYPE_FLOAT):
            keeps_zeros = field.has_presence or field.is_repeated
            return self.random.choice(REALS) if keeps_zeros else 2.5
        signed = field.cpp_type not in (field.CPPTYPE_UINT32, field.CPPTYPE_UINT64)
        bits = 64 if field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_UINT64) else 32
        least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return self.random.choice([n for n in NUMBERS if least <= n <= most])

    def broken(self, name: str, data: bytes) -> bytes:
        """Something like `data`, but rarely still what an encoder would write."""
        ways = [self.cut, self.flipped, self.spliced, self.doubled, self.with_unknown,
                self.retyped, self.with_bad_text]
        # As often as all the others, for few messages have such fields.
        ways += [self.with_packed] * (len(ways) if self.packed(name) else 0)
        for way in self.random.choices(ways, k=self.random.randint(1, 2)):
            data = way(name, data)
        return data

    def cut(self, _, data):
        return data[: self.random.randrange(len(data) + 1)]

    def flipped(self, _, data):
        changed = bytearray(data)
        for _ in range(self.random.randint(1, 3) if data else 0):
            changed[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def spliced(self, _, data):
        place = self.random.randrange(len(data) + 1)
        return data[:place] + self.random.randbytes(self.random.randint(1, 4)) + data[place:]

    def doubled(self, name, data):
        """Two messages, one behind the other, are one message: protobuf merges them."""
        return data + self.message(name)

    def with_unknown(self, _, data):
        return data + varint(self.random.randint(20, 2**29 - 1) << 3) + varint(7)

    def retyped(self, name, data):
        number = self.random.choice([f.number for f in self.fields(name)] or [1])
        wire, payload = self.random.choice(
            [(0, b"\x05"), (1, b"12345678"), (2, b"\x02hi"), (5, b"1234")])
        return varint(number << 3 | wire) + payload + data

    def with_bad_text(self, name, data):
        texts = [f.number for f in self.fields(name) if f.type == f.TYPE_STRING]
        if not texts:
            return data
        text = self.random.choice(BAD_TEXTS)
        return data + varint(self.random.choice(texts) << 3 | 2) + varint(len(text)) + text

    def with_packed(self, name, data):
        """Packed numbers in several pieces, in lengths that are not theirs, or one by one."""
        for number in self.random.choices(self.packed(name), k=self.random.randint(1, 3)):
            row = self.random.randbytes(self.random.choice([0, 8, 8, 16, 24, 80, 7, 12]))
            one_by_one = b"".join(
                varint(number << 3 | 1) + row[n : n + 8] for n in range(0, len(row), 8))
            whole = varint(number << 3 | 2) + varint(len(row)) + row
            data += self.random.choice([whole, one_by_one])
        return data

    def packed(self, name):
        return [f.number for f in self.fields(name) if f.is_packed]

    def fields(self, name):
        return self.types[name].DESCRIPTOR.fields


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def block(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def answers(data: bytes):
    place = 0
    while place < len(data):
        accepted, length = struct.unpack_from("<BI", data, place)
        place += 5
        yield bool(accepted), data[place : place + length]
        place += length


def disagreement(kind, data: bytes, accepted: bool, answer: bytes) -> str | None:
    try:
        ours = kind.FromString(data)
    except DecodeError:
        return "Python refuses it, Swift takes it" if accepted else None
    if not accepted:
        reason = answer.decode()
        allowed = any(difference in reason for difference in ALLOWED)
        return None if allowed else f"Python takes it, Swift says: {reason}"
    if has_unknown_map_entry(ours):
        return None
    ours.DiscardUnknownFields()
    theirs = kind.FromString(answer)
    # Compared by their bytes, for no message with a NaN in it is equal to itself.
    if ours.SerializeToString(deterministic=True) != theirs.SerializeToString(deterministic=True):
        return f"Python reads\n{ours}\nSwift reads\n{theirs}"
    return None


def has_unknown_map_entry(message) -> bool:
    maps = {f.number for f in message.DESCRIPTOR.fields
            if f.message_type and f.message_type.GetOptions().map_entry}
    return any(field.field_number in maps for field in UnknownFieldSet(message))


def check(types, cases, out: Path) -> int:
    found = list(answers((out / "answers.bin").read_bytes()))
    if len(found) != len(cases):
        print(f"{len(cases)} cases, but {len(found)} answers")
        return 1
    wrong = 0
    for (name, data), (accepted, answer) in zip(cases, found):
        problem = disagreement(types[name], data, accepted, answer)
        if problem:
            wrong += 1
            print(f"{name} {data.hex()}: {problem}")
    taken = sum(accepted for accepted, _ in found)
    print(f"{len(cases)} cases: {taken} taken, {len(cases) - taken} refused, {wrong} disagreements")
    return 1 if wrong else 0


def main() -> int:
    verb, proto, out, seed, count = sys.argv[1:]
    types = message_types(Path(proto), Path(out))
    cases = list(Maker(types, int(seed)).cases(int(count)))
    if verb == "check":
        return check(types, cases, Path(out))
    (Path(out) / "cases.bin").write_bytes(
        b"".join(block(name.encode()) + block(data) for name, data in cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
