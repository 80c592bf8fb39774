"""How an engine computes, and how much memory its caches may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mu2net_sidecar.engine.device._machine import Machine
from mu2net_sidecar.engine.device._precision import BFLOAT16, FLOAT32, PRECISIONS, Precision
from mu2net_sidecar.engine.device._remat import Remat
from mu2net_sidecar.model import Attention

GIB = 1 << 30
LARGEST_HOST_CACHE = 4 * GIB
"""Most bytes of one cache in host memory, which the engine shares with other processes."""
ROOMY_BYTES = 48 * GIB
"""Device memory in which ViT-L/16 trains at 384 pixels in batches of 64 with `remat="dots"`."""


@dataclass(frozen=True)
class EngineOptions:
    """How an engine computes.

    Attributes:
        precision: number formats.
        attention: implementation of attention in the encoder blocks.
        remat: which intermediate results a step keeps for its backward pass.
        devices: devices of each host that share each batch.
        hosts: processes of `jax.distributed` that share each batch.
        component_cache_bytes: device memory for frozen components, which paths share.
        prefix_cache_bytes: device memory for outputs of frozen prefixes.
        cohort_bytes: device memory for parameters, traces and snapshots of the children that train
            together.
        data_cache_bytes: device memory for decoded images.
    """

    precision: Precision = FLOAT32
    attention: Attention = "xla"
    remat: Remat = "dots"
    devices: int = 1
    hosts: int = 1
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
    hosts: int = 1,
    memory: float = 1.0,
) -> EngineOptions:
    """Chooses the options that suit a machine; arguments override single choices.

    CPUs get float32 and XLA's attention; accelerators get bfloat16, and cuDNN's attention where it
    works. Matrix products are kept for the backward pass, except on accelerators with less than
    48 GiB.

    Args:
        machine: the devices that there are.
        precision: number formats.
        attention: implementation of attention.
        remat: which intermediate results are kept for the backward pass.
        devices: how many of the machine's devices share each batch.
        hosts: how many machines like this one share each batch.
        memory: memory of a device to plan with: up to 1 a share of what it has, above 1 bytes.

    Raises:
        ValueError: the machine cannot do what is asked for; the line says why and what to do.
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
        hosts=hosts,
        component_cache_bytes=component,
        prefix_cache_bytes=prefix,
        cohort_bytes=memory_bytes // 16,
        data_cache_bytes=data,
    )


def budgets_of(platform: str, memory_bytes: int) -> tuple[int, int, int]:
    """Returns bytes for frozen components, prefixes and decoded images: at most a quarter in all.

    Args:
        platform: of the device, as JAX names it.
        memory_bytes: memory of one device; on a CPU, that of the machine.
    """
    if platform == "cpu":
        shares = (memory_bytes // 16, memory_bytes // 16, memory_bytes // 8)
        component, prefix, data = (min(share, LARGEST_HOST_CACHE) for share in shares)
        return component, prefix, data
    return memory_bytes // 8, memory_bytes // 16, memory_bytes // 16
