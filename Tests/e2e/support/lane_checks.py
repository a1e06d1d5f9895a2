"""What must hold of lanes and targets once a call has ended."""

from __future__ import annotations

import time

from .patience import patient
from .stubs import lane_admin, lane_admin_services, models, models_services

PATIENCE = patient(5.0)


def all_lanes(client):
    stub = lane_admin_services.LaneAdminStub(client.channel)
    return stub.ListLanes(lane_admin.ListLanesRequest(), timeout=PATIENCE).lanes


def resolved(client, name: str):
    """The targets of a name, as the daemon sees them now."""
    stub = models_services.ModelsStub(client.channel)
    request = models.ResolveModelRequest(model=name)
    return stub.ResolveModel(request, timeout=PATIENCE).targets


def cooling_seconds(client, target: str) -> float:
    """For how long the target is left alone; 0 when it is healthy."""
    return resolved(client, target)[0].cooling_ms / 1000


def assert_nothing_is_left(client, upstream, model: str) -> None:
    """Every slot is free, nothing waits, and the daemon keeps no connection of the model's."""
    limit = time.monotonic() + PATIENCE
    while busy := [lane for lane in all_lanes(client) if lane.running or lane.queued]:
        assert time.monotonic() < limit, busy
        time.sleep(0.01)
    assert not [lane for lane in all_lanes(client) if lane.leaked_slots or lane.open_streams]
    for exchange in upstream.of(model):
        assert exchange.closed.wait(PATIENCE), f"the daemon keeps a connection of {model}"
