"""gRPC's own interoperability tests, of the official Python client, against our runtime."""

from __future__ import annotations

import os
import pathlib

import pytest

from support import interop

# `make interop RUNS=100` asks for more.
RUNS = int(os.environ.get("LANEWAY_INTEROP_RUNS", "3"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not pathlib.Path(interop.SERVER).exists():
        pytest.skip(f"{interop.SERVER} is not built")
    interop.require_client()
    running = interop.InteropServer(tmp_path_factory.mktemp("interop"))
    yield running
    running.close()


@pytest.fixture(scope="module", params=["unix", "tcp"])
def results(request, server):
    return request.param, server.run_client(request.param, RUNS, patience=30 + 5 * RUNS)


@pytest.mark.parametrize("case", interop.CASES)
def test_the_official_client_is_content(results, case, figures):
    wire, found = results
    assert case in found, f"the client did not come to the end of {case}"
    assert found[case]["error"] is None, found[case]["error"]
    assert found[case]["done"] == RUNS
    figures.append(f"{wire} {case}: {RUNS} runs in {found[case]['took']:.2f} s")
