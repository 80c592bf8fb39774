"""Children in lockstep have the same results as alone, and share common work."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from mu2net_sidecar.engine import (
    BatchKeys,
    Budget,
    Diverged,
    Engine,
    EngineOptions,
    ExampleKeys,
    Optimizer,
    Progress,
    Trained,
    train,
)
from tests.engine.tiny import Batches, child_of, model_of, names_of

BUDGET = Budget(batches_between_validations=3, validations=2)
NAMES = names_of(3)
ENDS = ("encoder_norm", "head")
MODEL = model_of(NAMES)
MAD = Optimizer(1e30, "constant", 0.0, 0.9, nesterov=False)
FROZEN_BLOCKS = ([*ENDS], ["encoderblock_2", *ENDS], ["encoderblock_1", *ENDS], ["cls", *ENDS])


def children_of(masks=FROZEN_BLOCKS, model=MODEL):
    return [child_of(model, mask, path_id=path) for path, mask in enumerate(masks)]


def answers(children, engine=None, source=None, budget=BUDGET, keys=None):
    events = train(engine or Engine(), children, source or Batches(), budget, keys=keys)
    return {event.path_id: event for event in events if not isinstance(event, Progress)}


def assert_same(first, second):
    """Asserts that all results except time and compilations are equal to the bit."""
    assert first.keys() == second.keys()
    for path, one in first.items():
        other = second[path]
        assert one.qualities == other.qualities
        assert type(one) is type(other)
        if isinstance(one, Trained):
            parts, others = dict(one.best), dict(other.best)
            assert list(parts) == list(others)
            for name, part in parts.items():
                jax.tree.map(np.testing.assert_array_equal, part.params, others[name].params)
                jax.tree.map(np.testing.assert_array_equal, part.trace, others[name].trace)


def alone(children, **rest):
    return {path: a for child in children for path, a in answers([child], **rest).items()}


def test_training_together_changes_no_bit():
    children = children_of()
    assert_same(answers(children), alone(children))


def test_neither_does_it_where_the_budget_parts_the_cohort():
    children = children_of()
    narrow = Engine(EngineOptions(cohort_bytes=0))
    events = list(train(narrow, children, Batches(), BUDGET))
    paths = [event.path_id for event in events]
    assert paths == sorted(paths), "one after another"
    assert_same({e.path_id: e for e in events if isinstance(e, Trained)}, alone(children))


def test_one_that_diverges_leaves_and_the_others_go_on():
    sane = children_of()
    mad = child_of(MODEL, ENDS, MAD, path_id=9)
    events = list(train(Engine(), [sane[0], mad, *sane[1:]], Batches(), BUDGET))
    ends = {e.path_id: e for e in events if not isinstance(e, Progress)}
    assert isinstance(ends[9], Diverged)
    first = next(e for e in events if isinstance(e, Trained))
    assert events.index(ends[9]) < events.index(first)
    del ends[9]
    assert_same(ends, alone(sane))


def test_every_child_tells_of_every_validation():
    events = list(train(Engine(), children_of(), Batches(), BUDGET))
    for path in range(len(FROZEN_BLOCKS)):
        steps = [e.step for e in events if isinstance(e, Progress) and e.path_id == path]
        assert {3, 6} <= set(steps)
        assert steps == sorted(steps)


def test_shares_of_the_time_add_up(monkeypatch):
    now = iter(range(100_000))
    clock = SimpleNamespace(monotonic=lambda: float(next(now)))
    monkeypatch.setattr("mu2net_sidecar.engine.training._pace.time", clock)
    ends = answers(children_of())
    assert all(end.train_seconds > 0 for end in ends.values())
    # Each reading of the clock is a second later, so only the times between events are missing.
    total = sum(end.train_seconds for end in ends.values())
    readings = next(now)
    assert total == pytest.approx(round(total))
    assert readings * 0.5 < total < readings


class Counting(Engine):
    """Counts how often each component runs forward without being differentiated."""

    def __init__(self, options=None):
        super().__init__(options)
        self.calls = Counter()

    def place(self, components):
        stages = super().place(components)
        for stage in stages:
            stage.programs = replace(stage.programs, forward=self._counted(stage))
        return stages

    def _counted(self, stage):
        forward = stage.programs.forward

        def counted(*args):
            self.calls[stage.name] += 1
            return forward(*args)

        return counted


def test_a_prefix_that_several_share_is_computed_once_a_batch():
    engine = Counting()
    answers(children_of(), engine)
    batches = BUDGET.steps + 2 * BUDGET.validations
    assert engine.calls["embedding"] == batches
    # These are frozen in all children; the last child has already trained its class token.
    assert engine.calls["encoderblock_0"] == batches + 2 * BUDGET.validations
    # A different component of the same name makes a different prefix.
    other = Counting()
    answers([*children_of([ENDS]), *children_of([ENDS], model_of(NAMES, seed=1))], other)
    assert other.calls["embedding"] == batches


def test_components_without_a_key_are_not_shared():
    engine = Counting()
    children = [
        replace(child, components=[replace(c, key=None) for c in child.components])
        for child in children_of([ENDS, ENDS])
    ]
    ends = answers(children, engine)
    assert engine.calls["embedding"] == 2 * (BUDGET.steps + 2 * BUDGET.validations)
    assert_same({0: ends[0]}, {0: ends[1]})


class Plain(Batches):
    """Batches of examples that are the same at every step, in a special order."""

    def __init__(self, examples=20, size=8):
        super().__init__(size=size)
        draw = np.random.default_rng(3)
        self.images = draw.standard_normal((examples, 8, 8, 3)).astype(np.float32)
        self.labels = draw.integers(0, 10, examples).astype(np.int32)
        self.size = size

    def examples(self, step):
        draw = np.random.default_rng((step * self.size) // len(self.labels))
        order = np.concatenate([draw.permutation(len(self.labels)) for _ in range(2)])
        start = (step * self.size) % len(self.labels)
        return order[start : start + self.size]

    def train_batch(self, step):
        index = self.examples(step)
        return jax.device_put((self.images[index], self.labels[index]))

    @property
    def keys(self):
        return BatchKeys("validation", ExampleKeys("train", len(self.labels), self.examples))


LONG = Budget(batches_between_validations=5, validations=3)


@pytest.mark.parametrize("capacity", [0, 9000, 1 << 20])
def test_caches_change_no_bit(capacity):
    source, children = Plain(), children_of()
    plain = answers(children, source=source, budget=LONG)
    engine = Counting(EngineOptions(prefix_cache_bytes=capacity))
    assert_same(
        answers(children, engine, source, LONG, source.keys),
        plain,
    )
    assert engine.prefix_cache.held_bytes <= capacity
    uncached = LONG.steps + 2 * LONG.validations
    assert (engine.calls["embedding"] < uncached) == (capacity > 0)
    # This is a later generation on the same data.
    before = engine.calls["embedding"]
    later = children_of([["encoderblock_2", "head"], ["head"]])
    assert_same(
        answers(later, engine, source, LONG, source.keys),
        answers(later, source=source, budget=LONG),
    )
    if capacity == 1 << 20:
        assert engine.calls["embedding"] == before


def test_other_names_find_nothing():
    engine, source = Counting(), Plain()
    child = children_of([ENDS])
    answers(child, engine, source, BUDGET, BatchKeys("a", None))
    first = engine.calls["embedding"]
    answers(child, engine, source, BUDGET, BatchKeys("a", None))
    assert engine.calls["embedding"] - first == BUDGET.steps
    answers(child, engine, source, BUDGET, BatchKeys("b", None))
    assert engine.calls["embedding"] - first == 2 * BUDGET.steps + 2
