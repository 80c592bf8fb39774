"""A plain ViT as one function of all its parameters, trained with jax.grad and optax.

It shares no code with the engine, whose results are compared with it.
"""

import functools
import math

import jax
import jax.numpy as jnp
import optax
from jax import lax


def promoting(function):
    """Returns the function with NumPy's promotion of formats and ranks, which optax needs."""

    @functools.wraps(function)
    def promoted(*args, **kwargs):
        with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
            return function(*args, **kwargs)

    return promoted


def norm(x, scale, bias):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.var(x, axis=-1, keepdims=True)
    return scale * (x - mean) / jnp.sqrt(variance + 1e-6) + bias


def gelu(x):
    return 0.5 * x * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def block(p, x):
    batch, tokens, hidden = x.shape
    attention = "MultiHeadDotProductAttention_1"
    y = norm(x, p["LayerNorm_0/scale"], p["LayerNorm_0/bias"])
    heads = p[f"{attention}/query/bias"].shape[0]
    q, k, v = (
        (
            y @ p[f"{attention}/{name}/kernel"].reshape(hidden, hidden)
            + p[f"{attention}/{name}/bias"].reshape(hidden)
        )
        .reshape(batch, tokens, heads, hidden // heads)
        .transpose(0, 2, 1, 3)
        for name in ("query", "key", "value")
    )
    weights = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / math.sqrt(hidden // heads), axis=-1)
    y = (weights @ v).transpose(0, 2, 1, 3).reshape(batch, tokens, hidden)
    x = x + y @ p[f"{attention}/out/kernel"].reshape(hidden, hidden) + p[f"{attention}/out/bias"]
    y = norm(x, p["LayerNorm_2/scale"], p["LayerNorm_2/bias"])
    y = gelu(y @ p["MlpBlock_3/Dense_0/kernel"] + p["MlpBlock_3/Dense_0/bias"])
    return x + y @ p["MlpBlock_3/Dense_1/kernel"] + p["MlpBlock_3/Dense_1/bias"]


def adapter(p, x):
    y = norm(x, p["LayerNorm_0/scale"], p["LayerNorm_0/bias"])
    y = gelu(y @ p["Dense_0/kernel"] + p["Dense_0/bias"])
    return x + y @ p["Dense_1/kernel"] + p["Dense_1/bias"]


@promoting
def logits(model, images):
    """Computes logits of a ViT with parameters {component: {param: array}}."""
    kernel = model["embedding"]["kernel"]
    x = lax.conv_general_dilated(
        images, kernel, kernel.shape[:2], "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    x = x + model["embedding"]["bias"]
    x = x.reshape(x.shape[0], -1, x.shape[-1])
    x = jnp.concatenate([jnp.tile(model["cls"]["cls"], (x.shape[0], 1, 1)), x], axis=1)
    x = x + model["posembed_input"]["pos_embedding"]
    for layer in range(sum(name.startswith("encoderblock_") for name in model)):
        if f"residual_adapter_{layer}" in model:
            x = adapter(model[f"residual_adapter_{layer}"], x)
        x = block(model[f"encoderblock_{layer}"], x)
    x = norm(x, model["encoder_norm"]["scale"], model["encoder_norm"]["bias"])
    return x[:, 0] @ model["head"]["kernel"] + model["head"]["bias"]


def loss(trainable, frozen, images, labels):
    scores = logits({**frozen, **trainable}, images)
    target = jax.nn.one_hot(labels, scores.shape[-1])
    return optax.softmax_cross_entropy(scores, target).mean()


def schedule(
    name, learning_rate, warmup_ratio, batches_between_validations, validations, warmup_start=0.01
):
    """Returns the optax form of a schedule of method.md §5."""
    steps = batches_between_validations * validations
    start = learning_rate * warmup_start

    def cosine(period):
        return optax.warmup_cosine_decay_schedule(
            start, learning_rate, int(warmup_ratio * period), period
        )

    def linear():
        warmup = int(warmup_ratio * steps)
        rising = optax.linear_schedule(start, learning_rate, warmup)
        falling = optax.linear_schedule(learning_rate, start, steps - warmup)
        return optax.join_schedules([rising, falling], [warmup])

    def restarts():
        starts = range(batches_between_validations, steps, batches_between_validations)
        period = cosine(batches_between_validations)
        return optax.join_schedules([period] * validations, list(starts))

    match name:
        case "constant":
            return optax.constant_schedule(learning_rate / 2)
        case "cosine":
            return promoting(cosine(steps))
        case "restarts":
            return promoting(restarts())
        case "linear":
            return promoting(linear())


def optimizer(rate, momentum, nesterov):
    tx = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.sgd(rate, momentum, nesterov=nesterov, accumulator_dtype=jnp.bfloat16),
    )
    return optax.GradientTransformation(tx.init, promoting(tx.update))


def train_step(tx):
    """Returns the compiled step of one mask: (trainable, state, frozen, images, labels) → …"""

    @jax.jit
    def step(trainable, state, frozen, images, labels):
        grads = jax.grad(loss)(trainable, frozen, images, labels)
        updates, state = tx.update(grads, state, trainable)
        return optax.apply_updates(trainable, updates), state

    return step
