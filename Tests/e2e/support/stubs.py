"""The Python stubs of proto/laneway/v1, made anew where proto/ has changed."""

from __future__ import annotations

import hashlib
import pathlib
import sys

import grpc_tools
from grpc_tools import protoc

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
PROTO = CHECKOUT / "proto"


def _made() -> pathlib.Path:
    files = sorted(PROTO.glob("laneway/v1/*.proto"))
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]
    folder = CHECKOUT / ".build" / f"python-stubs-{digest}"
    if (folder / "laneway").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    wellknown = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    status = protoc.main(
        ["protoc", f"-I{PROTO}", f"-I{wellknown}"]
        + [f"--python_out={folder}", f"--grpc_python_out={folder}"]
        + [str(file.relative_to(PROTO)) for file in files]
    )
    assert status == 0, "protoc refused proto/laneway/v1"
    return folder


sys.path.insert(0, str(_made()))

from laneway.v1 import call_info_pb2 as call_info  # noqa: E402
from laneway.v1 import lane_admin_pb2 as lane_admin  # noqa: E402
from laneway.v1 import lane_admin_pb2_grpc as lane_admin_services  # noqa: E402
from laneway.v1 import laneway_pb2 as messages  # noqa: E402
from laneway.v1 import laneway_pb2_grpc as services  # noqa: E402
from laneway.v1 import models_pb2 as models  # noqa: E402
from laneway.v1 import models_pb2_grpc as models_services  # noqa: E402

__all__ = [
    "call_info", "lane_admin", "lane_admin_services", "messages", "models", "models_services",
    "services",
]  # fmt: skip
