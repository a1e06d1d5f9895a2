"""Fixtures: a scripted upstream and a daemon in front of it, one of each for a module."""

from __future__ import annotations

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import daemon as daemons  # noqa: E402
from support.calls import Client  # noqa: E402
from support.upstream import Upstream  # noqa: E402


def pytest_collection_modifyitems(items) -> None:
    """A test's sentence is its name; say it in the reports."""
    for item in items:
        item.user_properties.append(("sentence", item.name.replace("_", " ")))


def pytest_sessionstart(session) -> None:
    if not pathlib.Path(daemons.BINARY).exists():
        pytest.exit(f"{daemons.BINARY} does not exist; build it with: make build", returncode=3)


@pytest.fixture(scope="session")
def figures(request):
    """Measured values, printed at the end of the run."""
    request.config.laneway_figures = found = []
    return found


def pytest_terminal_summary(terminalreporter, config) -> None:
    for line in getattr(config, "laneway_figures", []):
        terminalreporter.write_line(f"measured: {line}")


@pytest.fixture(scope="module")
def upstream():
    server = Upstream()
    yield server
    server.close()


@pytest.fixture(scope="module")
def config(request, upstream) -> str:
    """The module's CONFIG, with the upstream's address in place of BASE_URL."""
    text = getattr(request.module, "CONFIG", "")
    return text.replace("BASE_URL", upstream.base_url)


@pytest.fixture(scope="module")
def daemon(config):
    running = daemons.Daemon(config or None)
    try:
        yield running.wait_until_listening()
        assert running.process.poll() is None, f"the daemon ended:\n{running.log.read_text()}"
    finally:
        running.stop()


@pytest.fixture
def start():
    """Starts more daemons, which end with the test."""
    running = []

    def start_one(config: str | None = None, **options) -> daemons.Daemon:
        running.append(daemons.Daemon(config, **options))
        return running[-1]

    yield start_one
    for one in running:
        one.stop()


@pytest.fixture
def new_client(daemon):
    """Makes clients with connections of their own."""
    clients = []

    def make(caller_id: str = "e2e", target: str | None = None) -> Client:
        clients.append(Client(target or daemon.target, caller_id))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(new_client) -> Client:
    return new_client()
