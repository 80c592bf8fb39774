"""The needed matrix products are those of the definition of a ViT."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.bench._products import flops_of, products_of, run
from mu2net_sidecar.bench._subject import TINY, Root
from mu2net_sidecar.bench.baseline import Model
from mu2net_sidecar.engine import FLOAT32
from mu2net_sidecar.model import kinds_of

BATCH, TOKENS, CLASSES = 8, 5, 10
PATCHES, PATCH, HIDDEN, MLP = 4, 48, 16, 32


def needed(trainable):
    model = {name: Root(TINY, 0).params(name) for name in TINY.names()}
    trained = {name: model.pop(name) for name in trainable}
    images, labels = jnp.zeros((BATCH, 8, 8, 3)), jnp.zeros(BATCH, jnp.int32)
    gradient = jax.grad(Model(tuple(TINY.names()), FLOAT32, kinds=kinds_of).loss)
    return products_of(gradient, trained, model, images, labels)


EMBEDDING = 2 * BATCH * PATCHES * PATCH * HIDDEN
PROJECTION = 2 * BATCH * TOKENS * HIDDEN * HIDDEN
LAYER = 2 * BATCH * TOKENS * HIDDEN * MLP
ATTENTION = 2 * BATCH * TOKENS * TOKENS * HIDDEN
BLOCK = 4 * PROJECTION + 2 * LAYER + 2 * ATTENTION
# Keys and values of all tokens, and everything else of only the class token.
LAST = 2 * PROJECTION + (2 * PROJECTION + 2 * LAYER + 2 * ATTENTION) // TOKENS
HEAD = 2 * BATCH * HIDDEN * CLASSES
FORWARD = EMBEDDING + (TINY.depth - 1) * BLOCK + LAST + HEAD


def test_head_alone():
    # Gradients of its parameters and of the norm before it, but none of a frozen block.
    assert flops_of(needed({"encoder_norm", "head"})) == FORWARD + 2 * HEAD


def test_everything():
    # The backward pass has twice the forward products, except the gradient of the image.
    assert flops_of(needed(TINY.names())) == 3 * FORWARD - EMBEDDING


def test_last_block():
    # The gradient passes the whole block, because its first norm trains, but not the one before.
    assert flops_of(needed({"encoderblock_1", "encoder_norm", "head"})) == (
        FORWARD + 2 * HEAD + 2 * LAST
    )


def test_run_computes_each_product():
    left, right = jnp.ones((3, 4)), jnp.ones((4, 5))
    products = products_of(lambda a, b: (a @ b) @ (a @ b).T + (a @ b) @ (a @ b).T, left, right)
    assert sum(products.values()) == 6
    assert flops_of(products) == 4 * 2 * 3 * 4 * 5 + 2 * 2 * 3 * 5 * 3
    run(products)


def test_products_inside_other_programs_count():
    inner = jax.jit(lambda a: a @ a)
    square = np.ones((4, 4), np.float32)
    assert sum(products_of(lambda a: inner(a) + jax.checkpoint(inner)(a), square).values()) == 2
    assert products_of(lambda a: a + a, square) == Counter()
