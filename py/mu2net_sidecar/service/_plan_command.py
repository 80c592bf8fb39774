"""`python -m mu2net_sidecar plan`: compiles an experiment for a device that need not be here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import msgspec

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.wire.values import Architecture

if TYPE_CHECKING:
    from mu2net_sidecar.engine import EngineOptions


class PlannedShape(msgspec.Struct, frozen=True, rename="camel"):
    """A path to plan: its sizes, and its components in forward order."""

    architecture: Architecture
    components: list[str]
    validation_batch_size: int


class PlanRequest(msgspec.Struct, frozen=True, rename="camel"):
    """The request of the controller, as `ts/src/planning` makes it.

    Attributes:
        platform: as JAX names it.
        topology: a slice of TPUs, such as `v5e:2x2`; None: XLA's compiler for CPUs stands in.
        devices: how many devices share each batch.
        memory_bytes: memory of one device. None: that of this machine.
        precision: number formats.
        remat: which intermediate results a step computes again.
        batch_size: images of a training batch.
        shapes: the paths.
    """

    platform: Literal["cpu", "gpu", "tpu"]
    topology: str | None
    devices: int
    memory_bytes: float | None
    precision: Literal["auto", "float32", "bfloat16"]
    remat: Literal["auto", "none", "dots", "full"]
    batch_size: int
    shapes: list[PlannedShape]


def main(arguments: Sequence[str]) -> int:
    """Reads a request from the input, and writes progress and answer as lines of JSON.

    A line is `{"stage": "compile", "done", "program"}` before each program, in the end `"ready"`
    with the `answer`, or `"failed"` with `code` and `message`. Returns the exit status.
    """
    del arguments
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=PlanRequest)
    # Read by JAX and libtpu when they start. No device of this machine is touched: libtpu must not
    # look for one nor claim it, and CPUs stand in for the devices of other makers.
    os.environ |= {
        "JAX_PLATFORMS": "cpu",
        "TPU_SKIP_MDS_QUERY": "1",
        "ALLOW_MULTIPLE_LIBTPU_LOAD": "1",
    }
    if request.topology is None and request.devices > 1:
        flags = os.environ.get("XLA_FLAGS", "")
        count = f"--xla_force_host_platform_device_count={request.devices}"
        os.environ["XLA_FLAGS"] = f"{flags} {count}".strip()
    try:
        answer = _plan(request)
    except SidecarError as error:
        _print({"stage": "failed", "code": error.code, "message": error.message})
        return 1
    _print({"stage": "ready", "answer": answer})
    return 0


def _plan(request: PlanRequest) -> object:
    if request.topology is not None and find_spec("libtpu") is None:
        raise SidecarError(
            "PYTHON_MISSING",
            "planning for a TPU needs its compiler, libtpu, which is not installed; install it "
            "with 'npx mu2net setup --extras tpu'; in a Python environment of your own, with "
            f"'{sys.executable} -m pip install \"jax[tpu]\"'",
        )
    # Loaded only now, because loading JAX takes seconds and reads the environment.
    from mu2net_sidecar.engine import Compiler, Shape, plan_shape, target_of
    from mu2net_sidecar.service.translate import architecture_of

    options = _options(request)
    done = 0

    def tell(program: str) -> None:
        nonlocal done
        _print({"stage": "compile", "done": done, "program": program})
        done += 1

    compiler = Compiler(tell)
    try:
        target = target_of(request.topology, request.devices)
        plans = [
            plan_shape(
                Shape(
                    architecture_of(shape.architecture),
                    shape.components,
                    request.batch_size,
                    shape.validation_batch_size,
                ),
                options,
                target,
                compiler,
            )
            for shape in request.shapes
        ]
    except (RuntimeError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise SidecarError("CONFIG_INVALID", f"this cannot be planned: {reason}") from error
    return {
        "compiler": _compiler(request.topology),
        "options": {
            "precision": options.precision.name,
            "attention": options.attention,
            "remat": options.remat,
            "cohortBytes": options.cohort_bytes,
            "componentCacheBytes": options.component_cache_bytes,
            "prefixCacheBytes": options.prefix_cache_bytes,
            "dataCacheBytes": options.data_cache_bytes,
        },
        "shapes": [_to_json(plan) for plan in plans],
    }


def _options(request: PlanRequest) -> EngineOptions:
    from mu2net_sidecar.engine import Machine, options_for, this_machine

    machine = Machine(
        request.platform,
        int(request.memory_bytes or this_machine().memory_bytes),
        request.devices,
        no_cudnn_attention="only its own compiler has it",
    )
    return options_for(
        machine, precision=request.precision, remat=request.remat, devices=request.devices
    )


def _compiler(topology: str | None) -> str:
    from importlib.metadata import version

    own = f"XLA for CPUs of jaxlib {version('jaxlib')}"
    return own if topology is None else f"libtpu {version('libtpu')}"


def _to_json(value: object) -> object:
    """Returns dataclasses as mappings with names in camel case; keys of mappings stay."""
    from dataclasses import fields, is_dataclass
    from enum import Enum

    if is_dataclass(value):
        return {
            _camel(each.name): _to_json(getattr(value, each.name))
            for each in fields(value)
            if each.repr
        }
    if isinstance(value, dict):
        return {key: _to_json(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_json(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)
