"""Collectors of telemetry: rotel, which others wrote, and a sink that keeps what it is sent."""

from __future__ import annotations

import dataclasses
import gzip
import http.server
import importlib.util
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from .otlp import Metric, Span, Trace, metrics_in, spans_in
from .patience import patient

PATIENCE = patient(20.0)
TRACES, METRICS = "/v1/traces", "/v1/metrics"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclasses.dataclass(frozen=True)
class Export:
    """One request as it arrived, at a moment of the machine's monotonic clock."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # noqa: N802  # its caller's name
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.sink.arrived(self, Export(self.path, headers, self._body(), time.monotonic()))

    def _body(self) -> bytes:
        body = self.rfile.read(int(self.headers["content-length"]))
        # Rotel compresses, whatever it is told.
        return gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body

    def log_message(self, *_words) -> None:
        """Nothing of it is news."""

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    sink: Sink

    def handle_error(self, request, client_address) -> None:
        """A daemon that has left is no error; an export that cannot be read is."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            self.sink.unreadable.append(error)


Answer = Callable[[_Handler, Export], None]


def answering(status: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda handler, _export: handler.say(status, body, **headers)


def babbling(handler: _Handler, _export: Export) -> None:
    """Answers what is no HTTP."""
    handler.wfile.write(b"\x00\xffSSH-2.0-what?\r\n\r\n")
    handler.close_connection = True


TAKE = answering(200)


class Sink:
    """An OTLP/HTTP collector that keeps what it takes, and answers as a test tells it to."""

    def __init__(self) -> None:
        self.answer: Answer = TAKE
        # All that arrived, taken or not.
        self.arrivals: list[Export] = []
        self.spans: list[Span] = []
        # The metrics by name, export after export.
        self.metrics: list[dict[str, Metric]] = []
        self.unreadable: list[BaseException | None] = []
        self.closed = threading.Event()
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.sink = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def arrived(self, handler: _Handler, export: Export) -> None:
        answer = self.answer
        with self._changed:
            self.arrivals.append(export)
            if answer is TAKE and export.path == TRACES:
                self.spans += spans_in(export.body)
            elif answer is TAKE and export.path == METRICS:
                self.metrics += metrics_in(export.body)
            self._changed.notify_all()
        answer(handler, export)

    def hang(self, handler: _Handler, _export: Export) -> None:
        """An answer that never comes."""
        self.closed.wait(60)
        handler.close_connection = True

    def wait(self, found: Callable[[], object], seconds: float = PATIENCE):
        """What `found` finds, once it finds something."""
        with self._changed:
            result = self._changed.wait_for(found, seconds)
        assert not self.unreadable, self.unreadable
        assert result, f"not seen in {seconds} s; {len(self.spans)} spans have arrived"
        return result

    def trace(self, call_id: str) -> Trace:
        """The spans of a call, once they have arrived: the daemon sends them all at once."""
        return self.wait(lambda: self.trace_now(call_id))

    def trace_now(self, call_id: str) -> Trace | None:
        named = [one for one in self.spans if one.attributes.get("laneway.call_id") == call_id]
        if not named:
            return None
        assert len(named) == 1, f"{len(named)} spans of one call"
        below = [one for one in self.spans if one.parent_id == named[0].span_id]
        return Trace(named[0], sorted(below, key=lambda span: span.began))

    def count_of(self, name: str, attributes: dict | None = None) -> float:
        """The latest of a metric, over the series that have these."""
        if not self.metrics or name not in self.metrics[-1]:
            return 0
        points = self.metrics[-1][name].of(attributes or {})
        return sum(point.count or point.value for point in points)

    def bytes_of(self, path: str) -> bytes:
        return b"".join(export.body for export in self.arrivals if export.path == path)

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()


class Rotel:
    """The collector: takes OTLP over HTTP and hands all of it to a sink, as OTLP over HTTP."""

    def __init__(self, folder: pathlib.Path, sink: Sink, port: int | None = None) -> None:
        self.folder, self.sink = folder, sink
        self.port = port or free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> Rotel:
        # What it would else use is shared by all that run on this machine.
        own = [
            "--pid-file", self.folder / "rotel.pid", "--log-file", self.folder / "rotel.log",
            "--otlp-grpc-endpoint", f"127.0.0.1:{free_port()}",
            "--otlp-http-endpoint", f"127.0.0.1:{self.port}",
        ]  # fmt: skip
        exporter = [
            "--exporter", "otlp", "--otlp-exporter-protocol", "http",
            "--otlp-exporter-endpoint", self.sink.endpoint, "--batch-timeout", "50ms",
        ]  # fmt: skip
        with (self.folder / "rotel.out").open("ab") as out:
            self.process = subprocess.Popen(
                [self._binary(), "start", *own, *exporter], stdout=out, stderr=out,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)}, cwd=self.folder,
            )  # fmt: skip
        limit = time.monotonic() + PATIENCE
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise AssertionError(f"rotel did not start:\n{self.said}")
            time.sleep(0.02)
        return self

    def _binary(self) -> pathlib.Path:
        """The one in the package, or a copy that may be run where it may not."""
        package = pathlib.Path(importlib.util.find_spec("rotel").origin).parent
        binary, copy = package / "rotel-agent", self.folder / "rotel-agent"
        if os.access(binary, os.X_OK):
            return binary
        if not copy.exists():
            shutil.copy(binary, copy)
            copy.chmod(0o700)
        return copy

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def said(self) -> str:
        logs = [self.folder / name for name in ("rotel.out", "rotel.log")]
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
