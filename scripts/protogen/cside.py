"""What the C compiler gets: .proto files rewritten for protoc-c, and the schema tables.

protoc-c 1.4.1 refuses proto3 `optional`, reads `string` as text that ends at the first NUL and
enums as closed. The rewritten copy therefore has one-member oneofs, bytes and int32 in their place,
all of which have the same wire form. What that loses, above all which bytes are text, goes into the
schema tables, which Messages scans every message by before libprotobuf-c sees it.
"""

from model import Field, File, Message

SLOTS_MAX = 63  # bits of the scanner's set of what it has seen


def oneof_name(field: Field) -> str | None:
    return f"has_{field.name}" if field.optional else field.oneof


def rewritten(file: File) -> str:
    lines = ['syntax = "proto3";', f"package {file.package};",
             'import "protobuf-c/protobuf-c.proto";',
             "option (pb_c_file).gen_pack_helpers = false;"]
    messages = with_map_entries(file.all_messages)
    imports = {f.type.file for m in messages for f in m.fields if isinstance(f.type, Message)}
    lines += [f'import "{path}";' for path in sorted(imports - {file.path})]
    for message in messages:
        lines.append(f"message {c_message_name(message)} {{")
        lines += [line for group in groups(message) for line in group]
        lines.append("}")
    return "\n".join(lines) + "\n"


def with_map_entries(messages: list[Message]) -> list[Message]:
    """Maps are repeated entries to C, and all messages stand beside each other."""
    entries = [f.type for m in messages for f in m.fields if f.kind == "MAP"]
    return messages + entries


def c_message_name(message: Message) -> str:
    return c_message_name(message.parent) + message.name if message.parent else message.name


def groups(message: Message):
    done = set()
    for field in message.fields:
        name = oneof_name(field)
        if name is None:
            yield [f"  {declaration(field)}"]
        elif name not in done:
            done.add(name)
            members = [f for f in message.fields if oneof_name(f) == name]
            yield [f"  oneof {name} {{", *(f"    {declaration(f)}" for f in members), "  }"]


def declaration(field: Field) -> str:
    kind = {"STRING": "bytes", "ENUM": "int32"}.get(field.kind, field.kind.lower())
    if isinstance(field.type, Message):
        kind = f".{package_of(field.type)}.{c_message_name(field.type)}"
    # Said outright, so that no default of protoc-c's decides.
    options = f" [packed = {str(field.packed).lower()}]" if field.is_row else ""
    label = "repeated " if field.repeated else ""
    return f"{label}{kind} {field.name} = {field.number}{options};"


def package_of(message: Message) -> str:
    if message.parent:
        return package_of(message.parent)
    return message.full_name.rsplit(".", 1)[0]


# The names protoc-c gives.

def c_type(message: Message) -> str:
    package = "__".join(part.capitalize() for part in package_of(message).split("."))
    return f"{package}__{c_message_name(message)}"


def snake(name: str) -> str:
    out = ""
    for before, letter in zip(" " + name, name):
        out += ("_" if letter.isupper() and not before.isupper() and out else "") + letter.lower()
    return out


def c_prefix(message: Message) -> str:
    return "__".join([*package_of(message).split("."), snake(c_message_name(message))])


def c_case(message: Message, field: Field) -> str:
    """The constant that says that `field` is the one set of its oneof."""
    prefix = "__".join([*package_of(message).split("."), snake(c_message_name(message))])
    return f"{prefix}__{oneof_name(field)}_{field.name}".upper()


# The schema tables.

KINDS = {
    "STRING": "WIRE_TEXT", "BYTES": "WIRE_BYTES", "MESSAGE": "WIRE_MESSAGE", "MAP": "WIRE_MESSAGE",
    "DOUBLE": "WIRE_FIXED64", "FIXED64": "WIRE_FIXED64", "SFIXED64": "WIRE_FIXED64",
    "FLOAT": "WIRE_FIXED32", "FIXED32": "WIRE_FIXED32", "SFIXED32": "WIRE_FIXED32",
}
ROW_KINDS = {"WIRE_FIXED32": "WIRE_PACKED32", "WIRE_FIXED64": "WIRE_PACKED64",
             "WIRE_VARINT": "WIRE_PACKED_VARINT"}

