"""The Swift of each message and enum: its value and its way to and from the C structs."""

import re
import textwrap

from cside import c_case, c_prefix, c_type, oneof_name
from model import Enum, Field, File, Message, Unsupported

# Where the proto name would say too little, or too much, beside the rest of a Swift program.
RENAMED = {
    "laneway.v1.JsonSchema": "JSONSchema",
    "google.rpc.Status": "RPCStatusMessage",
    "google.protobuf.Any": "AnyMessage",
    "google.protobuf.Duration": "DurationMessage",
    "grpc.reflection.v1.ServiceResponse": "ReflectedService",
    "grpc.reflection.v1.ErrorResponse": "ReflectionErrorResponse",
}
CAPITALS = {"id", "json", "url", "http"}
KEYWORDS = {"default", "internal"}
SCALARS = {
    "DOUBLE": ("Double", "0"), "FLOAT": ("Float", "0"), "INT32": ("Int32", "0"),
    "INT64": ("Int", "0"), "UINT32": ("UInt32", "0"), "UINT64": ("UInt64", "0"),
    "FIXED32": ("UInt32", "0"), "FIXED64": ("UInt64", "0"), "SFIXED64": ("Int", "0"),
    "BOOL": ("Bool", "false"), "STRING": ("String", '""'), "BYTES": ("[UInt8]", "[]"),
}
ROWS = {"DOUBLE", "FIXED64", "INT32"}  # the numbers that may be repeated
MAPS = (["STRING", "STRING"], ["STRING", "MESSAGE"])
WIDTH = 100


def sources(files: list[File]) -> dict[str, str]:
    """Every Swift file by its name."""
    out: dict[str, str] = {}
    for file in files:
        for message in file.messages:
            refuse_unsupported(message)
        for thing in [*file.enums, *file.messages]:
            name = f"{type_name(thing)}.swift"
            if name in out:
                raise Unsupported(f"a second {name}; give {thing.full_name} a name in RENAMED")
            out[name] = source(file, thing)
    return out


def refuse_unsupported(message: Message):
    if message.nested:
        name = message.nested[0].full_name
        raise Unsupported(f"{name}: nested messages; put it beside its parent")
    for field in message.fields:
        name, kind = f"{message.full_name}.{field.name}", field.kind
        if kind == "MAP" and [f.kind for f in field.type.fields] not in MAPS:
            raise Unsupported(f"{name}: maps of anything but string to string or message")
        if field.is_row and kind not in ROWS:
            raise Unsupported(f"{name}: repeated {kind.lower()}")
        if kind not in SCALARS and field.type is None:
            raise Unsupported(f"{name}: fields of type {kind.lower()}")
    refuse_recursion(message, ())


def refuse_recursion(message: Message, above: tuple):
    """Swift values may not hold themselves, and the schema is the tightest limit on depth."""
    if message.full_name in above:
        raise Unsupported(f"{message.full_name} holds itself: {' > '.join(above)}")
    for member in message.fields:
        if isinstance(member.type, Message):
            refuse_recursion(member.type, (*above, message.full_name))


def source(file: File, thing: Message | Enum) -> str:
    if isinstance(thing, Enum):
        return opening(file) + "\n" + enum_lines(thing)
    return message_file(file, thing)


def opening(file: File) -> str:
    return f"// Written by scripts/proto from {file.path}. Change that, not this.\n"


def message_file(file: File, message: Message) -> str:
    entries = [map_entry(f.type) for f in message.fields if f.kind == "MAP"]
    return "\n".join([
        opening(file) + "\ninternal import CMessages\n", value(message), conformance(message),
        mapping(message), *entries])


# Names.

def camel(name: str, first_upper: bool = False) -> str:
    words = [w.upper() if w in CAPITALS else w.capitalize() for w in name.lower().split("_")]
    if not first_upper:
        words[0] = words[0].lower()
    return "".join(words)


def property_name(field: Field) -> str:
    return camel(field.name)


def escaped(name: str) -> str:
    return f"`{name}`" if name in KEYWORDS else name


def access(thing: Message | Enum) -> str:
    """The contract is for everyone; what the daemon says beside it is its own."""
    parts = thing.full_name.split(".")
    return "package" if "internal" in parts or parts[0] == "grpc" else "public"


def type_name(thing: Message | Enum) -> str:
    return RENAMED.get(thing.full_name, thing.name)


def oneof_type(oneof: str) -> str:
    return camel(oneof, first_upper=True)


def element_type(field: Field) -> str:
    return type_name(field.type) if field.type else SCALARS[field.kind][0]


def swift_type(field: Field) -> tuple[str, str]:
    """The type of a field outside a oneof, and what it is when it is absent."""
    if field.kind == "MAP":
        return f"[String: {element_type(field.type.fields[1])}]", "[:]"
    if field.repeated:
        return f"[{element_type(field)}]", "[]"
    if field.optional or field.kind == "MESSAGE":
        return f"{element_type(field)}?", "nil"
    if field.kind == "ENUM":
        return element_type(field), f".{case_name(field.type, field.type.values[0][0])}"
    return SCALARS[field.kind]


