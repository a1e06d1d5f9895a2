"""Writes what is made from .proto files.

    protogen PROTO OUT                everything made from proto/, as it lies below Sources/
    protogen --tables ROOT OUT FILE…  of other files and what they import, as includes name them,
                                      only the C: protoc-c's, and the schema tables
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import cside
import described
import model
import swiftside


def main(proto: Path, out: Path):
    wellknown = Path(__file__).parent / "wellknown"
    paths = sorted(str(p.relative_to(proto)) for p in proto.rglob("*.proto"))
    files = model.load([proto, wellknown], paths)
    files.sort(key=lambda file: file.path)

    write_c(files, out / "CMessages")
    write(out / "CMessages" / "include" / "module.modulemap", module_map(files))
    write(out / "CMessages" / "include" / "described_files.h", described.HEADER)
    write(out / "CMessages" / "described_files.c", described.source([proto, wellknown], paths))
    for name, text in swiftside.sources(files).items():
        write(out / "Messages" / "Generated" / name, text)


def write_c(files: list[model.File], out: Path):
    include = out / "include"
    include.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            write(Path(folder) / file.path, cside.rewritten(file))
        subprocess.run(
            ["protoc-c", f"-I{folder}", "-I/usr/include", f"--c_out={include}",
             *[file.path for file in files]], check=True)
    for source in include.rglob("*.pb-c.c"):
        target = out / source.relative_to(include)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    write(include / "wire_schema.h", cside.schema_header(files))
    write(out / "wire_schema.c", cside.schema_source(files))


def tables(root: Path, out: Path, *paths: str):
    write_c(model.load([root], list(paths)), out)


def module_map(files: list[model.File]) -> str:
    headers = ["wire_schema.h", "described_files.h", *[cside.header(file) for file in files]]
    lines = "".join(f'    header "{header}"\n' for header in headers)
    return f"module CMessages {{\n{lines}    export *\n}}\n"


def write(path: Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "--tables":
            tables(Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
        else:
            main(Path(sys.argv[1]), Path(sys.argv[2]))
    except model.Unsupported as problem:
        sys.exit(f"scripts/proto writes no code for {problem}")
