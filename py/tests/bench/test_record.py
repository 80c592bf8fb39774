"""Goals, ratios, and the distance of a record from its goal."""

import math

import pytest

from mu2net_sidecar.bench._pairs import Pairs
from mu2net_sidecar.bench._plot import attainment
from mu2net_sidecar.bench._record import Metric, absolute, at_least, at_most, paired, skipped


def record(value, goal):
    return absolute(Metric(1, "m", goal, "u"), value, "d")


@pytest.mark.parametrize(
    ("value", "goal", "passed", "attained"),
    [
        (0.7, at_most(0.7), True, 1),
        (0.35, at_most(0.7), True, 2),
        (1.4, at_most(0.7), False, 0.5),
        (10, at_least(5), True, 2),
        (4, at_least(5), False, 0.8),
        (0, at_most(0), True, 1),
        (0, at_most(10), True, math.inf),
    ],
)
def test_goal(value, goal, passed, attained):
    assert record(value, goal).passed is passed
    assert attainment(record(value, goal)) == pytest.approx(attained)


def test_one_more_than_none_is_missed():
    assert record(1, at_most(0)).passed is False
    assert attainment(record(1, at_most(0))) < 1


def test_the_goal_is_about_the_ratio_where_there_is_one():
    r = paired(Metric(4, "m", at_most(0.7), "s"), Pairs([1, 2, 9], [2, 2, 3]), "d")
    assert (r.ours, r.baseline, r.ratio, r.spread) == (2, 2, 1, (0.5, 3))
    assert r.value == 1
    assert r.passed is False


def test_skipped_is_neither_met_nor_missed():
    r = skipped(Metric(10, "m", at_least(5), "s"), "Orbax is not installed")
    assert r.passed is None
    assert r.as_json()["pass"] is None
    assert "Orbax is not installed" in r.detail


def test_times_that_should_be_short_are_compared_the_other_way():
    r = paired(Metric(2, "m", at_least(2), "s"), Pairs([1, 2, 4], [4, 4, 4]), "d", inverse=True)
    assert (r.ours, r.baseline, r.ratio, r.spread) == (2, 4, 2, (1, 4))
