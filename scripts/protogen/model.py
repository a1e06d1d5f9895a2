"""What the .proto files say, as a few small classes.

protoc compiles the files to a FileDescriptorSet and prints it as text, which this module reads; so
no protobuf library for Python is needed, only protoc and its own descriptor.proto.
"""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# Paths in SourceCodeInfo are field numbers of descriptor.proto.
FILE_MESSAGE, FILE_ENUM = 4, 5
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, MESSAGE_ONEOF = 2, 3, 4, 8
ENUM_VALUE = 2

NOT_NUMBERS = {"STRING", "BYTES", "MESSAGE", "MAP", "GROUP"}


class Unsupported(Exception):
    """A .proto file uses something the generators do not write code for."""


@dataclass
class Field:
    name: str
    number: int
    kind: str  # as descriptor.proto has it without TYPE_, or MAP
    repeated: bool = False
    optional: bool = False  # proto3 `optional`
    unpacked: bool = False  # `[packed = false]`
    oneof: str | None = None
    type: object = None  # the Message or Enum of a field of that kind
    comment: list[str] = field(default_factory=list)

    @property
    def is_row(self) -> bool:
        """True for repeated numbers, which come packed or one by one."""
        return self.repeated and self.kind not in NOT_NUMBERS

    @property
    def packed(self) -> bool:
        return self.is_row and not self.unpacked


@dataclass
class Enum:
    name: str
    full_name: str
    parent: "Message | None"
    values: list[tuple[str, int, list[str]]]
    comment: list[str]
    file: str


@dataclass
class Message:
    name: str
    full_name: str
    parent: "Message | None"
    file: str
    comment: list[str]
    fields: list[Field] = field(default_factory=list)
    oneofs: dict[str, list[str]] = field(default_factory=dict)  # name to comment
    enums: list[Enum] = field(default_factory=list)
    nested: list["Message"] = field(default_factory=list)  # the entries of maps left out
    is_map_entry: bool = False

    def members(self, oneof):
        return [f for f in self.fields if f.oneof == oneof]


@dataclass
class File:
    path: str
    package: str
    messages: list[Message]
    enums: list[Enum]

    @property
    def all_messages(self) -> list[Message]:
        """Nested ones behind the one they are nested in."""
        return [m for top in self.messages for m in with_nested(top)]


def with_nested(message: Message):
    yield message
    for nested in message.nested:
        yield from with_nested(nested)


def load(roots: list[Path], paths: list[str]) -> list[File]:
    """Every file of `paths` and what they import, imports first."""
    includes = [f"-I{root}" for root in roots]
    compiled = subprocess.run(
        ["protoc", *includes, "--include_imports", "--include_source_info",
         "--descriptor_set_out=/dev/stdout", *paths],
        check=True, stdout=subprocess.PIPE).stdout
    text = subprocess.run(
        ["protoc", "--decode=google.protobuf.FileDescriptorSet",
         "google/protobuf/descriptor.proto"],
        input=compiled, check=True, stdout=subprocess.PIPE).stdout.decode()
    return Linker().files(parse_text(text)["file"])


def parse_text(text: str) -> dict:
    """Reads protobuf's text format, as far as protoc prints it: every value a list."""
    top: dict = {}
    stack = [top]
    for line in text.splitlines():
        line = line.strip()
        if line.endswith("{"):
            child: dict = {}
            stack[-1].setdefault(line[:-1].strip(), []).append(child)
            stack.append(child)
        elif line == "}":
            stack.pop()
        elif line:
            key, value = line.split(": ", 1)
            if value.startswith('"'):
                value = value[1:-1].encode().decode("unicode_escape").encode("latin-1").decode()
            stack[-1].setdefault(key, []).append(value)
    return top


class Linker:
    """Turns parsed descriptors into the classes above and resolves the types fields name."""

    def __init__(self):
        self.types: dict[str, Message | Enum] = {}

    def files(self, parsed: list[dict]) -> list[File]:
        return [self.file(entry) for entry in parsed]

    def file(self, entry: dict) -> File:
        self.path, self.package = entry["name"][0], entry["package"][0]
        self.comments = {
            tuple(int(step) for step in location.get("path", [])):
                [line.strip() for line in location["leading_comments"][0].splitlines()]
            for location in entry["source_code_info"][0]["location"]
            if "leading_comments" in location
        }
        pending: list[tuple[Message, dict, tuple]] = []
        enums = [self.enum(e, None, (FILE_ENUM, i))
                 for i, e in enumerate(entry.get("enum_type", []))]
        tops = [self.message(m, None, (FILE_MESSAGE, i), pending)
                for i, m in enumerate(entry.get("message_type", []))]
        for message, descriptor, path in pending:
            self.add_fields(message, descriptor, path)
        return File(self.path, self.package, tops, enums)

    def full_name(self, parent: Message | None, name: str) -> str:
        return f"{parent.full_name if parent else self.package}.{name}"

    def enum(self, entry: dict, parent: Message | None, path: tuple) -> Enum:
        name = entry["name"][0]
        values = [(v["name"][0], int(v["number"][0]), self.comment(*path, ENUM_VALUE, i))
                  for i, v in enumerate(entry["value"])]
        enum = Enum(name, self.full_name(parent, name), parent, values, self.comment(*path),
                    self.path)
        self.types["." + enum.full_name] = enum
        return enum

    def message(self, entry: dict, parent: Message | None, path: tuple, pending: list) -> Message:
        name = entry["name"][0]
        message = Message(name, self.full_name(parent, name), parent, self.path,
                          self.comment(*path))
        message.is_map_entry = entry.get("options", [{}])[0].get("map_entry") == ["true"]
        self.types["." + message.full_name] = message
        for i, nested in enumerate(entry.get("nested_type", [])):
            child = self.message(nested, message, (*path, MESSAGE_NESTED, i), pending)
            if not child.is_map_entry:
                message.nested.append(child)
        message.enums = [self.enum(e, message, (*path, MESSAGE_ENUM, i))
                         for i, e in enumerate(entry.get("enum_type", []))]
        pending.append((message, entry, path))
        return message

    def add_fields(self, message: Message, entry: dict, path: tuple):
        oneofs = [o["name"][0] for o in entry.get("oneof_decl", [])]
        for i, descriptor in enumerate(entry.get("field", [])):
            made = self.field(descriptor, oneofs, f"{message.full_name}.{descriptor['name'][0]}")
            made.comment = self.comment(*path, MESSAGE_FIELD, i)
            message.fields.append(made)
        message.oneofs = {name: self.comment(*path, MESSAGE_ONEOF, i)
                          for i, name in enumerate(oneofs) if message.members(name)}

    def field(self, entry: dict, oneofs: list[str], full_name: str) -> Field:
        made = Field(entry["name"][0], int(entry["number"][0]),
                     entry["type"][0].removeprefix("TYPE_"),
                     repeated=entry["label"] == ["LABEL_REPEATED"],
                     optional=entry.get("proto3_optional") == ["true"],
                     unpacked=entry.get("options", [{}])[0].get("packed") == ["false"])
        if made.kind == "GROUP":
            raise Unsupported(f"{full_name}: groups")
        if made.kind in ("ENUM", "MESSAGE"):
            made.type = self.types[entry["type_name"][0]]
        if isinstance(made.type, Message) and made.type.is_map_entry:
            made.kind = "MAP"
        if "oneof_index" in entry and not made.optional:
            made.oneof = oneofs[int(entry["oneof_index"][0])]
        return made

    def comment(self, *path: int) -> list[str]:
        return self.comments.get(path, [])
