#!/usr/bin/env python3
"""Measures the daemon beside a bare gRPC C++ echo server, in one run, in turns.

Each server is pinned to core 0 with one worker, h2load to core 1. A call counts only where the
answer was seen to be right: the stock Python client checks each server first, and the bytes h2load
received are checked after each run, because h2load takes any gRPC error for a success.

Writes report.md and report.json into the output folder. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "Tests/e2e"))

import grpc  # noqa: E402

from support.stubs import messages, services  # noqa: E402

SERVER_CORE, LOAD_CORE = "0", "1"
STREAM_MESSAGES = 1000
CHUNK = " fifteen-letters"  # 16 bytes, one token of builtin/echo
PROMPT = "twenty-four bytes prompt"
CONNECTIONS, UNARY_IN_FLIGHT, STREAMS_IN_FLIGHT = 4, 32, 4
MODELS = {"unary": "builtin/echo", "stream": f"builtin/echo?repeat={STREAM_MESSAGES}"}
PROMPTS = {"unary": PROMPT, "stream": CHUNK}
METHODS = {"unary": "Generate", "stream": "Stream"}
# Every lane must take what h2load keeps in flight, or the queue is measured instead of the path.
CONFIG = """threads: 1
lanes:
  builtin: { concurrency: 1024, max_open_streams: 8192 }
log: { level: error }
"""


def request(kind: str):
    part = messages.Part(text=messages.TextPart(text=PROMPTS[kind]))
    message = messages.Message(role=messages.ROLE_USER, parts=[part])
    return messages.GenerateRequest(model=MODELS[kind], messages=[message])


class Server:
    """One server, running on its core."""

    def __init__(self, name: str, command: list[str], socket: pathlib.Path, log) -> None:
        self.name, self.socket = name, socket
        self.process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *command], stdout=log, stderr=subprocess.STDOUT
        )
        limit = time.monotonic() + 20
        while not socket.exists():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise SystemExit(f"bench: {name} did not start")
            time.sleep(0.02)

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def verify(server: Server) -> None:
    """One call of each kind, by a stock client, with every byte of the answer checked."""
    with grpc.insecure_channel(f"unix:{server.socket}") as channel:
        stub = services.LanewayStub(channel)
        answer = stub.Generate(request("unary"), timeout=20)
        text = "".join(part.text.text for part in answer.message.parts)
        assert text == PROMPT, f"{server.name} answered {text!r}"
        events = list(stub.Stream(request("stream"), timeout=20))
        texts = [event.text for event in events if event.WhichOneof("event") == "text"]
        assert texts == [CHUNK] * STREAM_MESSAGES, f"{server.name}: {len(texts)} chunks"
        assert events[-1].WhichOneof("event") == "finish"


def load(server: Server, kind: str, calls: int, folder: pathlib.Path) -> dict[str, float]:
    """One run of h2load; its figures, once its bytes have been counted."""
    body = folder / f"{kind}.bin"
    payload = request(kind).SerializeToString()
    body.write_bytes(struct.pack(">BI", 0, len(payload)) + payload)
    in_flight = UNARY_IN_FLIGHT if kind == "unary" else STREAMS_IN_FLIGHT
    before = server.cpu_seconds()
    done = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "h2load", "-t", "1", "-c", str(CONNECTIONS)]
        + ["-m", str(in_flight), "-n", str(calls), "-d", str(body)]
        + ["-H", "content-type: application/grpc", "-H", "te: trailers"]
        + ["-B", f"unix:{server.socket}", f"http://localhost/laneway.v1.Laneway/{METHODS[kind]}"],
        capture_output=True, text=True, check=True,
    )
    cpu = server.cpu_seconds() - before
    found = read_h2load(done.stdout)
    least = len(PROMPT) if kind == "unary" else STREAM_MESSAGES * (len(CHUNK) + 5)
    assert found["succeeded"] == calls, done.stdout
    assert found["data_bytes"] >= calls * least, f"{server.name} answered with less than asked"
    per = calls * (1 if kind == "unary" else STREAM_MESSAGES)
    return {"per_second": per / found["seconds"], "cpu_us": cpu / per * 1e6}


def read_h2load(text: str) -> dict[str, float]:
    seconds, unit = re.search(r"finished in ([\d.]+)(us|ms|s|m)\b", text).groups()
    scale = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]
    return {
        "seconds": float(seconds) * scale,
        "succeeded": int(re.search(r"(\d+) succeeded", text)[1]),
        "data_bytes": int(re.search(r"\((\d+)\) data", text)[1]),
    }


def measure(servers: list[Server], options, folder: pathlib.Path) -> dict:
    """Rounds in turns, so that whatever else the machine does meets both servers."""
    found: dict = {}
    for kind in METHODS:
        calls, runs = {}, {server.name: [] for server in servers}
        for server in servers:
            trial = 2000 if kind == "unary" else 40
            load(server, kind, trial, folder)
            rate = load(server, kind, trial, folder)["per_second"]
            scale = 1 if kind == "unary" else STREAM_MESSAGES
            calls[server.name] = max(trial, int(rate / scale * options.seconds) // 16 * 16)
        for number in range(options.rounds):
            # Who goes first changes each round: the second may find a warmer or busier machine.
            for server in servers if number % 2 == 0 else reversed(servers):
                run = load(server, kind, calls[server.name], folder)
                runs[server.name].append(run)
                print(
                    f"{kind:6} round {number + 1} {server.name:9}"
                    f" {run['per_second']:>12,.0f}/s {run['cpu_us']:>7.2f} µs",
                    flush=True,
                )
        found[kind] = {"runs": runs}
    return found


def middle(runs: list[dict], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)


def ratios(found: dict) -> None:
    """Adds medians, and the median over the rounds of each round's own ratio."""
    for part in found.values():
        runs = part["runs"]
        part["median"] = {
            name: {figure: middle(own, figure) for figure in ("per_second", "cpu_us")}
            for name, own in runs.items()
        }
        if "laneway" not in runs:
            continue
        pairs = list(zip(runs["laneway"], runs["grpc-c++"]))
        part["ratio"] = {
            "per_second": statistics.median(a["per_second"] / b["per_second"] for a, b in pairs),
            "cpu_us": statistics.median(b["cpu_us"] / a["cpu_us"] for a, b in pairs),
        }


