"""Callers in processes of their own (`caller_process.py`), and what their calls told of them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass(frozen=True)
class Plan:
    """How one caller calls: so many at a time, each again once it has ended and it has thought."""

    name: str
    model: str
    in_flight: int = 1
    think_ms: tuple[float, float] = (0, 0)
    # None is the name; empty sends none, which is the uid's own bucket.
    caller_id: str | None = None
    # Whose process it is; None is our own. Others only root can make.
    uid: int | None = None
    # From when to when, in seconds; None is to the end.
    from_s: float = 0.0
    until_s: float | None = None


@dataclasses.dataclass(frozen=True)
class Call:
    """One call that was answered. Moments are of the machine's monotonic clock, in seconds."""

    sent: float
    ended: float
    # By the daemon's clock, from the CallInfo of the answer: waited for a slot, and held it.
    wait_ms: int
    ran_ms: int

    @property
    def started(self) -> float:
        """When it took its slot, reckoned back from its end."""
        return self.ended - self.ran_ms / 1000

    @property
    def unexplained_ms(self) -> float:
        """What the caller's clock saw beyond what the daemon's accounts for."""
        return (self.ended - self.sent) * 1000 - self.wait_ms - self.ran_ms


@dataclasses.dataclass(frozen=True)
class Told:
    """What one caller saw."""

    calls: list[Call]
    failures: list[str]
    # How long those had lasted that were still unanswered in the end.
    unanswered_ms: list[float]
    late_s: float


class Crowd:
    """The callers of one run, at work. Use as a context; `results` waits for their end."""

    def __init__(self, target: str, plans: list[Plan], seconds: float) -> None:
        self.plans, self.seconds = plans, seconds
        self._stack = contextlib.ExitStack()
        self.folder = pathlib.Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="laneway-callers."))
        )
        (self.folder / "plans.json").write_text(json.dumps([self._plan(p, target) for p in plans]))

    def _plan(self, plan: Plan, target: str) -> dict:
        fields = dataclasses.asdict(plan) | {"target": target}
        if plan.caller_id is None:
            fields["caller_id"] = plan.name
        if plan.until_s is None:
            fields["until_s"] = self.seconds
        return fields

    def __enter__(self) -> Crowd:
        script = pathlib.Path(__file__).with_name("caller_process.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(self.folder)], stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )
        self._stack.callback(self._end)
        self.begin = float(self.process.stdout.readline())
        return self

    def results(self) -> dict[str, Told]:
        """Each caller's calls, by its name, once all have ended."""
        status = self.process.wait(self.begin - time.monotonic() + self.seconds + 30)
        assert status == 0, "a caller's process ended ill"
        return {plan.name: self._told(plan.name) for plan in self.plans}

    def _told(self, name: str) -> Told:
        found = json.loads((self.folder / f"{name}.json").read_text())
        return Told(**found | {"calls": [Call(*call) for call in found["calls"]]})

    def _end(self) -> None:
        # All of its session: the callers are its children.
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()

    def __exit__(self, *_failure) -> None:
        self._stack.close()
