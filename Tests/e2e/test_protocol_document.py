"""The transcripts of docs/protocol.md, replayed against a daemon byte for byte."""

from __future__ import annotations

import itertools
import re
import socket

import pytest

from support import daemon as daemons
from support.calls import PATIENCE

PAGE = (daemons.CHECKOUT / "docs/protocol.md").read_text()
BLOCKS = re.findall(r"```hex\n(.*?)```", PAGE, re.DOTALL)


def turns(block: str) -> list[tuple[str, bytes]]:
    """What each side says in its turn; lines without a sign go on with the one before."""
    lines: list[tuple[str, str]] = []
    for line in block.splitlines():
        who = line[0] if line[0] in "<>" else lines[-1][0]
        lines.append((who, line.lstrip("<>").partition("#")[0]))
    grouped = itertools.groupby(lines, key=lambda line: line[0])
    return [(who, bytes.fromhex("".join(text for _, text in part))) for who, part in grouped]


def received(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (piece := connection.recv(count - len(data))):
        data += piece
    return data


def test_there_is_one_of_each():
    firsts = [turns(block)[0][1][8:10] for block in BLOCKS]
    assert firsts == [b"\x01\x00", b"\x01\x01", b"TP"], "ttrpc unary, ttrpc stream, HTTP/2"


def replay(connection: socket.socket, block: str) -> list[tuple[str, str]]:
    """What was and what should have been, of each of the daemon's turns."""
    answers = []
    for who, data in turns(block):
        if who == ">":
            connection.sendall(data)
        else:
            answers.append((received(connection, len(data)).hex(), data.hex()))
    return answers


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_transcript_of_the_protocol_happens_again(daemon, number):
    # A call that took a millisecond says so; on a busy machine it takes a few tries to be faster.
    for _ in range(50):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(daemon.socket)
            answers = replay(connection, BLOCKS[number])
            if any(was != expected for was, expected in answers):
                continue
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                assert connection.recv(1) == b"", "and nothing more"
            return
    for was, expected in answers:
        assert was == expected