def properties(message: Message) -> list[tuple[str, str, str, list[str]]]:
    """Name, type, default and comment of each stored property; a oneof is one."""
    out, done = [], set()
    for field in message.fields:
        if field.oneof is None:
            out.append((property_name(field), *swift_type(field), field.comment))
        elif field.oneof not in done:
            done.add(field.oneof)
            out.append((camel(field.oneof), f"{oneof_type(field.oneof)}?", "nil",
                        message.oneofs[field.oneof]))
    return out


# Values.

def doc(comment: list[str], indent: str) -> str:
    return "".join(f"{indent}///{' ' + line if line else ''}\n" for line in comment)


def value(message: Message) -> str:
    name = type_name(message)
    stored = "".join(doc(comment, "    ") + f"    {access(message)} var {escaped(n)}: {t}\n"
                     for n, t, _, comment in properties(message))
    nested = [indented(enum_lines(e)) for e in message.enums]
    nested += [oneof_enum(message, o) for o in message.oneofs]
    parts = [p for p in [stored, initializer(message), *nested] if p]
    return (doc(message.comment, "")
            + f"{access(message)} struct {name}: Sendable, Hashable {{\n"
            + "\n".join(parts) + "}\n")


def initializer(message: Message) -> str:
    parameters = [f"{n}: {t} = {d}" for n, t, d, _ in properties(message)]
    if not parameters:
        return f"    {access(message)} init() {{}}\n"
    line = f"    {access(message)} init({', '.join(parameters)}) {{"
    if len(line) > WIDTH:
        filled = fill(parameters)
        line = f"    {access(message)} init(\n{filled}\n    ) {{"
    body = "".join(f"        self.{n} = {n}\n" for n, _, _, _ in properties(message))
    return f"    /// Fields left out are absent, zero or empty.\n{line}\n{body}    }}\n"


def fill(items: list[str]) -> str:
    lines, current = [], ""
    for n, item in enumerate(items):
        item += "," if n < len(items) - 1 else ""
        if current and len(current) + 1 + len(item) + 8 > WIDTH:
            lines.append(current)
            current = ""
        current += (" " if current else "") + item
    return "\n".join(" " * 8 + line for line in [*lines, current])


def oneof_enum(message: Message, oneof: str) -> str:
    cases = ""
    for field in message.members(oneof):
        # A payload that holds messages of its own would make every other case as large as it is.
        indirect = isinstance(field.type, Message) and any(
            isinstance(f.type, Message) for f in field.type.fields)
        cases += doc(field.comment, "        ")
        cases += (f"        {'indirect ' if indirect else ''}case {escaped(property_name(field))}"
                  f"({element_type(field)})\n")
    return (doc(message.oneofs[oneof], "    ")
            + f"    {access(message)} enum {oneof_type(oneof)}: Sendable, Hashable {{\n"
            f"{cases}    }}\n")


def case_name(enum: Enum, value_name: str) -> str:
    # OTLPSpanKind is OTLP_SPAN_KIND: capitals in a row are one word.
    words = re.sub("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", enum.name)
    prefix = words.upper() + "_"
    return camel(value_name.removeprefix(prefix))


def enum_lines(enum: Enum) -> str:
    names = [(escaped(case_name(enum, n)), number, c) for n, number, c in enum.values]
    cases = "".join(doc(c, "    ") + f"    case {n}\n" for n, _, c in names)
    reads = "".join(f"        case {number}: self = .{n.strip('`')}\n" for n, number, _ in names)
    writes = "".join(f"        case .{n.strip('`')}: {number}\n" for n, number, _ in names)
    return (
        doc(enum.comment, "")
        + f"{access(enum)} enum {enum.name}: RawRepresentable, Sendable, Hashable {{\n{cases}"
        "    /// A number this version has no name for, kept as it came.\n"
        "    case unrecognized(Int32)\n\n"
        "    /// The value of a number of the wire.\n"
        f"    {access(enum)} init(rawValue: Int32) {{\n"
        "        switch rawValue {\n"
        f"{reads}        default: self = .unrecognized(rawValue)\n        }}\n    }}\n\n"
        "    /// Its number on the wire.\n"
        f"    {access(enum)} var rawValue: Int32 {{\n        switch self {{\n"
        f"{writes}        case .unrecognized(let number): number\n        }}\n    }}\n}}\n")


def indented(text: str) -> str:
    return textwrap.indent(text, "    ", lambda line: line.strip())


# The way to and from C.

def conformance(message: Message) -> str:
    return f"""\
extension {type_name(message)}: WireMessage {{
    package static var fullName: String {{ "{message.full_name}" }}

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {{
        self = try .unpacked(from: bytes)
    }}

    package func encode(_ body: (EncodedMessage) -> Void) {{
        packed(body)
    }}
}}
"""


