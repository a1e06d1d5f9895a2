"""What reflection gives out: the .proto files of the contract in compiled form, as C.

Beside the bytes of each file stands what it declares, so that nobody has to read them to find one.
"""

import subprocess
import tempfile
from pathlib import Path

from model import parse_text

# Packages that are made from another: the older name of a protocol that has not changed since.
OLDER = {"grpc.reflection.v1": "grpc.reflection.v1alpha"}

HEADER = """\
// Written by scripts/proto from proto/. Change that, not this.
//
// The files that reflection gives out, and what each declares.
#ifndef LANEWAY_DESCRIBED_FILES_H
#define LANEWAY_DESCRIBED_FILES_H

#include <stddef.h>
#include <stdint.h>

// Each list ends with a null pointer.
struct DescribedFile {
    // As imports name it.
    const char *name;
    // A serialized google.protobuf.FileDescriptorProto.
    const uint8_t *bytes;
    size_t byte_count;
    const char *const *imports;
    // Full names.
    const char *const *services;
    const char *const *messages;
    // All others: methods, fields, oneofs, enums and their values.
    const char *const *members;
};

// Ends with a file whose name is a null pointer.
extern const struct DescribedFile described_files[];

static inline const struct DescribedFile *get_described_files(void) {
    return described_files;
}

#endif
"""


def source(roots: list[Path], paths: list[str]) -> str:
    """The C of all public files of `paths` and what they import, imports first."""
    public = [path for path in paths if "internal" not in Path(path).parts]
    with tempfile.TemporaryDirectory() as folder:
        for path in public:
            write_older(Path(folder), path, (roots[0] / path).read_text())
        older = [str(p.relative_to(folder)) for p in sorted(Path(folder).rglob("*.proto"))]
        compiled = compile_files([Path(folder), *roots], public + older)
    described = [(decoded(each), each) for each in split(compiled)]
    tables = "".join(tables_of(n, file, data) for n, (file, data) in enumerate(described))
    rows = "".join(row(n, file, data) for n, (file, data) in enumerate(described))
    return ("// Written by scripts/proto from proto/. Change that, not this.\n"
            f'#include "described_files.h"\n\n{tables}'
            f"const struct DescribedFile described_files[] = {{\n{rows}    {{0}},\n}};\n")


def write_older(folder: Path, path: str, text: str):
    for package, older in OLDER.items():
        if f"\npackage {package};\n" in text:
            target = folder / path.replace(package.replace(".", "/"), older.replace(".", "/"))
            target.parent.mkdir(parents=True)
            target.write_text(text.replace(f"\npackage {package};\n", f"\npackage {older};\n"))


def compile_files(roots: list[Path], paths: list[str]) -> bytes:
    return subprocess.run(
        ["protoc", *[f"-I{root}" for root in roots], "--include_imports",
         "--descriptor_set_out=/dev/stdout", *paths],
        check=True, stdout=subprocess.PIPE).stdout


def split(files: bytes) -> list[bytes]:
    """The members of a FileDescriptorSet: its only field, number 1, is repeated."""
    out, place = [], 0
    while place < len(files):
        assert files[place] == 1 << 3 | 2, "a FileDescriptorSet has a second field"
        place, shift, length = place + 1, 0, 0
        while True:
            length |= (files[place] & 0x7F) << shift
            place, shift = place + 1, shift + 7
            if files[place - 1] < 0x80:
                break
        out.append(files[place:place + length])
        place += length
    return out


def decoded(file: bytes) -> dict:
    text = subprocess.run(
        ["protoc", "--decode=google.protobuf.FileDescriptorProto",
         "google/protobuf/descriptor.proto"],
        input=file, check=True, stdout=subprocess.PIPE).stdout.decode()
    return parse_text(text)


# What a file declares.

def services(file: dict) -> list[str]:
    return [f"{file['package'][0]}.{s['name'][0]}" for s in file.get("service", [])]


def messages(file: dict) -> list[str]:
    return [name for name, _ in named_messages(file.get("message_type", []), file["package"][0])]


def named_messages(entries: list[dict], scope: str):
    for entry in entries:
        name = f"{scope}.{entry['name'][0]}"
        yield name, entry
        yield from named_messages(entry.get("nested_type", []), name)


def members(file: dict) -> list[str]:
    package = file["package"][0]
    out = [f"{package}.{s['name'][0]}.{m['name'][0]}"
           for s in file.get("service", []) for m in s.get("method", [])]
    out += enum_names(file.get("enum_type", []), package)
    for name, entry in named_messages(file.get("message_type", []), package):
        # The oneof behind a proto3 `optional` begins with an underscore: nobody wrote it.
        out += [f"{name}.{member['name'][0]}"
                for member in [*entry.get("field", []), *entry.get("oneof_decl", [])]
                if not member["name"][0].startswith("_")]
        out += enum_names(entry.get("enum_type", []), name)
    return out


def enum_names(entries: list[dict], scope: str) -> list[str]:
    """Enums, and their values, which are named as if they stood beside them."""
    return [f"{scope}.{thing['name'][0]}"
            for entry in entries for thing in [entry, *entry["value"]]]


# The C.

def tables_of(n: int, file: dict, data: bytes) -> str:
    rows = [", ".join(f"0x{byte:02x}" for byte in data[start:start + 16])
            for start in range(0, len(data), 16)]
    hexed = "".join(f"    {line},\n" for line in rows)
    return (f"static const uint8_t file{n}_bytes[] = {{\n{hexed}}};\n"
            + names_table(f"file{n}_imports", file.get("dependency", []))
            + names_table(f"file{n}_services", services(file))
            + names_table(f"file{n}_messages", messages(file))
            + names_table(f"file{n}_members", members(file)) + "\n")


def names_table(name: str, names: list[str]) -> str:
    rows = "".join(f'    "{each}",\n' for each in names)
    return f"static const char *const {name}[] = {{\n{rows}    0,\n}};\n"


def row(n: int, file: dict, data: bytes) -> str:
    return (f'    {{"{file["name"][0]}", file{n}_bytes, {len(data)}, file{n}_imports,\n'
            f"     file{n}_services, file{n}_messages, file{n}_members}},\n")
