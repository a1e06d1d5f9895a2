"""A process that runs gRPC's interoperability client: its own main, for each case so many times.

usage: interop_process.py FOLDER RUNS HOST PORT CASE…    (FOLDER: what scripts/interop-client makes)

Writes a line of JSON for each case: its name, how often it came to its end, in how many seconds,
and the error that stopped it.
"""

from __future__ import annotations

import json
import sys
import time
import traceback


def main(folder: str, runs: int, host: str, port: str, cases: list[str]) -> None:
    sys.path.insert(0, folder)
    from tests.interop import client

    for case in cases:
        sys.argv = [client.__file__, f"--server_host={host}", f"--server_port={port}"]
        sys.argv.append(f"--test_case={case}")
        began, done, error = time.monotonic(), 0, None
        try:
            while done < runs:
                client.test_interoperability()
                done += 1
        except Exception:
            error = traceback.format_exc()
        took = time.monotonic() - began
        print(json.dumps({"case": case, "done": done, "took": took, "error": error}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
