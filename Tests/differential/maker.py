"""Makes messages from their descriptors and a seed: sound ones, and ones that are broken somehow."""

import random
import struct

TEXTS = ["", "hi", "a\0b", "é☺😈", "x" * 300, "\u0000", "\uffff", "line\nline", "\U0010ffff"]
BAD_TEXTS = [b"\xff", b"a\x80", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
NUMBERS = [0, 1, -1, 127, 128, 300, 2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, -(2**63), 2**64 - 1]
REALS = [0.0, -0.0, 1.5, -1e300, float("inf"), float("nan")]

# Messages inside each other: those that are made at random, and those of one deep message.
DEPTH_MAX = 7
DEPTHS = [98, 99, 100, 101, 102, 500]
# Of a message with more fields than this a part is filled, some other part each time.
FIELDS_ABOUT = 12


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

    # Sound messages.

    def message(self, name: str) -> bytes:
        message = self.types[name]()
        self.fill(message)
        return message.SerializeToString(deterministic=True)

    def fill(self, message, depth: int = 0):
        fields = message.DESCRIPTOR.fields
        chance = min(0.6, FIELDS_ABOUT / max(len(fields), 1))
        for field in fields:
            if self.random.random() > chance or (field.message_type and depth == DEPTH_MAX):
                continue
            if is_map(field):
                self.fill_map(getattr(message, field.name), field, depth)
            elif field.is_repeated:
                for _ in range(self.random.randrange(4)):
                    self.add(getattr(message, field.name), field, depth)
            elif field.message_type:
                getattr(message, field.name).SetInParent()
                self.fill(getattr(message, field.name), depth + 1)
            else:
                setattr(message, field.name, self.scalar(field))

    def fill_map(self, items, field, depth):
        key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
        for _ in range(self.random.randrange(4)):
            if value.message_type:
                self.fill(items[self.scalar(key)], depth + 1)
            else:
                items[self.scalar(key)] = self.scalar(value)

    def add(self, items, field, depth):
        if field.message_type:
            self.fill(items.add(), depth + 1)
        else:
            items.append(self.scalar(field))

    def scalar(self, field):
        kind = field.type
        if kind == field.TYPE_STRING:
            return self.random.choice(TEXTS)
        if kind == field.TYPE_BYTES:
            return self.random.randbytes(self.random.randrange(20))
        if kind == field.TYPE_BOOL:
            return self.random.random() < 0.5
        if kind in (field.TYPE_DOUBLE, field.TYPE_FLOAT):
            return self.random.choice(REALS)
        signed = field.cpp_type not in (field.CPPTYPE_UINT32, field.CPPTYPE_UINT64)
        bits = 64 if field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_UINT64) else 32
        least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return self.random.choice([n for n in NUMBERS if least <= n <= most])

    # Broken ones.

    def broken(self, name: str, data: bytes) -> bytes:
        """Something like `data`, but rarely still what an encoder would write."""
        ways = [self.cut, self.flipped, self.spliced, self.doubled, self.with_unknown,
                self.with_group, self.retyped, self.with_bad_text, self.with_long_varint]
        # As often as all the others, for few messages have such fields.
        ways += [self.with_row] * (len(ways) if self.rows(name) else 0)
        ways += [self.deepened] if self.recursive(name) else []
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

    def with_group(self, _, data):
        number = self.random.randint(20, 2**29 - 1)
        return data + varint(number << 3 | 3) + varint(number << 3 | 4)

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

    def with_long_varint(self, name, data):
        """A number in more bytes than it needs, and perhaps in more bits than there are."""
        numbers = [f.number for f in self.fields(name) if not f.is_repeated and is_varint(f)]
        if not numbers:
            return data
        low = self.random.choice([0, 1, 0x7F])
        last = self.random.choice([0, 1, 2, 0x7E, 0x7F])
        return (data + varint(self.random.choice(numbers) << 3)
                + bytes([low | 0x80] + [0x80] * 8 + [last]))

    def with_row(self, name, data):
        """Repeated numbers in several pieces, in lengths that are not theirs, or one by one."""
        for field in self.random.choices(self.rows(name), k=self.random.randint(1, 3)):
            number = field.number
            wire, items = self.row(field)
            row = b"".join(items)
            if self.random.random() < 0.3:
                row = self.cut(name, row)
            one_by_one = b"".join(varint(number << 3 | wire) + item for item in items)
            whole = varint(number << 3 | 2) + varint(len(row)) + row
            data += self.random.choice([whole, one_by_one])
        return data

    def row(self, field):
        """The wire type of a field's numbers, and the bytes of a few of them."""
        count = self.random.choice([0, 1, 1, 2, 3, 10])
        if is_varint(field):
            return 0, [varint(self.random.choice(NUMBERS) % 2**64) for _ in range(count)]
        wide = field.type in (field.TYPE_DOUBLE, field.TYPE_FIXED64, field.TYPE_SFIXED64)
        return 1 if wide else 5, [self.random.randbytes(8 if wide else 4) for _ in range(count)]

    def deepened(self, name, data):
        """The message inside itself so many times that a decoder may have enough of it."""
        number = self.random.choice(self.recursive(name))
        for _ in range(self.random.choice(DEPTHS)):
            data = varint(number << 3 | 2) + varint(len(data)) + data
        return data

    # What a message has.

    def rows(self, name):
        return [f for f in self.fields(name)
                if f.is_repeated and f.cpp_type not in (f.CPPTYPE_STRING, f.CPPTYPE_MESSAGE)]

    def recursive(self, name):
        return [f.number for f in self.fields(name)
                if f.message_type and f.message_type.full_name == name]

    def fields(self, name):
        return self.types[name].DESCRIPTOR.fields


def is_map(field) -> bool:
    return bool(field.message_type and field.message_type.GetOptions().map_entry)


def is_varint(field) -> bool:
    fixed = (field.TYPE_FIXED32, field.TYPE_FIXED64, field.TYPE_SFIXED32, field.TYPE_SFIXED64)
    return field.type not in fixed and field.cpp_type in (
        field.CPPTYPE_INT32, field.CPPTYPE_INT64, field.CPPTYPE_UINT32, field.CPPTYPE_UINT64,
        field.CPPTYPE_BOOL, field.CPPTYPE_ENUM)


def varint(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def block(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
