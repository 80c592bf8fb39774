"""Goes through traced dispatches as a device would: what each needs, and what is in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from jax.extend.core import Literal
from jax.sharding import Sharding

from mu2net_sidecar.engine.planning._compiler import CompiledProgram, Compiler, Failure
from mu2net_sidecar.engine.planning._dispatches import Traced
from mu2net_sidecar.engine.planning._target import Target


@dataclass(frozen=True)
class Walk:
    """The dispatches of a trace, as a device goes through them.

    Attributes:
        programs: the programs in the order of their dispatch, up to the first failure.
        argument_bytes: memory of what is there before the first one, on each device.
        peak_bytes: most memory that is in use at once, on each device.
        failure: the reason why the compiler refused a program. None: all compile.
    """

    programs: Sequence[CompiledProgram]
    argument_bytes: int
    peak_bytes: int
    failure: str | None


def walk(traced: Traced, target: Target, compiler: Compiler) -> Walk:
    """Compiles the dispatches of a trace in order, each for the layout that the last one left.

    A value is in memory from the program that makes it to the last one that reads it. Arguments of
    the trace belong to the caller and stay, unless a program that reads them replaces them.

    Args:
        traced: the calls.
        target: the devices.
        compiler: compiles for them.
    """
    jaxpr, replicated = traced.calls.jaxpr, target.replicated
    place: dict[Any, Sharding] = dict.fromkeys(jaxpr.invars, replicated)
    place |= {jaxpr.invars[index]: target.split for index in traced.batch}
    place |= dict.fromkeys(jaxpr.constvars, replicated)
    size = {variable: _bytes_of(variable, where) for variable, where in place.items()}
    calls = [equation for equation in jaxpr.eqns if "jaxpr" in equation.params]
    read = [[each for each in call.invars if not isinstance(each, Literal)] for call in calls]
    last = {variable: index for index, variables in enumerate(read) for variable in variables}
    last |= dict.fromkeys([*jaxpr.invars, *jaxpr.constvars, *jaxpr.outvars], len(calls))
    held = arguments = sum(size.values())
    peak, programs = held, []
    for index, call in enumerate(calls):
        name = call.params["name"]
        places = [replicated if isinstance(each, Literal) else place[each] for each in call.invars]
        program = compiler.compile(call, places)
        if isinstance(program, Failure):
            return Walk(programs, arguments, peak, f"{name}: {program.reason}")
        programs.append(program)
        logical = [
            _bytes_of(variable, where)
            for variable, where in zip(call.outvars, program.outputs, strict=True)
        ]
        # Bytes that a device adds to fill its tiles are shared out among the outputs.
        padding = program.output_bytes / max(1, sum(logical))
        for variable, where, own in zip(call.outvars, program.outputs, logical, strict=True):
            place[variable], size[variable] = where, int(own * padding)
        made = program.output_bytes - program.aliased_bytes
        peak = max(peak, held + made + program.temporary_bytes)
        held += made
        held -= sum(
            size[variable]
            for variable in {*read[index], *call.outvars}
            if last.get(variable, index) == index
        )
    return Walk(programs, arguments, peak, None)


def _bytes_of(variable: Any, sharding: Sharding) -> int:  # noqa: ANN401
    """Bytes of a value on one device, without padding."""
    shape = sharding.shard_shape(tuple(variable.aval.shape))
    return prod(shape) * variable.aval.dtype.itemsize
