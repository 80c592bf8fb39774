"""The needs of training and validating paths of one shape on a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import jax

from mu2net_sidecar.engine.device import EngineOptions, Remat
from mu2net_sidecar.engine.planning._compiler import CompiledProgram, Compiler
from mu2net_sidecar.engine.planning._dispatches import (
    AbstractPath,
    batch_of,
    trace_step,
    trace_validation,
)
from mu2net_sidecar.engine.planning._keys import component_keys, step_keys, validation_keys
from mu2net_sidecar.engine.planning._target import Target
from mu2net_sidecar.engine.planning._walk import Walk, walk
from mu2net_sidecar.engine.programs import Role
from mu2net_sidecar.model import Architecture, kinds_of


@dataclass(frozen=True)
class Shape:
    """Sizes that determine every program of a path.

    Attributes:
        architecture: sizes of the components.
        names: names of the components, in forward order.
        batch_size: images of a training batch.
        validation_batch_size: images of a validation batch.
    """

    architecture: Architecture
    names: Sequence[str]
    batch_size: int
    validation_batch_size: int


@dataclass(frozen=True)
class ComponentPrograms:
    """The programs that a training step dispatches for a component.

    Attributes:
        kind: its kind, in the form that its place in the path needs.
        role: the derivatives that the step needs from it.
        programs: keys of the programs.
    """

    kind: str
    role: Role
    programs: Sequence[str]


@dataclass(frozen=True)
class Dispatches:
    """The dispatches of one step, or of one batch of a validation; per device.

    Attributes:
        programs: how often each program runs, by its key.
        argument_bytes: memory of parameters, traces and batch.
        peak_bytes: most memory in use at once. None: a program does not compile.
    """

    programs: Mapping[str, int]
    argument_bytes: int
    peak_bytes: int | None


@dataclass(frozen=True)
class RematPlan:
    """The step in which everything trains, under one choice of what is computed again; per device.

    Attributes:
        remat: the choice.
        flops: operations of the step.
        bytes_accessed: bytes that its programs read and write.
        argument_bytes: memory of parameters, traces and batch.
        peak_bytes: most memory in use at once. None: a program does not compile.
    """

    remat: Remat
    flops: float
    bytes_accessed: float
    argument_bytes: int
    peak_bytes: int | None


@dataclass(frozen=True)
class ShapePlan:
    """The compiler's account of a shape.

    Attributes:
        programs: the programs, by key.
        failures: reasons why programs do not compile.
        components: the programs of each kind and role.
        step: a step of a child that trains everything, which needs most memory.
        validation: a batch of a validation of that child, and its snapshot.
        remats: the same step for each choice of what is computed again.
        trained_bytes: parameters and traces of that child, on each device.
        frozen_bytes: parameters of a path that is frozen, on each device.
    """

    programs: Mapping[str, CompiledProgram]
    failures: Sequence[str]
    components: Sequence[ComponentPrograms]
    step: Dispatches
    validation: Dispatches
    remats: Sequence[RematPlan]
    trained_bytes: int
    frozen_bytes: int


def plan_shape(
    shape: Shape, options: EngineOptions, target: Target, compiler: Compiler
) -> ShapePlan:
    """Compiles every program that training and validating paths of a shape can need.

    Any component may be the first that trains, and everything after it may train or not, so each
    kind is compiled in each role that it can have.

    Args:
        shape: the shape.
        options: how the engine computes.
        target: what to compile for.
        compiler: shares the programs that several shapes have in common.

    Raises:
        ValueError: a component is of no known kind, or the devices do not divide the batch.
    """
    if shape.batch_size % len(target.devices):
        raise ValueError(
            f"a training batch of {shape.batch_size} images does not divide by "
            f"{len(target.devices)} devices; set training.batchSize to a multiple of it"
        )
    planner = _Planner(shape, options, target, compiler)
    count = len(shape.names)
    everything, nothing = [True] * count, [False] * count
    step = planner.add_step(everything)
    kinds = [kind.name for kind in kinds_of(shape.names)]
    for kind in dict.fromkeys(kinds):
        first = kinds.index(kind)
        planner.add_step([index in (first, count - 1) for index in range(count)])
    validation = planner.add_validation(everything)
    planner.add_validation(nothing)
    return ShapePlan(
        planner.programs,
        list(planner.failures),
        list(planner.components.values()),
        step,
        validation,
        [planner.try_remat(everything, remat) for remat in get_args(Remat)],
        trained_bytes=planner.model_bytes(everything),
        frozen_bytes=planner.model_bytes(nothing),
    )


class _Planner:
    def __init__(
        self, shape: Shape, options: EngineOptions, target: Target, compiler: Compiler
    ) -> None:
        self._shape, self._options, self._target = shape, options, target
        self._compiler = compiler
        self.programs: dict[str, CompiledProgram] = {}
        self.failures: dict[str, None] = {}
        self.components: dict[tuple[str, Role], ComponentPrograms] = {}

    def add_step(self, trainable: Sequence[bool]) -> Dispatches:
        path = self._path(trainable, self._options)
        dispatches = self._add(self._walk_step(path), step_keys(path.kinds, path.roles))
        for kind, role in zip(path.kinds, path.roles, strict=True):
            keys = component_keys(kind.name, role)
            if all(key in self.programs for key in keys):
                self.components[kind.name, role] = ComponentPrograms(kind.name, role, keys)
        return dispatches

    def add_validation(self, trainable: Sequence[bool]) -> Dispatches:
        path, devices = self._path(trainable, self._options), len(self._target.devices)
        # As the engine's layout fills up short batches.
        size = -(-self._shape.validation_batch_size // devices) * devices
        batch = batch_of(size, self._shape.architecture.image_size)
        walked = walk(trace_validation(path, batch), self._target, self._compiler)
        return self._add(walked, validation_keys(path.kinds, trainable))

    def try_remat(self, trainable: Sequence[bool], remat: Remat) -> RematPlan:
        walked = self._walk_step(self._path(trainable, replace(self._options, remat=remat)))
        return RematPlan(
            remat,
            flops=sum(each.flops for each in walked.programs),
            bytes_accessed=sum(each.bytes_accessed for each in walked.programs),
            argument_bytes=walked.argument_bytes,
            peak_bytes=None if walked.failure else walked.peak_bytes,
        )

    def model_bytes(self, trainable: Sequence[bool]) -> int:
        path = self._path(trainable, self._options)
        arrays = jax.tree.leaves((path.params, path.traces))
        return sum(each.size * each.dtype.itemsize for each in arrays)

    def _path(self, trainable: Sequence[bool], options: EngineOptions) -> AbstractPath:
        return AbstractPath(self._shape.names, trainable, self._shape.architecture, options)

    def _walk_step(self, path: AbstractPath) -> Walk:
        batch = batch_of(self._shape.batch_size, self._shape.architecture.image_size)
        return walk(trace_step(path, batch), self._target, self._compiler)

    def _add(self, walked: Walk, keys: Sequence[str]) -> Dispatches:
        if walked.failure:
            self.failures[walked.failure] = None
        done = keys[: len(walked.programs)]
        self.programs |= dict(zip(done, walked.programs, strict=False))
        peak = None if walked.failure else walked.peak_bytes
        return Dispatches(dict(Counter(done)), walked.argument_bytes, peak)
