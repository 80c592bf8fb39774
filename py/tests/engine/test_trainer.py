"""Properties of training beyond its arithmetic."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.engine import (
    Budget,
    Cancelled,
    Compilations,
    Diverged,
    Engine,
    Optimizer,
    Progress,
    Trained,
    evaluate,
    train,
)
from mu2net_sidecar.engine.programs import Role
from mu2net_sidecar.engine.training import _step as step_module
from tests.engine.tiny import SGD, Batches, child_of, model_of, names_of

BUDGET = Budget(batches_between_validations=3, validations=2)
NAMES = names_of(2)
ENDS = ("encoder_norm", "head")


def outcome(child, source=None, budget=BUDGET, engine=None):
    events = list(train(engine or Engine(), [child], source or Batches(), budget))
    return events[-1]


def test_progress_then_one_answer_per_child_in_order():
    model = model_of(NAMES)
    children = [child_of(model, ENDS, path_id=path) for path in (4, 2)]
    events = list(train(Engine(), children, Batches(), BUDGET))
    answers = [event for event in events if isinstance(event, Trained)]
    assert [answer.path_id for answer in answers] == [4, 2]
    assert answers[0].qualities == answers[1].qualities
    for path, answer in zip((4, 2), answers, strict=True):
        beats = [e for e in events if isinstance(e, Progress) and e.path_id == path]
        validations = [beat for beat in beats if beat.step in (3, 6)]
        assert [len(beat.qualities) for beat in validations] == [1, 2]
        assert beats[-1] == Progress(path, 6, 6, answer.qualities)


def test_same_inputs_give_the_same_bits():
    model = model_of(NAMES)
    child = child_of(model, ("cls", "encoderblock_0", *ENDS))
    first, second = outcome(child), outcome(child)
    assert first.qualities == second.qualities
    jax.tree.map(
        np.testing.assert_array_equal,
        {name: part.params for name, part in first.best.items()},
        {name: part.params for name, part in second.best.items()},
    )
    jax.tree.map(
        np.testing.assert_array_equal,
        {name: part.trace for name, part in first.best.items()},
        {name: part.trace for name, part in second.best.items()},
    )


@pytest.mark.claim("no-interference")
def test_frozen_components_keep_their_bytes_and_are_never_differentiated(monkeypatch):
    model = model_of(NAMES)
    engine, placed, asked = Engine(), [], []
    place = engine.place

    def watch(components):
        stages = place(components)
        placed.extend((s, {k: np.array(v) for k, v in s.params.items()}) for s in stages)
        return stages

    record = step_module.loss_gradient

    def loss_gradient(*args):
        asked.extend((stage.name, stage.role) for stage, _ in placed)
        return record(*args)

    monkeypatch.setattr(engine, "place", watch)
    monkeypatch.setattr(step_module, "loss_gradient", loss_gradient)
    answer = outcome(child_of(model, ("encoderblock_0", *ENDS)), engine=engine)
    frozen = {"embedding", "cls", "posembed_input", "encoderblock_1"}
    assert set(answer.best) == set(NAMES) - frozen
    assert {n for n, role in asked if role in (Role.DW, Role.DXDW)} == set(NAMES) - frozen
    for stage, before in placed:
        if stage.name in frozen:
            assert stage.training is None
            assert {k: v.tobytes() for k, v in before.items()} == {
                k: np.asarray(v).tobytes() for k, v in stage.params.items()
            }
            assert all(np.array_equal(model[stage.name][k], v) for k, v in before.items())


def test_training_leaves_the_arrays_it_was_given_alone():
    model = model_of(NAMES)
    before = {n: {k: v.copy() for k, v in p.items()} for n, p in model.items()}
    traces = {
        n: {k: np.asarray(0.01 * v).astype(jnp.bfloat16) for k, v in p.items()}
        for n, p in model.items()
    }
    traces_before = {n: {k: v.copy() for k, v in p.items()} for n, p in traces.items()}
    answer = outcome(child_of(model, NAMES, traces=traces))
    assert any((answer.best["head"].params[k] != model["head"][k]).any() for k in model["head"])
    jax.tree.map(np.testing.assert_array_equal, model, before)
    jax.tree.map(np.testing.assert_array_equal, traces, traces_before)


def test_no_compilation_for_another_mask_adapter_optimizer_or_class_count():
    engine, source = Engine(), Batches(num_classes=9)
    names = names_of(2, adapters=[0])
    model = model_of(names, num_classes=10)
    shallow = model_of(names_of(0))
    warm = [
        child_of(of, trainable)
        for of in (model, shallow)
        for trainable in (*((name, *ENDS) for name in of), tuple(of))
    ]
    list(train(engine, warm, source, BUDGET))
    others = [
        (names_of(3, adapters=[0, 1, 2]), 16, ("cls", "residual_adapter_1"), SGD),
        (names_of(1), 9, ("encoderblock_0",), Optimizer(0.2, "restarts", 0.3, None, True)),
        (names_of(2, [1]), 12, ("embedding",), Optimizer(0.01, "linear", 0.0, 0.5, False)),
        (names_of(0), 11, (), Optimizer(0.01, "constant", 0.0, 0.5, True)),
    ]
    children = [
        child_of(model_of(names, classes, seed=5), (*trainable, *ENDS), optimizer)
        for names, classes, trainable, optimizer in others
    ]
    with Compilations() as compilations:
        answers = [outcome(child, source, engine=Engine()) for child in children]
    assert [answer.compilations for answer in answers] == [0, 0, 0, 0]
    assert compilations.count == 0


def test_compilations_are_counted():
    with Compilations() as compilations:
        jax.jit(lambda x: x * 41.5)(jnp.ones(3))
    counted = compilations.count
    assert counted >= 1
    jax.jit(lambda x: x * 42.5)(jnp.ones(3))
    assert compilations.count == counted


@pytest.mark.parametrize(
    "optimizer",
    [
        Optimizer(1e30, "constant", 0.0, 0.9, False),
        Optimizer(1e30, "cosine", 0.0, None, True),
    ],
)
def test_logits_that_are_not_finite_are_a_divergence(optimizer):
    answer = outcome(child_of(model_of(NAMES), NAMES, optimizer, path_id=3))
    assert isinstance(answer, Diverged)
    assert (answer.path_id, answer.qualities) == (3, ())
    assert "3 of 6 steps" in answer.reason and "1e+30" in answer.reason
    assert "\n" not in answer.reason


class PoisonedAfter(Batches):
    """Batches that are not finite from a certain step on."""

    def __init__(self, step):
        super().__init__()
        self.first_poisoned = step

    def train_batch(self, step):
        images, labels = super().train_batch(step)
        return (images if step < self.first_poisoned else images * np.float32(np.nan)), labels


def test_a_child_that_diverges_late_keeps_its_best_snapshot():
    # The schedule is constant, so that the first steps do not depend on the number of steps.
    steady = Optimizer(0.05, "constant", 0.0, 0.9, False)
    child = child_of(model_of(NAMES), ENDS, steady)
    late = outcome(child, PoisonedAfter(3))
    once = outcome(child, budget=Budget(batches_between_validations=3, validations=1))
    assert isinstance(late, Diverged) and late.qualities == once.qualities
    for name, part in once.best.items():
        jax.tree.map(np.testing.assert_array_equal, late.best[name].params, part.params)
        jax.tree.map(np.testing.assert_array_equal, late.best[name].trace, part.trace)
    unreached = child_of(model_of(NAMES), ENDS, quality_bar=1.5)
    assert outcome(unreached, PoisonedAfter(3)).best is None


def test_a_child_without_a_bar_that_diverges_at_once_stays_as_it_began():
    model = model_of(NAMES)
    answer = outcome(child_of(model, ENDS), PoisonedAfter(0))
    assert isinstance(answer, Diverged) and answer.qualities == ()
    assert tuple(answer.best) == ENDS
    for name, part in answer.best.items():
        jax.tree.map(np.testing.assert_array_equal, part.params, model[name])
        assert part.trace is None
    assert outcome(child_of(model, ENDS, quality_bar=0.1), PoisonedAfter(0)).best is None


def test_divergence_of_one_child_does_not_touch_the_next():
    model = model_of(NAMES)
    mad = child_of(model, ENDS, Optimizer(1e30, "constant", 0.0, 0.9, False), path_id=1)
    sane = child_of(model, ENDS, path_id=2)
    events = list(train(Engine(), [mad, sane], Batches(), BUDGET))
    answers = [e for e in events if not isinstance(e, Progress)]
    assert [type(answer) for answer in answers] == [Diverged, Trained]
    assert answers[1].qualities == outcome(sane).qualities


class Scripted(Batches):
    """Validations of known quality: the labels decide how many logits are right."""

    def __init__(self, qualities):
        super().__init__()
        self.qualities = iter(qualities)

    def validation_batches(self):
        # With an all-zero model every prediction is class 0.
        right = round(next(self.qualities) * 8)
        labels = np.array([0] * right + [1] * (8 - right), np.int32)
        return [(self.batches[0][0], jax.device_put(labels))]


def scripted(bar, qualities):
    model = model_of(names_of(0))
    # A learning rate of zero changes neither the model nor its predictions.
    model["head"] = {name: np.zeros_like(array) for name, array in model["head"].items()}
    still = Optimizer(0.0, "constant", 0.0, 0.9, False)
    child = child_of(model, ENDS, still, quality_bar=bar)
    return outcome(child, Scripted(qualities), Budget(1, len(qualities)))


@pytest.mark.parametrize(
    "bar,qualities,retained",
    [
        (0.75, (0.25, 0.5), False),
        (0.5, (0.25, 0.5), True),
        (0.5, (0.5, 0.25), True),
        (None, (0.0, 0.0), True),
    ],
)
def test_quality_bar(bar, qualities, retained):
    answer = scripted(bar, qualities)
    assert answer.qualities == qualities
    assert (answer.best is not None) == retained


@pytest.mark.claim("best-validation")
def test_the_latest_of_the_best_validations_is_kept():
    answer = scripted(None, (0.25, 0.5, 0.5, 0.25))
    # The trace of the bias identifies the step, because it sums the same gradient at each step.
    trace = {steps: scripted(None, (0.5,) * steps).best["head"].trace["bias"] for steps in (2, 3)}
    assert (answer.best["head"].trace["bias"] == trace[3]).all()
    assert (trace[2] != trace[3]).any()


@pytest.mark.parametrize("polls", [0, 2, 4])
def test_cancellation(polls):
    answers = iter([False] * polls + [True])
    child = child_of(model_of(NAMES), ENDS)
    with pytest.raises(Cancelled):
        list(train(Engine(), [child], Batches(), BUDGET, should_stop=lambda: next(answers)))


def test_what_was_retained_validates_alike():
    model = model_of(NAMES)
    source = Batches()
    answer = outcome(child_of(model, NAMES), source)
    retained = {**model, **{name: part.params for name, part in answer.best.items()}}
    components = child_of(retained, ()).components
    evaluation = evaluate(Engine(), components, 10, source.validation_batches())
    assert evaluation.tally.quality == max(answer.qualities)
