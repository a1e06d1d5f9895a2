"""The daemon and its peers as gateways, all before one upstream of ours on the load's core."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from support.calls import request

from . import load, rpc, work
from .options import Options
from .peers import LITELLM, NGINX, RELAY, UPSTREAM, Peer
from .places import BUILT, CHECKOUT, LOAD_CORE, PEERS
from .servers import Rig, Server, free_port
from .work import CHUNK, PROMPT

CHAT = "/v1/chat/completions"
CHUNKS = 500
# What upstream says in turns, in as many bytes.
OTHER_CHUNK = " letters-fifteen"
SAID = [CHUNK, OTHER_CHUNK] * (CHUNKS // 2)
KEY = "sk-benchmark"
CONFIG = """threads: 1
providers:
  upstream: { kind: openai, base_url: "http://127.0.0.1:PORT/v1" }
lanes:
  upstream: { concurrency: 1024, max_open_streams: 8192 }
log: { level: error }
"""


@dataclasses.dataclass(frozen=True)
class Kind:
    """What clients ask for."""

    name: str
    # The model's name says to the upstream how to speak.
    model: str
    stream: bool
    counted: str

    @property
    def per_call(self) -> int:
        return CHUNKS if self.stream else 1

    @property
    def bytes_least(self) -> int:
        return CHUNKS * len(CHUNK) if self.stream else len(PROMPT)


UNPACED = Kind("unpaced", "unpaced", True, "chunks")
PACED = Kind("paced", "paced", True, "chunks")
# So seldom that a server that is slowed down still gets each by itself.
SLOW = Kind("slow", "slow", True, "chunks")
UNARY = Kind("unary", "unpaced", False, "calls")


@dataclasses.dataclass(frozen=True)
class Gateway:
    """One way to the upstream; `command` is h2load's for so many connections with so many in flight
    each, which is one where the protocol has no room for more."""

    server: Server
    multiplexes: bool
    verify: Callable[[Kind], None]
    command: Callable[[Kind, int, int], list[str]]

    @property
    def name(self) -> str:
        return self.server.name

    def load(self, kind: Kind, in_flight: int) -> list[str]:
        """The command, for so many in flight over all its connections."""
        connections = min(in_flight, rpc.CONNECTIONS) if self.multiplexes else in_flight
        return self.command(kind, connections, in_flight // connections)


def upstream(rig: Rig, name: str = UPSTREAM.name, core: str = LOAD_CORE) -> Server:
    """The provider, on the load's core where nothing else is said."""
    port = free_port()
    command = [str(BUILT / "upstream/upstream"), str(port), str(CHUNKS)]
    command += [CHUNK, OTHER_CHUNK, PROMPT]
    return rig.start(name, command, port, core=core)


def laneway(rig: Rig, options: Options, provider: Server) -> Gateway:
    """gRPC in over the Unix socket, HTTP/1.1 out."""
    server = rig.laneway(options.daemon, CONFIG.replace("PORT", str(provider.address)))

    def verify(kind: Kind) -> None:
        model = f"upstream/{kind.model}"
        if kind.stream:
            work.answers_stream(server.target, model, SAID)
        else:
            work.answers_unary(server.target, model)

    def command(kind: Kind, connections: int, in_flight: int) -> list[str]:
        method = "Stream" if kind.stream else "Generate"
        body = rig.folder / f"{kind.name}.bin"
        body.write_bytes(work.framed(request(f"upstream/{kind.model}", PROMPT)))
        return load.h2load(
            server.address, f"/laneway.v1.Laneway/{method}", body, rpc.HEADERS,
            connections=connections, in_flight=in_flight,
        )

    return Gateway(server, True, verify, command)


def nginx(rig: Rig, _: Options, provider: Server) -> Gateway:
    """HTTP/1.1 in over a Unix socket, HTTP/1.1 out."""
    folder, socket = rig.folder / "nginx", rig.socket(NGINX.name)
    folder.mkdir()
    text = (PEERS / "nginx/nginx.conf").read_text()
    filled = {"FOLDER": folder, "SOCKET": socket, "PORT": provider.address}
    for word, value in filled.items():
        text = text.replace(word, str(value))
    file = folder / "nginx.conf"
    file.write_text(text)
    command = [str(BUILT / "nginx/nginx"), "-p", str(folder), "-c", str(file)]
    return over_http(rig, rig.start(NGINX.name, command, socket), {})


def http_relay(
    rig: Rig, _: Options, provider: Server, binary: str = RELAY.command[0]
) -> Gateway:
    """HTTP/1.1 in over a Unix socket, HTTP/1.1 out, by the libraries that the daemon uses."""
    socket = rig.socket(RELAY.name)
    command = [binary, str(socket), str(provider.address)]
    return over_http(rig, rig.start(RELAY.name, command, socket), {})


def litellm(rig: Rig, _: Options, provider: Server) -> Gateway:
    """HTTP/1.1 in over TCP, HTTP/1.1 out."""
    text = (PEERS / "litellm/config.yaml").read_text().replace("PORT", str(provider.address))
    file = rig.folder / "litellm.yaml"
    file.write_text(text)
    port = free_port()
    command = [
        str(CHECKOUT / ".build/venv-litellm/bin/litellm"), "--config", str(file),
        "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1",
    ]
    variables = {"LITELLM_MASTER_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    server = rig.start(LITELLM.name, command, port, environment=variables)
    return over_http(rig, server, {"Authorization": f"Bearer {KEY}"})


def over_http(rig: Rig, server: Server, headers: dict[str, str]) -> Gateway:
    """Whatever speaks OpenAI's API over HTTP/1.1: one call at a time on each connection."""

    def verify(kind: Kind) -> None:
        if kind.stream:
            work.answers_chat_stream(server.address, kind.model, headers, SAID)
        else:
            work.answers_chat(server.address, kind.model, headers)

    def command(kind: Kind, connections: int, in_flight: int) -> list[str]:
        body = rig.folder / f"{kind.name}.json"
        body.write_bytes(work.chat_body(kind.model, stream=kind.stream))
        told = [f"{name}: {value}" for name, value in headers.items()]
        return load.h2load(
            server.address, CHAT, body, ["content-type: application/json", *told],
            connections=connections, in_flight=in_flight, h1=True,
        )

    return Gateway(server, False, verify, command)


STARTS: dict[str, Callable[[Rig, Options, Server], Gateway]] = {
    NGINX.name: nginx, RELAY.name: http_relay, LITELLM.name: litellm,
}


def start(rig: Rig, options: Options, peers: list[Peer]) -> tuple[Server, list[Gateway]]:
    """The upstream, the daemon and the chosen peers before it."""
    provider = upstream(rig)
    found = [laneway(rig, options, provider)]
    found += [STARTS[peer.name](rig, options, provider) for peer in peers]
    return provider, found
