"""The sequence of components is equal to the plain model."""

import jax
import numpy as np

from mu2net_sidecar.model import kind_of
from tests.engine.tiny import Batches, model_of, names_of
from tests.reference import whole_model


def test_logits_equal_the_plain_model():
    names = names_of(3, adapters=[0, 2])
    model = model_of(names)
    images, _ = Batches().batches[0]

    @jax.jit
    def logits(model, x):
        for name in names:
            x = kind_of(name).apply(model[name], x)
        return x

    expected = jax.jit(whole_model.logits)(model, images)
    np.testing.assert_allclose(logits(model, images), expected, rtol=1e-4, atol=1e-5)
