"""The matrix products that a computation needs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

DISPATCHED_AT_ONCE = 16


class Operand(NamedTuple):
    """Shape and number format of an array."""

    shape: tuple[int, ...]
    dtype: str


class Product(NamedTuple):
    """A `dot_general` (XLA's matrix product): operands, contracted and batched axes."""

    left: Operand
    right: Operand
    axes: lax.DotDimensionNumbers

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        (_, contracted), (_, batched) = self.axes
        taken = {*contracted, *batched}
        own = (size for axis, size in enumerate(self.right.shape) if axis not in taken)
        return 2 * math.prod(self.left.shape) * math.prod(own)


def products_of(function: Callable[..., Any], *args: Any) -> Counter[Product]:  # noqa: ANN401
    """Counts the matrix products that a function computes of such arguments.

    For the gradient of a loss by the trainable parameters, these are the products that training
    needs: no gradient of a frozen parameter, and nothing below the first trainable component.
    """
    closed = jax.make_jaxpr(function)(*args)
    return Counter(_walk(closed.jaxpr))


def _walk(jaxpr: Any) -> Iterator[Product]:  # noqa: ANN401
    for equation in jaxpr.eqns:
        if equation.primitive is lax.dot_general_p:
            left, right = (Operand(v.aval.shape, str(v.aval.dtype)) for v in equation.invars)
            yield Product(left, right, equation.params["dimension_numbers"])
        for value in jax.tree.leaves(list(equation.params.values()), is_leaf=_is_jaxpr):
            if _is_jaxpr(value):
                yield from _walk(getattr(value, "jaxpr", value))


def _is_jaxpr(value: object) -> bool:
    return hasattr(value, "eqns") or hasattr(value, "jaxpr")


def flops_of(products: Counter[Product]) -> int:
    """Floating-point operations of all products."""
    return sum(product.flops * count for product, count in products.items())


def run(products: Counter[Product]) -> None:
    """Computes every product as often as it occurs, on operands that are made once."""
    waiting = []
    for product, count in products.items():
        program, left, right = _prepare(product)
        for _ in range(count):
            waiting.append(program(left, right))
            if len(waiting) == DISPATCHED_AT_ONCE:
                jax.block_until_ready(waiting)
                waiting.clear()
    jax.block_until_ready(waiting)


@cache
def _prepare(product: Product) -> tuple[Callable[..., jax.Array], jax.Array, jax.Array]:
    program = jax.jit(lambda left, right: lax.dot_general(left, right, product.axes))
    return program, _ones(product.left), _ones(product.right)


@cache
def _ones(operand: Operand) -> jax.Array:
    return jnp.ones(operand.shape, operand.dtype)