def mapping(message: Message) -> str:
    reads, writes = "", ""
    done = set()
    for field in message.fields:
        if field.oneof is None:
            reads += read_field(message, field)
            writes += write_field(message, field)
        elif field.oneof not in done:
            done.add(field.oneof)
            reads += read_oneof(message, field.oneof)
            writes += write_oneof(message, field.oneof)
    return broken(f"""\
extension {type_name(message)}: CBacked {{
    static var schema: UnsafePointer<WireSchema> {{
        {c_prefix(message)}__get_schema()
    }}

    init(_ c: UnsafePointer<{c_type(message)}>) {{
{reads}    }}

{fill_opening(message)}
{writes}    }}
}}
""".replace("{\n    }", "{}"))


def broken(text: str) -> str:
    """Breaks assignments that are too long where swift-format does."""
    return "\n".join(broken_line(line) for line in text.split("\n"))


def broken_line(line: str) -> str:
    if len(line) <= WIDTH or " = " not in line:
        return line
    indent = line[:len(line) - len(line.lstrip())]
    left, right = line.split(" = ", 1)
    if right.endswith(" }"):
        head, body = right.removesuffix(" }").split(" { ", 1)
        return f"{left} = {head} {{\n{indent}    {body}\n{indent}}}"
    if right.endswith(")"):
        head, inner = right.split("(", 1)
        return f"{left} = {head}(\n{indent}    {inner}"
    return f"{left} =\n{indent}    {right}"


def fill_opening(message: Message) -> str:
    parameters = f"_ c: UnsafeMutablePointer<{c_type(message)}>, in arena: inout Arena"
    line = f"    func fill({parameters}) {{"
    if len(line) <= WIDTH:
        return line
    if len(parameters) + 8 > WIDTH:
        parameters = parameters.replace(", ", ",\n        ")
    return f"    func fill(\n        {parameters}\n    ) {{"


def map_entry(entry: Message) -> str:
    kind, empty = "CMapEntry", ""
    if entry.fields[1].kind == "MESSAGE":
        name = type_name(entry.fields[1].type)
        kind, empty = "CMessageMapEntry", f"    static var empty: {name} {{ {name}() }}\n\n"
    return f"""\
extension {c_type(entry)}: {kind} {{
{empty}\
    static var schema: UnsafePointer<WireSchema> {{
        {c_prefix(entry)}__get_schema()
    }}
}}
"""


def read_field(message: Message, field: Field) -> str:
    name, c = property_name(field), f"c.pointee.{field.name}"
    if field.repeated:
        return f"        {name} = .init(c.pointee.n_{field.name}, {c})\n"
    if field.optional:
        return (f"        if c.pointee.{oneof_name(field)}_case.rawValue != 0 {{\n"
                f"            {name} = {read_scalar(field, c)}\n        }}\n")
    if field.kind == "MESSAGE":
        return f"        {name} = {c}.map {{ .init($0) }}\n"
    return f"        {name} = {read_scalar(field, c)}\n"


def read_scalar(field: Field, c: str) -> str:
    return {
        "STRING": f".init({c})", "BYTES": f".init({c})", "INT64": f"Int({c})",
        "SFIXED64": f"Int({c})", "BOOL": f"{c} != 0", "ENUM": f".init(rawValue: {c})",
    }.get(field.kind, c)


def write_field(message: Message, field: Field) -> str:
    name, c = property_name(field), f"c.pointee.{field.name}"
    if field.repeated:
        return f"        (c.pointee.n_{field.name}, {c}) = arena.store({name})\n"
    if field.optional:
        case = c_case(message, field)
        return (f"        if let {name} {{\n"
                f"            c.pointee.{oneof_name(field)}_case =\n"
                f"                {case}\n"
                f"            {c} = {write_scalar(field, name)}\n        }}\n")
    return f"        {c} = {write_scalar(field, escaped(name))}\n"


def write_scalar(field: Field, value: str) -> str:
    return {
        "STRING": f"arena.store({value})", "BYTES": f"arena.store({value})",
        "MESSAGE": f"arena.store({value})", "INT64": f"Int64({value})",
        "SFIXED64": f"Int64({value})", "BOOL": f"{value} ? 1 : 0", "ENUM": f"{value}.rawValue",
    }.get(field.kind, value)


def read_oneof(message: Message, oneof: str) -> str:
    cases = ""
    for field in message.members(oneof):
        name, c = property_name(field), f"c.pointee.{field.name}"
        read = f"{c}.map {{ .{name}(.init($0)) }}" if field.kind == "MESSAGE" else (
            f".{name}({read_scalar(field, c)})")
        cases += (f"        case {c_case(message, field)}:\n"
                  f"            {camel(oneof)} = {read}\n")
    return (f"        switch c.pointee.{oneof}_case {{\n{cases}"
            f"        default: {camel(oneof)} = nil\n        }}\n")


def write_oneof(message: Message, oneof: str) -> str:
    cases = ""
    for field in message.members(oneof):
        cases += (f"        case .{property_name(field)}(let value)?:\n"
                  f"            c.pointee.{oneof}_case = {c_case(message, field)}\n"
                  f"            c.pointee.{field.name} = {write_scalar(field, 'value')}\n")
    return f"        switch {camel(oneof)} {{\n{cases}        case nil: break\n        }}\n"
