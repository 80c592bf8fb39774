"""Compiles traced programs for a target, each once, and reads what the compiler says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
from jax.extend.core import jaxpr_as_fun
from jax.sharding import Sharding

COLLECTIVES = re.compile(
    r"= \S.*? (all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)(?:-start)?\("
)
"""An operation of the HLO that makes devices wait for each other."""


@dataclass(frozen=True)
class CompiledProgram:
    """The compiler's account of a program on each device.

    Attributes:
        argument_bytes: memory of its arguments.
        output_bytes: memory of its outputs, those included that replace an argument.
        temporary_bytes: memory that it needs besides.
        aliased_bytes: memory of outputs that replace a donated argument.
        flops: floating-point operations.
        bytes_accessed: bytes that its operations read and write.
        collectives: how many operations of each kind make devices wait for each other.
        outputs: where each output lies.
    """

    argument_bytes: int
    output_bytes: int
    temporary_bytes: int
    aliased_bytes: int
    flops: float
    bytes_accessed: float
    collectives: Mapping[str, int]
    outputs: Sequence[Sharding] = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """A program that the compiler refused.

    Attributes:
        reason: the first line of what it says.
    """

    reason: str


class Compiler:
    """Compiles programs; equal ones share one compilation.

    Args:
        on_compile: called with the name of each program before it is compiled.
    """

    def __init__(self, on_compile: Callable[[str], None] = lambda name: None) -> None:
        self._on_compile = on_compile
        self._known: dict[Any, CompiledProgram | Failure] = {}

    def compile(self, call: Any, shardings: Sequence[Sharding]) -> CompiledProgram | Failure:  # noqa: ANN401
        """Compiles the program of a call.

        Args:
            call: the equation of a traced `jax.jit`.
            shardings: where each argument lies.
        """
        # JAX traces a function once for equal shapes, so one object is one program.
        key = (call.params["jaxpr"], tuple(shardings))
        if key not in self._known:
            self._on_compile(call.params["name"])
            self._known[key] = _compile(call, shardings)
        return self._known[key]


def _compile(call: Any, shardings: Sequence[Sharding]) -> CompiledProgram | Failure:  # noqa: ANN401
    jaxpr, donated = call.params["jaxpr"], call.params["donated_invars"]
    arguments = [
        jax.ShapeDtypeStruct(variable.aval.shape, variable.aval.dtype, sharding=sharding)
        for variable, sharding in zip(call.invars, shardings, strict=True)
    ]
    program = jax.jit(
        jaxpr_as_fun(jaxpr),
        donate_argnums=[index for index, each in enumerate(donated) if each],
        keep_unused=True,
    )
    try:
        compiled = program.lower(*arguments).compile()
    except jax.errors.JaxRuntimeError as error:
        return Failure(str(error).strip().splitlines()[0])
    memory: Any = compiled.memory_analysis()
    # A program without arithmetic has no entries.
    cost = compiled.cost_analysis() or {}
    text = compiled.as_text() or ""
    return CompiledProgram(
        argument_bytes=memory.argument_size_in_bytes,
        output_bytes=memory.output_size_in_bytes,
        temporary_bytes=memory.temp_size_in_bytes,
        aliased_bytes=memory.alias_size_in_bytes,
        flops=max(0.0, float(cost.get("flops") or 0)),
        bytes_accessed=max(0.0, float(cost.get("bytes accessed") or 0)),
        collectives=dict(Counter(COLLECTIVES.findall(text))),
        outputs=compiled.output_shardings,
    )
