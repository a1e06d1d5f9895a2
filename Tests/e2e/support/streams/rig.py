"""A daemon with a lane of its own for honest callers, its upstream, and who watches them."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time

import grpc

from ..calls import request
from ..daemon import Daemon
from ..process_figures import figures
from ..stubs import lane_admin, lane_admin_services, services
from ..upstream import Upstream, completion, endless

# Of one uid, `Generate` and `Stream` alone.
CALLS_MAX = 1024
CONFIG = f"""
providers:
  honest: {{ kind: builtin }}
  local: {{ kind: openai, base_url: BASE_URL }}
lane_defaults: {{ concurrency: 16 }}
lanes: {{ honest: {{ concurrency: {2 * CALLS_MAX} }} }}
limits: {{ slow_consumer_timeout: 2s, calls_per_uid_max: {CALLS_MAX} }}
log: {{ level: warning }}
"""
SETTLE_SECONDS = 10.0


class Host(Upstream):
    """An upstream that can let go of the connections that the daemon keeps for later calls."""

    def __init__(self) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__()
        self.on("endless", endless)
        self.on("slow", _slow)

    def _serve(self, connection: socket.socket) -> None:
        self._connections.add(connection)
        try:
            super()._serve(connection)
        finally:
            self._connections.discard(connection)

    def hang_up(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _slow(exchange) -> None:
    time.sleep(0.02)
    completion(exchange, exchange.prompt)


class Rig:
    """A daemon, its upstream, and a look at it."""

    def __init__(self) -> None:
        self.upstream = Host()
        config = CONFIG.replace("BASE_URL", self.upstream.base_url)
        self.daemon = Daemon(config).wait_until_listening()
        self.pid = self.daemon.process.pid
        self.channel = grpc.insecure_channel(self.daemon.target)
        self.admin = lane_admin_services.LaneAdminStub(self.channel)
        self._open_all()

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *_) -> None:
        self.channel.close()
        self.daemon.stop()
        self.upstream.close()

    def _open_all(self) -> None:
        """What a daemon opens once, for its first call of each kind, is no leak later on."""
        laneway = services.LanewayStub(self.channel)
        for model in ("builtin/echo", "honest/echo", "local/slow"):
            laneway.Generate(request(model), timeout=20)
        self.start = figures(self.pid)

    @property
    def lives(self) -> bool:
        """Whether it still answers. One that crashes takes its time to write down where."""
        with contextlib.suppress(grpc.RpcError):
            return bool(self.lanes)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.daemon.wait(SETTLE_SECONDS)
        return False

    @property
    def _is_running(self) -> bool:
        return self.daemon.process.poll() is None

    @property
    def death(self) -> str:
        """Its last words, as far as they say why."""
        return f"the daemon ended: {self.daemon.log.read_text()[:2000]}"

    @property
    def lanes(self) -> list:
        return list(self.admin.ListLanes(lane_admin.ListLanesRequest(), timeout=20).lanes)

    def unrest(self, descriptors: int, seconds: float = SETTLE_SECONDS) -> str:
        """What has not come back after that time; empty where all has."""
        limit = time.monotonic() + seconds
        while found := self._unrest(descriptors):
            if time.monotonic() > limit or not self._is_running:
                return found
            time.sleep(0.02)
        return ""

    def _unrest(self, descriptors: int) -> str:
        try:
            return self._kept(descriptors)
        except (grpc.RpcError, OSError, TypeError) as error:
            # It is gone, or is going: the kernel has no figures of what is left of it.
            return f"it does not answer: {error!r}"

    def _kept(self, descriptors: int) -> str:
        found = [
            f"lane {lane.name} has {lane.running} running, {lane.queued} queued,"
            f" {lane.open_streams} open, {lane.leaked_slots} leaked"
            for lane in self.lanes
            if lane.name != "honest"
            and lane.running + lane.queued + lane.open_streams + lane.leaked_slots > 0
        ]
        if (now := figures(self.pid).descriptors) > descriptors:
            found.append(f"{now} descriptors, {descriptors} before")
            # A call that is cancelled while it connects leaves its connection to the next one.
            self.upstream.hang_up()
        return "; ".join(found)


class Watch:
    """Looks at the daemon while it is at work: its memory, and how much runs."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.running_max = self.rss_max = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        with contextlib.suppress(grpc.RpcError, OSError, TypeError):
            while not self._over.wait(0.1):
                busy = [lane for lane in self.rig.lanes if lane.name != "honest"]
                now = sum(lane.running + lane.open_streams for lane in busy)
                self.running_max = max(self.running_max, now)
                self.rss_max = max(self.rss_max, figures(self.rig.pid).rss_bytes)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
