"""The training of other paths cannot change a locked component."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.engine import Budget, Engine, Trained, train
from tests.engine.tiny import SGD, Batches, child_of, model_of, names_of

NAMES = names_of(2, adapters=[1])
MODEL = model_of(NAMES)
FINISHED = child_of(MODEL, ()).components
"""A finished path, whose components are all locked, and on the device under their names."""


def logits(engine):
    x = jnp.asarray(Batches(seed=1).batches[0][0])
    for stage in engine.place(FINISHED):
        x = stage.programs.forward(stage.params, x)
    return np.asarray(x)


@pytest.mark.claim("no-interference", "no-negative-transfer", "no-forgetting")
@given(
    masks=st.lists(st.sets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=2),
    seed=st.integers(0, 99),
)
@settings(max_examples=8, deadline=None, derandomize=True)
def test_children_of_any_masks_leave_what_they_share_as_it_was(masks, seed):
    engine = Engine()
    before = logits(engine)
    children = [child_of(MODEL, mask, SGD, path_id=path) for path, mask in enumerate(masks)]
    events = train(engine, children, Batches(seed=seed), Budget(2, 1))
    answers = [event for event in events if isinstance(event, Trained)]
    assert [set(answer.best) for answer in answers] == masks
    for answer in answers:
        # The trainable components did train: the head's bias has a gradient for every mask.
        if "head" in answer.best:
            assert (answer.best["head"].params["bias"] != MODEL["head"]["bias"]).any()
    np.testing.assert_array_equal(logits(engine), before)
