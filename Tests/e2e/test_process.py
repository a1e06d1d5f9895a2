"""The daemon as a process: what it starts with, what it refuses, how it ends."""

import contextlib
import signal
import socket
import struct

import grpc
import pytest

from support import daemon as daemons
from support.calls import Client, request, settle, text_of
from support.raw_http2 import RawConnection, framed
from support.upstream import Gate, completion


def test_with_no_file_at_all_it_serves_builtin_echo(start, new_client):
    running = start().wait_until_listening()
    assert text_of(new_client(target=running.target).generate("builtin/echo", "hi")) == "hi"


def test_a_socket_path_the_system_cannot_take_is_refused_with_both_lengths(tmp_path):
    path = f"{tmp_path}/{'x' * 200}"[:130]
    done = daemons.run("serve", "--socket", path)
    assert done.returncode != 0
    assert "130" in done.stderr and "107" in done.stderr


def test_a_socket_below_something_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = daemons.run("serve", "--socket", f"{tmp_path}/file/laneway.sock")
    assert done.returncode != 0
    assert f"{tmp_path}/file" in done.stderr


def test_a_file_that_is_no_socket_is_left_alone(tmp_path):
    file = tmp_path / "laneway.sock"
    file.write_text("precious")
    done = daemons.run("serve", "--socket", str(file))
    assert done.returncode != 0
    assert str(file) in done.stderr
    assert file.read_text() == "precious"


def test_who_connects_while_it_is_busy_waits_in_the_backlog(start, new_client):
    # The kernel refuses who finds a full backlog, and gRPC takes that for a connection.
    running = start().wait_until_listening()
    # Once it has answered, its start is behind it: before that the backlog is SwiftNIO's, of 128.
    assert text_of(new_client(target=running.target).generate("builtin/echo", "hi")) == "hi"
    running.process.send_signal(signal.SIGSTOP)
    with contextlib.ExitStack() as crowd:
        crowd.callback(running.process.send_signal, signal.SIGCONT)
        for _ in range(500):
            one = crowd.enter_context(socket.socket(socket.AF_UNIX))
            one.setblocking(False)
            one.connect(str(running.socket))
        running.process.send_signal(signal.SIGCONT)
        assert text_of(new_client(target=running.target).generate("builtin/echo", "hi")) == "hi"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("lanes:\n  gpu: { match: [builtin/*], concurency: 1 }\n", 2, "concurrency"),
        ("providers:\n  a:\n    kind: nosuchkind\n", 3, "nosuchkind"),
        ("model:\n  tier:\n    fast: nosuch/model\n", 3, "nosuch"),
        ("lanes: [\n", 2, ""),
    ],
    ids=["unknown key", "unknown kind", "unknown provider", "broken YAML"],
)
@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_broken_configuration_is_refused_with_file_and_line(tmp_path, command, text, line, says):
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    arguments = ["check", str(file)]
    if command == "serve":
        arguments = ["serve", "--socket", f"{tmp_path}/laneway.sock", "--config", str(file)]
    done = daemons.run(*arguments)
    assert done.returncode != 0
    assert f"{file}:{line}" in done.stderr, done.stderr
    assert says in done.stderr


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_configuration_that_is_not_there_is_refused_by_name(tmp_path, command):
    file = str(tmp_path / "nothing.yaml")
    arguments = ["check", file]
    if command == "serve":
        arguments = ["serve", "--socket", f"{tmp_path}/laneway.sock", "--config", file]
    done = daemons.run(*arguments)
    assert done.returncode != 0
    assert file in done.stderr


def test_check_accepts_a_good_configuration(tmp_path):
    file = tmp_path / "good.yaml"
    file.write_text("lanes:\n  builtin: { concurrency: 2 }\nmodel:\n  tier:\n    t: builtin/echo\n")
    done = daemons.run("check", str(file))
    assert done.returncode == 0, done.stderr


def test_a_second_daemon_on_the_same_socket_is_refused_and_the_first_serves_on(start, new_client):
    first = start().wait_until_listening()
    done = daemons.run("serve", "--socket", first.socket)
    assert done.returncode != 0
    assert first.socket in done.stderr
    assert text_of(new_client(target=first.target).generate("builtin/echo", "mine")) == "mine"


def test_a_socket_left_behind_by_a_crash_is_taken_over(start, new_client):
    first = start().wait_until_listening()
    first.process.kill()
    first.wait()
    second = start(socket=first.socket).wait_until_listening()
    client = new_client(target=second.target)
    settle()
    grpc.channel_ready_future(client.channel).result(timeout=20)
    assert text_of(client.generate("builtin/echo", "again")) == "again"


def test_on_sigterm_running_calls_finish_and_new_ones_are_refused(start, upstream):
    config = f"providers:\n  local: {{ kind: openai, base_url: {upstream.base_url} }}\n"
    running = start(config).wait_until_listening()
    gate = Gate()

    def answer(exchange):
        gate.wait()
        completion(exchange, "finished in time")

    upstream.on("slow", answer)
    client = Client(running.target)
    call = client.begin_generate("local/slow")
    upstream.wait_for("slow")
    running.terminate()
    settle()
    refused = client.fail("builtin/echo", timeout=5)
    assert refused.code == grpc.StatusCode.UNAVAILABLE
    # A client that has seen the goodbye may refuse by itself, without asking the daemon.
    assert refused.reason in ("SHUTTING_DOWN", "")
    assert running.process.poll() is None, "it waits for the call that runs"
    gate.open()
    assert text_of(call.result()) == "finished in time"
    client.close()
    assert running.wait() == 0


def test_an_idle_daemon_ends_at_once_and_takes_its_socket_along(start):
    import os
    import time

    running = start().wait_until_listening()
    began = time.monotonic()
    running.terminate()
    assert running.wait() == 0
    assert time.monotonic() - began < 5
    assert not os.path.exists(running.socket)


def test_on_sigterm_an_answer_that_its_client_has_not_taken_yet_still_arrives(start):
    running = start().wait_until_listening()
    connection = RawConnection(running.socket)
    connection.h2.increment_flow_control_window(1 << 20)  # the connection's; the stream's stays
    prompt = "x" * 100_000
    body = framed(request("builtin/echo", prompt).SerializeToString())
    stream = connection.post("/laneway.v1.Laneway/Generate", body)
    settle()
    running.terminate()
    settle()
    update = struct.pack(">IBII", 4 << 8 | 0x08, 0, stream, 1 << 20)
    connection.socket.sendall(update)
    connection.socket.settimeout(10)
    received = b""
    while piece := connection.socket.recv(65536):
        received += piece
    assert len(received) > len(prompt)
    assert received.count(b"x") >= len(prompt)
    assert running.wait() == 0
    connection.close()
