"""A call costs no more mallocs and system calls than Benchmarks/ceilings.json says.

The figure is what 2N pieces cost above N, by N: what is paid once falls out of it.
`make bench-counts` prints the figures of a release build.
"""

from __future__ import annotations

import dataclasses
import functools

import pytest

from support import strace
from support.counting import ceilings, load, mallocs
from support.counting.syscalls import Syscalls

pytestmark = [pytest.mark.speed, pytest.mark.traced]


@dataclasses.dataclass(frozen=True)
class Subject:
    """What is counted by the piece."""

    per: str
    # A method of `load.Load`, which takes how many.
    method: str
    pieces: int
    # What counts alike in every run. Of several at once, the rest goes by how many are read and
    # written together, which is chance: a ceiling holds it from above only.
    steady: tuple[str, ...] = ("mallocs", "syscalls")


SUBJECTS = [
    Subject("unary_call_alone", "calls_one_by_one", pieces=300),
    Subject("unary_call", "calls", pieces=400, steady=("mallocs",)),
    Subject("stream_message_alone", "messages_one_by_one", pieces=400, steady=()),
    Subject("stream_message", "messages", pieces=8_000, steady=()),
]


@pytest.fixture(params=[mallocs.Mallocs, Syscalls], ids=lambda one: one.name)
def counter(request):
    """Counts one kind of thing in a daemon."""
    if reason := mallocs.why_not() if request.param is mallocs.Mallocs else strace.why_not():
        pytest.skip(reason)
    one = request.param()
    yield one
    one.close()


@pytest.fixture
def driven(start, counter):
    """The load, on a daemon in which the counter counts."""
    daemon = start(load.CONFIG, **counter.environment).wait_until_listening()
    counter.attach(daemon.process.pid)
    driver = load.Load(daemon.target)
    yield driver
    driver.close()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.per)
def test_a_piece_of_work_costs_no_more_than_its_ceiling(driven, counter, figures, subject):
    value = per_piece(counter, getattr(driven, subject.method), subject.pieces)
    limit = ceilings.ceiling(counter.name, subject.per)
    allowed = "no ceiling" if limit is None else f"{limit:g} are allowed"
    figures.append(
        f"{counter.name} per {subject.per.replace('_', ' ')} in a {ceilings.BUILD} build: "
        f"{value:.4g}, {allowed}"
    )
    if limit is None:
        pytest.skip(ceilings.unrecorded(counter.name, subject.per, value))
    complaint = ceilings.complaint(
        counter.name, subject.per, value, limit, counter.name in subject.steady
    )
    assert complaint is None, complaint


def per_piece(counter, drive, pieces: int) -> float:
    drive(pieces)
    once = counter.during(functools.partial(drive, pieces))
    twice = counter.during(functools.partial(drive, 2 * pieces))
    return (twice - once) / pieces
