"""The programs of a component kind: `forward`, `record` per role, and `backward`.

A path of components y_i = f_i(w_i, y_{i-1}) is differentiated by reverse accumulation (Griewank and
Walther, 2008, §3.2), one program per component instead of one per model. All programs of a kind
come from its `apply`, and each compiles once per shape of parameters and input, whatever path the
component belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import jax
import jax.numpy as jnp

from mu2net_sidecar.engine.device import Arrays, Precision, Remat, rematerialise
from mu2net_sidecar.engine.programs._gradient_role import Role
from mu2net_sidecar.engine.programs._residuals import Residuals
from mu2net_sidecar.model import Attention, ComponentKind

if TYPE_CHECKING:
    from jax import Array
    from jaxtyping import Float

P = ParamSpec("P")
R = TypeVar("R")

Forward = Callable[[Arrays, jax.Array], jax.Array]
Record = Callable[[Arrays, jax.Array], tuple[jax.Array, Residuals]]
Backward = Callable[
    [Residuals, Arrays, jax.Array, jax.Array, jax.Array],
    tuple[jax.Array | None, Arrays | None, jax.Array],
]


@dataclass(frozen=True)
class Programs:
    """The compiled functions of one component kind y = f(w, x).

    With w the parameters, x (batch, …) the input, y (batch, …) the output, L the loss, dy = ∂L/∂y,
    and s the sum of |∂L/∂w|² over the trainable components that come later in the path:

    Attributes:
        forward: (w, x) → y.
        record: by role, (w, x) → (y, residuals); the same y.
        backward: (residuals, w, x, dy, s) → (dx, dw, s + |dw|²), where dx = (∂y/∂x)ᵀ·dy and
            dw = (∂y/∂w)ᵀ·dy are None unless the role of the recorded program asked for them.
    """

    forward: Forward
    record: Mapping[Role, Record]
    backward: Backward


def programs_of(
    kind: ComponentKind,
    precision: Precision,
    attention: Attention = "xla",
    remat: Remat = "dots",
) -> Programs:
    """Returns the programs of a kind; equal arguments get the same, already compiled, programs."""
    return _programs_of(kind, precision, attention if kind.attends else "xla", remat)


@cache
def _programs_of(
    kind: ComponentKind, precision: Precision, attention: Attention, remat: Remat
) -> Programs:
    apply = partial(kind.apply, attention=attention) if kind.attends else kind.apply

    def forward(params: Arrays, x: jax.Array) -> jax.Array:
        return apply(jax.tree.map(precision.cast, params), precision.cast(x))

    return Programs(
        forward=_jit(forward, f"{kind.name}_forward"),
        record={
            role: _jit(
                partial(_record, rematerialise(forward, remat), role),
                f"{kind.name}_record_{role.value}",
            )
            for role in (Role.DX, Role.DW, Role.DXDW)
        },
        backward=_jit(_backward, f"{kind.name}_backward"),
    )


def _record(
    f: Forward, role: Role, w: Arrays, x: Float[Array, " batch *rest"]
) -> tuple[Float[Array, " batch *features"], Residuals]:
    """Computes y = f(w, x) and linearises f at (w, x) in the variables that the role names.

    Args:
        f: the component's function, in the precision of computation.
        role: DX linearises in x, DW in w, DXDW in both.
        w: parameters; f32 where they train.
        x: input, f32 or bf16.

    Returns:
        y, and what the backward program needs to apply the transposed Jacobian.
    """
    if role is Role.DX:
        y, vjp = jax.vjp(partial(f, w), x)
    elif role is Role.DW:
        y, vjp = jax.vjp(lambda w: f(w, x), w)
    else:
        y, vjp = jax.vjp(f, w, x)
    return y, Residuals.of(role, vjp, (w, x))


def _backward(
    residuals: Residuals,
    w: Arrays,
    x: Float[Array, " batch *rest"],
    dy: Float[Array, " batch *features"],
    sqnorm: Float[Array, ""],
) -> tuple[Float[Array, " batch *rest"] | None, Arrays | None, Float[Array, ""]]:
    """Computes dx = (∂y/∂x)ᵀ·dy and dw = (∂y/∂w)ᵀ·dy, and adds |dw|² to the squared norm.

    The clip by global norm (method §5) needs |g|² = Σ_i |dw_i|² over all trainable components
    before the first update. Each backward program adds its term, so the sum stays on the device.

    Args:
        residuals: from the recorded forward pass.
        w: parameters, as given to the recorded pass.
        x: input, as given to the recorded pass.
        dy: gradient of the loss by the output, in the format of the output.
        sqnorm: Σ |dw|² of the trainable components that come later in the path; f32.

    Returns:
        dx in the format of x, dw in that of w (f32), each None if the role does not ask for it,
        and the new sum.
    """
    role, vjp = residuals.restore((w, x))
    if role is Role.DX:
        (dx,) = vjp(dy)
        return dx, None, sqnorm
    if role is Role.DW:
        dx, (dw,) = None, vjp(dy)
    else:
        dw, dx = vjp(dy)
    return dx, dw, sqnorm + sum(jnp.vdot(g, g) for g in jax.tree.leaves(dw))


def _jit(function: Callable[P, R], name: str) -> Callable[P, R]:
    """Compiles a function under the name that profiles show."""

    def named(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    named.__name__ = named.__qualname__ = name
    return jax.jit(named)
