"""grpcurl and buf curl, which know of the daemon only what its reflection tells them."""

import base64
import json
import pathlib
import re
import shlex
import subprocess
import sys

import pytest
from google.rpc import error_details_pb2

from support import daemon as daemons

BIN = pathlib.Path(sys.executable).parent
ASK = json.dumps({
    "model": "builtin/echo",
    "messages": [{"role": "ROLE_USER", "parts": [{"text": {"text": "one two three"}}]}],
})
UNKNOWN = json.dumps({"model": "nosuch/model", "messages": json.loads(ASK)["messages"]})


def run(program: str, *arguments: str) -> subprocess.CompletedProcess:
    path = BIN / program
    if not path.exists():
        pytest.skip(f"{path} is not installed; scripts/venv tests installs it")
    return subprocess.run(
        [path, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def values(text: str) -> list:
    """The JSON values of a text, one behind the other."""
    decoder, out, place = json.JSONDecoder(), [], 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        value, place = decoder.raw_decode(text, place)
        out.append(value)
    return out


def words(events: list) -> str:
    return "".join(event.get("text", "") for event in events)


class Grpcurl:
    name = "grpcurl"

    def __init__(self, daemon) -> None:
        self.socket = daemon.socket

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        options = [a for a in arguments if a.startswith("-") or a.startswith("{")]
        words = [a for a in arguments if a not in options]
        return run("grpcurl", "-plaintext", "-unix", *options, self.socket, *words)

    def call(self, method: str, data: str = "{}") -> subprocess.CompletedProcess:
        return self.run("-d", data, method)

    def reason(self, failed: subprocess.CompletedProcess) -> str:
        """Of its ErrorInfo, which grpcurl decodes by what reflection told of it."""
        return re.search(r'"reason":\s*"(\w+)"', failed.stderr)[1]


class Buf:
    name = "buf"

    def __init__(self, daemon) -> None:
        self.socket = daemon.socket

    def call(self, method: str, data: str = "{}") -> subprocess.CompletedProcess:
        return run(
            "buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--unix-socket",
            self.socket, "--data", data, f"http://localhost/{method}",
        )

    def reason(self, failed: subprocess.CompletedProcess) -> str:
        """Of its ErrorInfo, which buf prints as it came."""
        details = json.loads(failed.stderr)["details"]
        (data,) = (d["value"] for d in details if d["type"] == "google.rpc.ErrorInfo")
        info = error_details_pb2.ErrorInfo.FromString(base64.b64decode(data + "=="))
        return info.reason


@pytest.fixture(params=[Grpcurl, Buf], ids=["grpcurl", "buf curl"])
def tool(request, daemon):
    return request.param(daemon)


@pytest.fixture
def grpcurl(daemon) -> Grpcurl:
    return Grpcurl(daemon)


def test_grpcurl_lists_the_services(grpcurl):
    done = grpcurl.run("list")
    assert done.returncode == 0, done.stderr
    assert "laneway.v1.Laneway" in done.stdout.split()
    assert "internal" not in done.stdout


def test_grpcurl_lists_the_methods_of_a_service(grpcurl):
    done = grpcurl.run("list", "laneway.v1.Laneway")
    methods = ("Cancel", "Generate", "Stream")
    assert done.stdout.split() == [f"laneway.v1.Laneway.{method}" for method in methods]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("laneway.v1.Laneway", "returns ( stream .laneway.v1.StreamResponse );"),
        ("laneway.v1.GenerateRequest", "repeated .laneway.v1.Message messages ="),
        ("grpc.health.v1.HealthCheckResponse", "enum ServingStatus {"),
        ("google.rpc.RetryInfo", ".google.protobuf.Duration retry_delay = 1;"),
    ],
)
def test_grpcurl_describes_what_it_is_asked_for(grpcurl, name, says):
    done = grpcurl.run("describe", name)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_a_generate_is_answered(tool):
    done = tool.call("laneway.v1.Laneway/Generate", ASK)
    assert done.returncode == 0, done.stderr
    (answer,) = values(done.stdout)
    assert answer["message"]["parts"][0]["text"]["text"] == "one two three"
    assert answer["call"]["model"] == "builtin/echo"


def test_a_stream_comes_in_pieces(tool):
    done = tool.call("laneway.v1.Laneway/Stream", ASK)
    assert done.returncode == 0, done.stderr
    events = values(done.stdout)
    assert words(events) == "one two three"
    assert len([event for event in events if "text" in event]) > 1
    assert "finish" in events[-1]


def test_a_call_that_fails_says_whose_it_was(tool):
    done = tool.call("laneway.v1.Laneway/Generate", UNKNOWN)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "NotFound" in said or '"not_found"' in said
    assert "nosuch" in said
    assert tool.reason(done) == "UNKNOWN_MODEL"


def test_the_daemon_says_that_it_is_healthy(tool):
    done = tool.call("grpc.health.v1.Health/Check")
    assert done.returncode == 0, done.stderr
    assert values(done.stdout) == [{"status": "SERVING"}]


def test_the_command_of_the_protocols_page_works(daemon):
    text = (daemons.CHECKOUT / "docs/protocol.md").read_text()
    (block,) = re.findall(r"```\n(grpcurl .*?)```", text, re.DOTALL)
    words = shlex.split(block.replace("\\\n", ""))
    words[words.index("/run/laneway/laneway.sock")] = daemon.socket
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert values(done.stdout)[0]["message"]["parts"] == [{"text": {"text": "hi"}}]
