"""A lane is shared evenly and promptly: ten callers, each a process of its own.

`make fairness` measures the same for minutes and with tighter limits.
"""

import os

import pytest

from support import fairness
from support.callers import Call
from support.lane_runs import Lane
from support.sharing import jain_index, slot_seconds, wait_bound_ms

# What a debug build on two busy cores may be late by. A light call that stood behind the hog's 100
# calls would wait for 2.5 s, six times the bound.
LANE = Lane(slots=4, residency_ms=100, allowance_ms=400)


def failed(outcome):
    return [str(check) for check in outcome.checks if not check.passed]


@pytest.mark.parametrize(
    ("parts", "index"), [([3.0, 3.0], 1.0), ([1.0, 0.0], 0.5), ([2.0, 1.0, 1.0], 16 / 18)]
)
def test_jains_index_is_one_for_even_parts_and_one_of_n_for_all_to_one(parts, index):
    assert jain_index(parts) == pytest.approx(index)


def test_a_call_across_the_edge_of_the_window_counts_with_its_part_inside():
    before, across, inside = (Call(0, ended, 0, 1000) for ended in (9.0, 10.25, 12.0))
    assert slot_seconds([before, across, inside], 10, 20) == pytest.approx(1.25)


def test_the_bound_of_a_light_call_is_a_residency_and_a_round():
    assert wait_bound_ms(100, slots=4, callers=10) == 350


@pytest.mark.speed
def test_ten_backlogged_callers_share_a_lane_evenly_beside_a_hog(figures):
    outcome = fairness.backlogged(LANE, seconds=8)
    figures.append(f"ten backlogged callers: {outcome.checks[0]}")
    assert not failed(outcome)


@pytest.mark.speed
def test_a_light_call_waits_one_residency_and_its_round_at_most(figures):
    outcome = fairness.light(LANE, seconds=8)
    figures.append(f"nine light callers beside a hog: {outcome.checks[0]}")
    assert not failed(outcome)


@pytest.mark.speed
def test_callers_that_do_not_say_who_they_are_wait_behind_the_hog():
    """The same measurement has to show it, or the two above prove nothing."""
    assert not failed(fairness.control(LANE, seconds=6))


@pytest.mark.speed
def test_a_caller_of_weight_2_gets_twice_the_slot_time():
    assert not failed(fairness.weights(LANE, seconds=7))


@pytest.mark.speed
def test_callers_of_short_and_long_calls_get_the_same_slot_time():
    assert not failed(fairness.residencies(LANE, seconds=8))


@pytest.mark.speed
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_a_user_gains_nothing_by_splitting_itself_into_nine_callers():
    assert not failed(fairness.users(LANE, seconds=8))