def report(found: dict, memory: dict[str, float], options) -> str:
    unit = {"unary": "calls", "stream": "messages"}
    lines = [
        "# The daemon beside a bare gRPC C++ echo",
        "",
        f"{options.rounds} rounds of about {options.seconds:g} s in turns; server on core"
        f" {SERVER_CORE}, h2load on core {LOAD_CORE}; {CONNECTIONS} connections ×"
        f" {UNARY_IN_FLIGHT} unary calls or × {STREAMS_IN_FLIGHT} streams of"
        f" {STREAM_MESSAGES:,} messages of {len(CHUNK)} bytes. Medians. The ratio is the median of"
        " the rounds' own ratios; more than 1 is better for the daemon.",
        "",
        "| what | server | per second | CPU µs each | ratio per second | ratio CPU |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind, part in found.items():
        for name, value in part["median"].items():
            ratio = part.get("ratio") if name == "laneway" else None
            tail = f"{ratio['per_second']:.2f} | {ratio['cpu_us']:.2f}" if ratio else " | "
            lines.append(
                f"| {unit[kind]} | {name} | {value['per_second']:,.0f} |"
                f" {value['cpu_us']:.2f} | {tail} |"
            )
    resident = ", ".join(f"{name} {size:.0f} MB" for name, size in memory.items())
    return "\n".join([*lines, "", f"Resident memory after the runs: {resident}.", ""])


def main() -> None:
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--daemon", help="the laneway binary; without it only the peer is measured")
    chosen.add_argument("--peer", default=str(CHECKOUT / ".build/bench/echo_server"))
    chosen.add_argument("--rounds", type=int, default=5)
    chosen.add_argument("--seconds", type=float, default=4)
    chosen.add_argument("--out", type=pathlib.Path, default=CHECKOUT / ".build/bench")
    options = chosen.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("bench: needs two processor cores, one for the server, one for the load")

    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laneway-")))
        log = stack.enter_context((folder / "servers.log").open("wb"))
        socket = folder / "peer.sock"
        commands = [("grpc-c++", [options.peer, str(socket), str(STREAM_MESSAGES)], socket)]
        if options.daemon:
            (folder / "laneway.yaml").write_text(CONFIG)
            socket = folder / "laneway.sock"
            arguments = ["serve", "--socket", str(socket), "--config", f"{folder}/laneway.yaml"]
            commands.insert(0, ("laneway", [options.daemon, *arguments], socket))
        servers = []
        for command in commands:
            servers.append(Server(*command, log))
            stack.callback(servers[-1].stop)
            verify(servers[-1])
        found = measure(servers, options, folder)
        memory = {server.name: server.resident_mb() for server in servers}

    ratios(found)
    options.out.mkdir(parents=True, exist_ok=True)
    text = report(found, memory, options)
    (options.out / "report.md").write_text(text)
    (options.out / "report.json").write_text(json.dumps(found, indent=2) + "\n")
    print("\n" + text)


main()
