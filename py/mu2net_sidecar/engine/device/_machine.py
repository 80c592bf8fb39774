"""The devices that this process has, and whether cuDNN's attention works on them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp

from mu2net_sidecar.model import Attention, attend

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
PROBED = (2, 577, 4, 64)
"""Batch, tokens, heads and head dimension of the attention on which the kernel is tried."""
OLDEST_CAPABILITY = 8.0
TOLERANCE = 0.05
"""Relative distance between two orders of summation in bfloat16; a wrong mask is far worse."""


@dataclass(frozen=True)
class Machine:
    """The devices of one kind that this process sees.

    Attributes:
        platform: as JAX names it: cpu, gpu or tpu.
        memory_bytes: memory that one device may allocate; on a CPU, that of the machine.
        devices: how many there are.
        no_cudnn_attention: the reason why cuDNN's attention cannot be used. None: it can.
    """

    platform: str
    memory_bytes: int
    devices: int
    no_cudnn_attention: str | None


def this_machine() -> Machine:
    """Returns the machine as JAX sees it; tries cuDNN's attention if the card supports it.

    Raises:
        RuntimeError: JAX finds no device that it was told to use.
    """
    device, *_ = devices = jax.local_devices()
    limit = (device.memory_stats() or {}).get("bytes_limit")
    return Machine(
        platform=device.platform,
        memory_bytes=_host_memory() if limit is None else limit,
        devices=len(devices),
        no_cudnn_attention=no_cudnn_attention(
            device.platform, device.device_kind, getattr(device, "compute_capability", None)
        ),
    )


def _host_memory() -> int:
    """Memory of the machine, or of the container if that is less, in bytes."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(installed, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # There is no limit, or there are no cgroups.
        return installed


def no_cudnn_attention(platform: str, kind: str, capability: str | None) -> str | None:
    """Returns why cuDNN's attention does not work on the default device; None: it works.

    Runs it forward and backward if the card is new enough, and compares it with XLA's.

    Args:
        platform: of the device, as JAX names it.
        kind: of the device, for people.
        capability: CUDA compute capability, such as `9.0`; other makers use other formats.
    """
    if platform != "gpu" or not re.fullmatch(r"\d+\.\d+", capability or ""):
        return f"it needs an NVIDIA GPU, and this is a {kind}"
    if float(capability or 0) < OLDEST_CAPABILITY:
        return (
            f"it needs an NVIDIA GPU of compute capability {OLDEST_CAPABILITY}, "
            f"and this one has {capability}"
        )
    try:
        plain, fused = _run_attention("xla"), _run_attention("cudnn")
    except Exception as error:  # Any failure means only that XLA's attention is used.
        return f"it fails here ({(str(error).splitlines() or [type(error).__name__])[0]})"
    distance = max(
        float(jnp.abs(a - b).max() / jnp.abs(a).max()) for a, b in zip(plain, fused, strict=True)
    )
    return None if distance <= TOLERANCE else f"it is off by {distance:.2g} here"


def _run_attention(implementation: Attention) -> list[jax.Array]:
    """Computes the output of attention and its gradients on random arrays, in float32."""
    keys = jax.random.split(jax.random.key(0), 4)
    q, k, v, dy = (jax.random.normal(key, PROBED, jnp.bfloat16) for key in keys)

    @jax.jit
    def run(q: jax.Array, k: jax.Array, v: jax.Array, dy: jax.Array) -> list[jax.Array]:
        y, vjp = jax.vjp(partial(attend, implementation=implementation), q, k, v)
        return [array.astype(jnp.float32) for array in (y, *vjp(dy))]

    return run(q, k, v, dy)
