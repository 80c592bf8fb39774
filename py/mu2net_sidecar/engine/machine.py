"""What this process has to compute on."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp

from mu2net_sidecar.model.attention import Attention, attend

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
PROBED = (2, 577, 4, 64)
"""Batch, tokens, heads and head dimension of the attention on which the kernel is tried."""
OLDEST_CAPABILITY = 8.0
TOLERANCE = 0.05
"""Of bfloat16 attention, between two orders of summation; a wrong mask is off by far more."""


@dataclass(frozen=True)
class Machine:
    """The devices of one kind that this process sees.

    Attributes:
        platform: as JAX names it: cpu, gpu or tpu.
        memory_bytes: that a device may allocate; on a CPU, that of the machine.
        devices: how many there are.
        no_cudnn_attention: why cuDNN's attention cannot be used; None where it can.
    """

    platform: str
    memory_bytes: int
    devices: int
    no_cudnn_attention: str | None


def this_machine() -> Machine:
    """The machine as JAX sees it; tries cuDNN's attention where there is a card for it.

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
    """Memory of the machine, or of the container if that is less."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(installed, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # None is set, or there are no cgroups.
        return installed


def no_cudnn_attention(platform: str, kind: str, capability: str | None) -> str | None:
    """Why cuDNN's attention does not work on the default device; None where it does.

    It is tried, forward and backward, if the card is of a kind for which it is made.

    Args:
        platform: of the device, as JAX names it.
        kind: of the device, for people.
        capability: CUDA compute capability, such as `9.0`; other makers' cards have other words.
    """
    if platform != "gpu" or not re.fullmatch(r"\d+\.\d+", capability or ""):
        return f"it needs an NVIDIA GPU, and this is a {kind}"
    if float(capability or 0) < OLDEST_CAPABILITY:
        return (
            f"it needs an NVIDIA GPU of compute capability {OLDEST_CAPABILITY}, "
            f"and this one has {capability}"
        )
    try:
        plain, fused = _tried("xla"), _tried("cudnn")
    except Exception as error:  # Whatever keeps it from running, attention can do without it.
        return f"it fails here ({(str(error).splitlines() or [type(error).__name__])[0]})"
    distance = max(
        float(jnp.abs(a - b).max() / jnp.abs(a).max()) for a, b in zip(plain, fused, strict=True)
    )
    return None if distance <= TOLERANCE else f"it is off by {distance:.2g} here"


def _tried(implementation: Attention) -> list[jax.Array]:
    """The output of attention and its gradients, float32."""
    keys = jax.random.split(jax.random.key(0), 4)
    q, k, v, dy = (jax.random.normal(key, PROBED, jnp.bfloat16) for key in keys)

    @jax.jit
    def run(q: jax.Array, k: jax.Array, v: jax.Array, dy: jax.Array) -> list[jax.Array]:
        y, vjp = jax.vjp(partial(attend, implementation=implementation), q, k, v)
        return [array.astype(jnp.float32) for array in (y, *vjp(dy))]

    return run(q, k, v, dy)
