"""What the benchmarks reckon with: their arithmetic, and what they take for a success."""

import sys

import pytest
from support.daemon import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "Benchmarks"))

from bench import charged, counted, instructions, lanes, report, rounds  # noqa: E402
from bench.load import Run, read_h2load  # noqa: E402
from bench.results import Goal, Result  # noqa: E402
from bench.work import Wrong  # noqa: E402

PRINTED = """
finished in 512.50ms, 1951.22 req/s, 332.80KB/s
requests: 1000 total, 1000 started, 1000 done, 1000 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 1000 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 333.01KB (341000) total, 43.95KB (45000) headers (space savings 0.00%), 39.06KB (40000) data
"""


# What callgrind writes: names by number after the first time, zeroes at the end left out, and below
# a call what it cost, which is not the caller's own.
COUNTED = """events: Ir I1mr

ob=(1) /bin/daemon
fl=(1) ???
fn=(1) $s4Wire12HTTP2SessionC7receiveyyF
0 100 4
cob=(2) /lib/libc.so.6
cfi=(2) malloc.c
cfn=(2) malloc
calls=8 0
0 5000 50
+3 20

ob=(2)
fl=(2)
fn=(2)
0 5000 50

ob=(1)
fn=(3) swift_retain'2
0 7

totals: 5127 54
"""


def run(per_second: float, cpu_us: float = 1.0) -> Run:
    return Run(per_second, cpu_us, 1.0, 0.5)


def test_h2loads_time_is_read_once_calls_and_bytes_are_counted():
    assert read_h2load(PRINTED, 1000, 40) == pytest.approx(0.5125)


@pytest.mark.parametrize(("calls", "least"), [(1001, 1), (1000, 41)])
def test_a_load_with_fewer_answers_or_shorter_ones_is_no_success(calls, least):
    with pytest.raises(Wrong):
        read_h2load(PRINTED, calls, least)


def test_what_counts_is_the_median_of_the_rounds_own_ratios():
    # The machine is twice as fast in the second round and half as fast in the third, for both.
    runs = {
        "ours": [run(300), run(600), run(130)],
        "theirs": [run(100), run(200), run(50)],
    }
    assert rounds.ratio(runs, "ours", "theirs", "per_second") == pytest.approx(3)


def test_a_side_that_runs_fewer_rounds_is_compared_in_those():
    runs = {"ours": [run(10), run(10), run(90)], "theirs": [run(5)]}
    assert rounds.ratio(runs, "ours", "theirs", "per_second") == pytest.approx(2)


def test_rounds_go_in_turns_and_begin_with_the_other_side_each_time():
    made = []

    def side(name, rate, **how):
        def go(calls):
            made.append((name, calls))
            return run(rate)

        return rounds.Side(name, go, **how)

    sides = [side("a", 1000, trial=16), side("b", 64, trial=16, rounds_max=1)]
    rounds.in_turns("test", sides, 2, 0.5)
    calibrated, measured = made[:4], made[4:]
    assert calibrated == [("a", 16), ("a", 16), ("b", 16), ("b", 16)]
    assert measured == [("a", 496), ("b", 32), ("a", 496)]


@pytest.mark.parametrize(
    ("value", "at_least", "verdict", "missed"),
    [
        (2.0, True, "met", False),
        (1.9, True, "**missed**", True),
        (1.9, False, "met", False),
        (None, True, "not measured: it is not there", False),
    ],
)
def test_a_goal_is_met_missed_or_not_measured(value, at_least, verdict, missed):
    goal = Goal("P1", "times", 2.0, "×", at_least, value, "it is not there")
    assert (goal.verdict, goal.missed) == (verdict, missed)


def test_what_lanebench_prints_is_read_whether_it_was_met_or_not():
    text = (
        "1 caller                  333 ns a call, 3003003 calls/s\n"
        "100,000 callers alike     1100 ns a call, 330 % of one caller's  MISSED\n"
        "100,000 callers varying   900 ns a call, 270 % of one caller's\n"
    )
    assert lanes.read(text) == [
        ("1 caller", "333", "3003003", "calls/s"),
        ("100,000 callers alike", "1100", "330", "% of one caller's"),
        ("100,000 callers varying", "900", "270", "% of one caller's"),
    ]
    with pytest.raises(Wrong):
        lanes.read("nothing of the kind")


def test_a_report_replaces_only_the_one_between_the_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    result = Result("P1", "Calls", "text", [["a"], ["1"]], [Goal("P1", "x", 1, "×", True, 2)])
    text = report.write(tmp_path / "out", [result], {"machine": {"cores": "2"}})
    report.replace(page, text)
    found = page.read_text()
    assert found.startswith("before\n") and found.endswith("after\n")
    assert "old" not in found and "| P1 | x | 2.00 × | ≥ 1.00 × | met |" in found
    assert (tmp_path / "out/report.json").exists()


@pytest.mark.parametrize("kind", [kind for kind in counted.COUNTED if kind != "unary"])
def test_the_help_of_exact_names_all_that_it_counts(kind):
    assert f"ARGS='exact {kind}'" in instructions.__doc__


def test_what_callgrind_counted_is_each_functions_own():
    counts = instructions.read(COUNTED, 8)
    receive = "$s4Wire12HTTP2SessionC7receiveyyF"
    assert dict(counts.own) == {
        (receive, "/bin/daemon"): [120, 4],
        ("malloc", "/lib/libc.so.6"): [5000, 50],
        ("swift_retain", "/bin/daemon"): [7],
    }
    assert counts.calls == {(receive, "malloc"): 8}
    assert counts.costs == {(receive, "malloc"): 5000}
    assert instructions._of(counts, counts.own[receive, "/bin/daemon"], "Ir") == 120 / 8
    kinds = {instructions.kind_of(*where) for where in counts.own}
    assert kinds == {"Wire", "libc", "Swift: counting references"}


def test_what_libraries_do_is_charged_to_the_modules_that_called_them_by_what_it_cost():
    # pack and unpack call each other; nobody's module called start.
    own = {"Wire.a": 10, "Models.b": 20, "pack": 30, "unpack": 3, "malloc": 103, "start": 7}
    costs = {
        ("start", "Wire.a"): 112, ("Wire.a", "pack"): 90, ("Models.b", "pack"): 30,
        ("pack", "unpack"): 10, ("unpack", "pack"): 5, ("pack", "malloc"): 103,
    }
    found = charged.to_modules(own, costs, lambda name: name.rpartition(".")[0] or None)
    assert {whose: round(cost, 1) for whose, cost in found.items()} == {
        "Wire": 10 + 102, "Models": 20 + 34, "none": 7,
    }
