"""Lanes that change while calls are in them."""

from __future__ import annotations

import random
import threading
import time

from .stubs import lane_admin

CONCURRENCY_MAX = 24
# What all lanes have again afterwards.
CALM = 16


class Weather:
    """Raises and lowers the concurrency of every lane and pauses one now and then, on a thread."""

    def __init__(self, admin, lanes: list[str], seed: int, every_s: float = 0.1) -> None:
        self.admin, self.lanes, self.every_s = admin, lanes, every_s
        self.chance = random.Random(f"weather {seed}")
        self.changes = {"concurrency": 0, "pauses": 0}
        # What an answer showed that no lane may show.
        self.wrong: list[str] = []
        self._calm = threading.Event()
        self._thread = threading.Thread(target=self._blow)

    def __enter__(self) -> Weather:
        self._thread.start()
        return self

    def __exit__(self, *_failure) -> None:
        self._calm.set()
        self._thread.join()
        self._update({name: {"concurrency": CALM, "paused": False} for name in self.lanes})

    def _blow(self) -> None:
        due = time.monotonic()
        while not self._calm.wait(max(0.0, due - time.monotonic())):
            due = max(due + self.every_s, time.monotonic())
            paused = self.chance.choice(self.lanes) if self.chance.random() < 0.15 else None
            self._update({
                name: {
                    "concurrency": self.chance.randint(1, CONCURRENCY_MAX),
                    "paused": name == paused,
                }
                for name in self.lanes
            })
            self.changes["concurrency"] += len(self.lanes)
            self.changes["pauses"] += paused is not None

    def _update(self, changes: dict[str, dict]) -> None:
        # All at once: one after the other would take three turns of a busy machine.
        updates = [
            self.admin.UpdateLane.future(lane_admin.UpdateLaneRequest(name=name, **change))
            for name, change in changes.items()
        ]
        for lane in (update.result().lane for update in updates):
            # Lowering lets running calls end, so only the highest concurrency of all bounds them.
            if lane.running > CONCURRENCY_MAX or lane.queued > lane.queue_depth_max:
                self.wrong.append(f"{lane.name}: {lane.running} running, {lane.queued} queued")
