import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mu2net_sidecar.engine import UNLABELLED, Compilations, Engine, evaluate, examine
from tests.engine.tiny import Batches, child_of, model_of, names_of
from tests.reference import whole_model


def batched(images, labels, size):
    return [
        (jax.device_put(images[i : i + size]), jax.device_put(labels[i : i + size]))
        for i in range(0, len(labels), size)
    ]


@pytest.mark.parametrize("num_classes", [3, 16, 20])
def test_counts_are_exact_with_a_ragged_last_batch(num_classes):
    model = model_of(names_of(1, adapters=[0]), num_classes)
    draw = np.random.default_rng(1)
    images = draw.standard_normal((21, 8, 8, 3)).astype(np.float32)
    labels = draw.integers(0, num_classes, 21).astype(np.int32)
    predicted = np.asarray(jax.jit(whole_model.logits)(model, images)).argmax(-1)
    labels[::2] = predicted[::2]
    components = child_of(model, ()).components
    evaluation = evaluate(Engine(), components, num_classes, batched(images, labels, 8))
    tally = evaluation.tally
    assert (tally.correct, tally.total) == (int((predicted == labels).sum()), 21)
    assert tally.quality == tally.correct / 21
    assert evaluation.outcomes == np.packbits(predicted == labels).tobytes()
    with Compilations() as compilations:
        again = evaluate(Engine(), components, num_classes, batched(images, labels, 8))
    assert again == evaluation
    assert compilations.count == 0
    for size in (1, 5, 21, 22):
        other = evaluate(Engine(), components, num_classes, batched(images, labels, size))
        assert other == evaluation


@pytest.mark.parametrize("num_classes", [3, 20])
def test_predictions_are_those_of_the_whole_model(num_classes):
    model = model_of(names_of(1, adapters=[0]), num_classes)
    draw = np.random.default_rng(1)
    images = draw.standard_normal((21, 8, 8, 3)).astype(np.float32)
    labels = draw.integers(0, num_classes, 21).astype(np.int32)
    labels[[4, 20]] = UNLABELLED
    known = labels != UNLABELLED
    chances = np.asarray(jax.nn.softmax(jax.jit(whole_model.logits)(model, images)))[known]
    batches = batched(images, labels, 8)
    found = examine(Engine(), child_of(model, ()).components, num_classes, batches)
    np.testing.assert_array_equal(found.labels, labels[known])
    np.testing.assert_array_equal(found.predicted, chances.argmax(-1))
    np.testing.assert_allclose(found.probability, chances.max(-1), rtol=1e-4)
    own = chances[np.arange(19), found.labels]
    np.testing.assert_allclose(found.label_probability, own, rtol=1e-4)


def test_padded_logits_never_win():
    model = model_of(names_of(0), num_classes=3)
    model["head"] = {
        "kernel": np.zeros((16, 3), np.float32),
        "bias": np.array([-3, -1, -2], np.float32),
    }
    images = np.zeros((4, 8, 8, 3), np.float32)
    labels = np.array([1, 1, 1, 0], np.int32)
    tally = evaluate(Engine(), child_of(model, ()).components, 3, batched(images, labels, 4)).tally
    assert (tally.correct, tally.total, tally.finite) == (3, 4, True)


def test_logits_that_are_not_finite_are_told():
    model = model_of(names_of(0))
    model["head"]["bias"][4] = np.nan
    batches = Batches().validation_batches()
    assert not evaluate(Engine(), child_of(model, ()).components, 10, batches).tally.finite


def test_nothing_to_evaluate_on():
    with pytest.raises(ValueError, match="no examples"):
        evaluate(Engine(), child_of(model_of(names_of(0)), ()).components, 10, [])
    with pytest.raises(ValueError, match="no examples"):
        examine(Engine(), child_of(model_of(names_of(0)), ()).components, 10, [])


@pytest.mark.claim("neutral-adapters")
def test_inserting_an_adapter_changes_no_prediction():
    with_adapters = model_of(names_of(2, adapters=[0, 1]))
    without = {n: p for n, p in with_adapters.items() if not n.startswith("residual_adapter")}
    for layer in (0, 1):
        adapter = with_adapters[f"residual_adapter_{layer}"]
        for name in ("Dense_1/kernel", "Dense_1/bias"):
            adapter[name] = np.zeros_like(adapter[name])

    def logits(model):
        x = jnp.asarray(Batches().batches[0][0])
        for stage in Engine().place(child_of(model, ()).components):
            x = stage.programs.forward(stage.params, x)
        return np.asarray(x)

    np.testing.assert_array_equal(logits(with_adapters), logits(without))
