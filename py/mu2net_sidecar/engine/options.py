"""How an engine computes, and how much memory its caches may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mu2net_sidecar.engine.machine import Machine
from mu2net_sidecar.engine.precision import BFLOAT16, FLOAT32, PRECISIONS, Precision
from mu2net_sidecar.engine.remat import Remat
from mu2net_sidecar.model.attention import Attention

GIB = 1 << 30
LARGEST_HOST_CACHE = 4 * GIB
"""Host memory is not the engine's alone."""
ROOMY_BYTES = 48 * GIB
"""Device memory in which ViT-L/16 trains at 384 pixels in batches of 64 on kept products."""


@dataclass(frozen=True)
class EngineOptions:
    """How an engine computes.

    Attributes:
        precision: number formats.
        attention: which implementation of attention the encoder blocks use where it applies.
        remat: what a training step keeps for its backward pass.
        devices: local devices that share each batch.
        component_cache_bytes: device memory for frozen components, which paths share.
        prefix_cache_bytes: device memory for what frozen components computed of examples.
        cohort_bytes: device memory for what the children that train together have for themselves:
            parameters, traces and snapshots.
        data_cache_bytes: device memory for decoded images.
    """

    precision: Precision = FLOAT32
    attention: Attention = "xla"
    remat: Remat = "dots"
    devices: int = 1
    component_cache_bytes: int = GIB
    prefix_cache_bytes: int = GIB
    cohort_bytes: int = 4 * GIB
    data_cache_bytes: int = 4 * GIB


def options_for(
    machine: Machine,
    *,
    precision: Literal["auto", "float32", "bfloat16"] = "auto",
    attention: Attention | Literal["auto"] = "auto",
    remat: Remat | Literal["auto"] = "auto",
    devices: int = 1,
    memory: float = 1.0,
) -> EngineOptions:
    """What suits a machine, where nothing else is asked for.

    On CPUs float32 and plain attention; on accelerators bfloat16, and cuDNN's attention where it
    works. Products are kept for the backward pass, except on devices of less than 48 GiB.

    Args:
        machine: what there is.
        precision: number formats.
        attention: implementation of attention.
        remat: what is kept for the backward pass.
        devices: how many of the machine's devices share each batch.
        memory: of a device, to plan with: up to 1 a share of what it has, else bytes.

    Raises:
        ValueError: what is asked for cannot be had here; the line says why and what to do.
    """
    if devices > machine.devices:
        raise ValueError(
            f"{devices} devices are asked for and JAX has {machine.devices} here "
            f"({machine.platform}); use --devices {machine.devices}, or fewer workers"
        )
    accelerated = machine.platform != "cpu"
    formats = PRECISIONS.get(precision, BFLOAT16 if accelerated else FLOAT32)
    unfused = "it needs --precision bfloat16" if formats != BFLOAT16 else machine.no_cudnn_attention
    if attention == "cudnn" and unfused is not None:
        raise ValueError(f"cuDNN's attention cannot be used: {unfused}; use --attention xla")
    memory_bytes = int(memory * machine.memory_bytes if memory <= 1 else memory)
    component, prefix, data = budgets_of(machine.platform, memory_bytes)
    return EngineOptions(
        precision=formats,
        attention=("xla" if unfused else "cudnn") if attention == "auto" else attention,
        remat=("full" if accelerated and memory_bytes < ROOMY_BYTES else "dots")
        if remat == "auto"
        else remat,
        devices=devices,
        component_cache_bytes=component,
        prefix_cache_bytes=prefix,
        cohort_bytes=memory_bytes // 16,
        data_cache_bytes=data,
    )


def budgets_of(platform: str, memory_bytes: int) -> tuple[int, int, int]:
    """Bytes for frozen components, prefixes and decoded images, a quarter of the memory in all.

    Args:
        platform: of the device, as JAX names it.
        memory_bytes: of one device; on a CPU, of the machine.
    """
    if platform == "cpu":
        shares = (memory_bytes // 16, memory_bytes // 16, memory_bytes // 8)
        component, prefix, data = (min(share, LARGEST_HOST_CACHE) for share in shares)
        return component, prefix, data
    return memory_bytes // 8, memory_bytes // 16, memory_bytes // 16