SCHEMA_HEADER = """\
// Written by scripts/proto from proto/. Change that, not this.
//
// What the scan before libprotobuf-c knows of each message.
#ifndef LANEWAY_WIRE_SCHEMA_H
#define LANEWAY_WIRE_SCHEMA_H

#include <protobuf-c/protobuf-c.h>

// What a field holds. WIRE_UNKNOWN is a number no field has, WIRE_PACKED32 a row of 32-bit numbers,
// WIRE_PACKED64 one of 64-bit numbers, WIRE_PACKED_VARINT one of varints.
enum WireKind {
    WIRE_UNKNOWN, WIRE_VARINT, WIRE_FIXED32, WIRE_FIXED64, WIRE_BYTES, WIRE_TEXT, WIRE_MESSAGE,
    WIRE_PACKED32, WIRE_PACKED64, WIRE_PACKED_VARINT
};

struct WireSchema;

struct WireField {
    const char *name;
    // The message of a WIRE_MESSAGE.
    const struct WireSchema *schema;
    uint8_t kind;
    // Fields of one slot replace each other: the members of a oneof, or the occurrences of a
    // singular message. 0 is no slot.
    uint8_t slot;
};

struct WireSchema {
    const char *name;
    const ProtobufCMessageDescriptor *descriptor;
    // By field number, from 0.
    const struct WireField *fields;
    uint32_t field_count;
};

"""


def schema_header(files: list[File]) -> str:
    names = "".join(f"extern const struct WireSchema {c_prefix(m)}__schema;\n"
                    for m in all_messages(files))
    getters = "".join(
        f"static inline const struct WireSchema *{c_prefix(m)}__get_schema(void) {{\n"
        f"    return &{c_prefix(m)}__schema;\n}}\n" for m in all_messages(files))
    return SCHEMA_HEADER + names + "\n" + getters + "\n#endif\n"


def schema_source(files: list[File]) -> str:
    includes = "".join(f'#include "{header(f)}"\n' for f in files)
    tables = "\n".join(table(m) for m in all_messages(files))
    return ("// Written by scripts/proto from proto/. Change that, not this.\n"
            f'#include "wire_schema.h"\n{includes}\n{tables}')


def all_messages(files: list[File]) -> list[Message]:
    return [m for f in files for m in with_map_entries(f.all_messages)]


def header(file: File) -> str:
    return file.path.removesuffix(".proto") + ".pb-c.h"


def table(message: Message) -> str:
    slots = slots_of(message)
    rows = "".join(
        f'    [{f.number}] = {{"{f.name}", {schema_of(f)}, {wire_kind(f)}, '
        f"{slots.get(f.name, 0)}}},\n" for f in message.fields)
    count = max((f.number for f in message.fields), default=0) + 1
    prefix = c_prefix(message)
    return (f"static const struct WireField {prefix}__fields[{count}] = {{\n{rows}}};\n"
            f"const struct WireSchema {prefix}__schema = {{\n"
            f'    "{message.full_name}",\n    &{prefix}__descriptor,\n    {prefix}__fields,\n'
            f"    {count},\n}};\n")


def wire_kind(field: Field) -> str:
    kind = KINDS.get(field.kind, "WIRE_VARINT")
    return ROW_KINDS[kind] if field.is_row else kind


def schema_of(field: Field) -> str:
    return f"&{c_prefix(field.type)}__schema" if isinstance(field.type, Message) else "0"


def slots_of(message: Message) -> dict[str, int]:
    """The slot of every field that has one, by name."""
    keys = {f.name: oneof_name(f) or f.name for f in message.fields
            if oneof_name(f) or (f.kind == "MESSAGE" and not f.repeated)}
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys.values()), start=1)}
    assert len(numbers) <= SLOTS_MAX, f"{message.full_name} has more than {SLOTS_MAX} slots"
    return {name: numbers[key] for name, key in keys.items()}
