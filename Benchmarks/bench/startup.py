"""P8: from the start of the process to its first answered call.

The client has its frames ready, and connects as soon as there is somebody to connect to: what it
adds is a fraction of a millisecond.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time

from support import daemon as daemons
from support import h2raw
from support.calls import request

from .options import Options
from .places import LOAD_CORE, SERVER_CORE
from .results import Goal, Result
from .rpc import CONFIG, UNARY
from .servers import Rig
from .work import PROMPT, expect, framed

STARTS = 25
LIMIT_MS, START_SECONDS = 150, 20


def first_call(options: Options) -> Result:
    opening = b"".join([
        h2raw.PREFACE, h2raw.settings(), h2raw.headers(1, h2raw.fields_of()),
        h2raw.data(1, framed(request(UNARY, PROMPT)), end=True),
    ])
    with Rig() as rig:
        (rig.folder / "laneway.yaml").write_text(CONFIG)
        affinity = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {int(LOAD_CORE)})
        try:
            # The first one brings the binary into memory.
            took = [_start(rig, options.daemon, opening) for _ in range(STARTS + 1)][1:]
        finally:
            os.sched_setaffinity(0, affinity)
    median, worst = statistics.median(took), max(took)
    print(f"  P8: {STARTS} starts, median {median:.1f} ms, longest {worst:.1f} ms", flush=True)
    return Result(
        "P8", "Start to the first answered call",
        f"{STARTS} starts of the daemon, from the start of its process to the last byte of a whole"
        " `Generate`, by a client that tries to connect all the time.",
        [["median ms", "longest ms"], [f"{median:.1f}", f"{worst:.1f}"]],
        [Goal("P8", "start to first answer, the longest", LIMIT_MS, "ms", False, worst)],
        {"milliseconds": took},
    )


def _start(rig: Rig, binary: str, opening: bytes) -> float:
    """Milliseconds of one start."""
    socket = rig.socket("laneway")
    command = ["taskset", "-c", SERVER_CORE, binary, "serve", "--socket", str(socket)]
    command += ["--config", str(rig.folder / "laneway.yaml")]
    began = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=daemons.environment()
    ) as process:
        try:
            with _connect(str(socket), opening, began + START_SECONDS) as peer:
                answer = peer.wait_over(1, START_SECONDS)
                took = time.monotonic() - began
            expect(answer.grpc == 0 and PROMPT.encode() in answer.data, f"answered {answer.fields}")
        finally:
            process.terminate()
    return took * 1000


def _connect(path: str, opening: bytes, limit: float) -> h2raw.Peer:
    while True:
        try:
            return h2raw.Peer(path, opening=opening)
        except OSError:
            expect(time.monotonic() < limit, f"nobody listened for {START_SECONDS} s")
            time.sleep(0.0002)
