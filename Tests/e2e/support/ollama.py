"""Ollama's API in front of the real model, by somebody else: ollama-proxy-plus (PyPI)."""

from __future__ import annotations

import os
import pathlib
import socket
import subprocess
import sys
import time


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Ollama:
    """The proxy: its address, and the model's name there."""

    MODEL = "llama/smollm2"

    def __init__(self, folder: pathlib.Path, upstream: str) -> None:
        self.port = _free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "ollama.log"
        command = pathlib.Path(sys.executable).parent / "ollama-proxy"
        settings = {
            "PROVIDERS_LLAMA_API_KEY": "none", "PROVIDERS_LLAMA_BASE_URL": upstream,
            "EXTRA_MODELS": self.MODEL, "PATH": os.environ["PATH"], "HOME": str(folder),
        }  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [command, "--host", "127.0.0.1", "--port", str(self.port)],
                stdout=log, stderr=log, env=settings, cwd=folder,
            )
        limit = time.monotonic() + 30
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.stop()
                raise AssertionError(f"it did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
