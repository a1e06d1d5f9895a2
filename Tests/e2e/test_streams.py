"""Streams of bytes at random, and mutated valid ones, on both wires: the daemon serves on, honest
callers beside them are answered, and nothing is left.

`LANEWAY_STREAMS` says how many of each wire and kind (`make streams` sends 10,000), `LANEWAY_SEED`
which ones. `LANEWAY_STREAM=grpc/mutated/17` sends that one alone, and writes its bytes to a file.
"""

from __future__ import annotations

import base64
import os

import pytest
from google.rpc import error_details_pb2, status_pb2

from support import daemon as daemons
from support import h2raw as h
from support import ttrpc
from support.calls import Client
from support.checks import table
from support.streams import KINDS, WIRES
from support.streams import run as streams
from support.streams.culprits import alone, culprits, written
from support.streams.judges import Wrong, judge
from support.streams.plans import plan
from support.streams.rig import Rig
from support.streams.sender import Sender
from support.streams.sessions import ends_of, sessions

COUNT = int(os.environ.get("LANEWAY_STREAMS", "500"))
SEED = int(os.environ.get("LANEWAY_SEED", "1"))
ALONE = os.environ.get("LANEWAY_STREAM")


@pytest.mark.skipif(bool(ALONE), reason="one stream is asked for")
def test_streams_at_random_and_mutated_ones_leave_nothing_behind(figures):
    result = streams.run(streams.Size(count=COUNT, seed=SEED))
    figures += told(result)
    if result.suspects:
        result.wrong += culprits(result.suspects, SEED)
    assert not result.wrong, "\n".join([*result.wrong, f"with LANEWAY_SEED={SEED}"])
    assert result.passed, "\n".join(str(check) for check in result.checks if not check.passed)


def told(result: streams.Result) -> list[str]:
    """What was measured, for the report."""
    sent = sum(seen["streams"] for seen in result.seen.values())
    lines = [
        f"{sent:,} streams in {result.seconds:.1f} s, seed {result.size.seed}; honest calls"
        f" {result.honest}, the longest {result.longest_s:.2f} s; calls started in lanes"
        f" {result.started}, at most {result.running_max} of streams at once"
    ]
    for what, seen in result.seen.items():
        ends = ", ".join(f"{name} {count:,}" for name, count in sorted(seen.items()))
        lines.append(f"{what}: {ends}")
    return lines + table(result.checks)


@pytest.mark.skipif(not ALONE, reason="LANEWAY_STREAM names none")
def test_the_stream_that_is_asked_for_does_no_harm(figures):
    file = daemons.CHECKOUT / ".build/streams" / f"{ALONE.replace('/', '-')}-{SEED}.bin"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(written(SEED, ALONE))
    figures.append(f"{ALONE} of seed {SEED} is in {file}")
    assert not culprits([ALONE], SEED)


@pytest.fixture(scope="module")
def rig():
    with Rig() as one:
        yield one


@pytest.mark.parametrize("wire", WIRES)
def test_the_sessions_that_are_mutated_are_valid(rig, wire):
    for session in sessions(wire):
        assert ends_of(rig.daemon.socket, wire, session) == session.codes, session.name
    assert not rig.unrest(rig.start.descriptors)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wire", WIRES)
def test_a_stream_is_the_same_whenever_it_is_made(wire, kind):
    made = [plan(7, wire, kind, number) for number in range(100)]
    assert [plan(7, wire, kind, number) for number in range(100)] == made
    assert len({bytes(one) for one in made}) > 90
    assert [plan(8, wire, kind, number) for number in range(100)] != made


SETTINGS, BUG = h.settings(), status_pb2.Status(code=13, message="a bug")
BUG.details.add().Pack(error_details_pb2.ErrorInfo(reason="INTERNAL", domain="laneway"))
HELD = "builtin/echo?fail=hang&after=1"
FAILED = h.block([("grpc-status", "13")])
DETAILS = base64.b64encode(BUG.SerializeToString()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (h.PREFACE, h.data(1, b"hello")), (h.PREFACE, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (h.PREFACE, SETTINGS + h.data(1, b"hello")),
        (h.PREFACE, SETTINGS + h.headers(2, FAILED)),
        (h.PREFACE, SETTINGS + h.headers(1, FAILED, end=True) * 2),
        (h.PREFACE, SETTINGS + h.headers(1, b"\xff\x80\x01")),
        (h.PREFACE, SETTINGS + h.headers(1, h.block([("grpc-status", "99")]))),
        (h.PREFACE, SETTINGS + h.headers(1, h.block([("grpc-status-details-bin", DETAILS)]))),
        (b"\0", ttrpc.frame(1, ttrpc.REQUEST, 0)), (b"\0", b"HTTP/1.1 400 Bad Request"),
        (b"\0", ttrpc.frame(1, ttrpc.RESPONSE, 0, length=ttrpc.LENGTH_MAX + 1)),
        (b"\0", ttrpc.frame(1, ttrpc.RESPONSE, 0, ttrpc.field(1, BUG.SerializeToString()))),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_of_its_wire_is_found(sent, answer):
    with pytest.raises(Wrong):
        judge(sent, answer)


def test_a_daemon_that_keeps_something_or_ends_is_found():
    name = f"{WIRES[0]}/{KINDS[0]}/0"
    with Rig() as rig:
        sender = Sender(rig.daemon.socket, 1)
        assert not alone(rig, sender, SEED, name)
        client = Client(rig.daemon.target)
        held = client.stream(HELD)
        held.next_of("started")
        assert "lane builtin has 0 running, 0 queued, 1 open" in rig.unrest(99, seconds=0.1)
        held.cancel()
        assert "descriptors" in rig.unrest(rig.start.descriptors, seconds=0.5)
        client.close()
        assert not rig.unrest(rig.start.descriptors)
        rig.daemon.process.kill()
        rig.daemon.wait()
        assert "the daemon ended" in alone(rig, sender, SEED, name)
        sender.close()
