"""The conditions under which the benchmark runs."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from typing import TypeVar

import jax
import numpy as np
import optax

from mu2net_sidecar.bench._record import Goal
from mu2net_sidecar.bench.baseline import Baseline
from mu2net_sidecar.engine import Engine, Precision, options_for, this_machine

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """The conditions that every row is given.

    Attributes:
        quick: tiny sizes and few repetitions; shows that the benchmark runs, but measures nothing.
        seed: that of every draw.
    """

    quick: bool
    seed: int

    @property
    def accelerated(self) -> bool:
        """Whether the default device is an accelerator."""
        return jax.default_backend() != "cpu"

    @property
    def precision(self) -> Precision:
        """Number formats of engine and baseline: float32 on a CPU, bfloat16 on accelerators."""
        return self.engine.options.precision

    @cached_property
    def engine(self) -> Engine:
        """The engine that all rows measure, with the options that suit this machine."""
        return Engine(options_for(this_machine()))

    def baseline(self) -> Baseline:
        """A baseline that computes in the engine's formats and with its attention."""
        return Baseline(self.precision, self.engine.options.attention)

    def choose(self, *, cpu: T, accelerator: T, quick: T) -> T:
        """Returns the value that fits."""
        if self.quick:
            return quick
        return accelerator if self.accelerated else cpu

    def goal(self, *, cpu: Goal | None, accelerator: Goal | None) -> Goal | None:
        """The goal on this device."""
        return accelerator if self.accelerated else cpu

    def draws(self, *name: int) -> np.random.Generator:
        """Random draws that are a function of the seed and of a name."""
        return np.random.default_rng((self.seed, *name))

    def environment(self) -> dict[str, str | int]:
        """Hardware, versions, seed and date, without which a figure means nothing."""
        device = jax.devices()[0]
        return {
            "device": device.device_kind,
            "backend": jax.default_backend(),
            "precision": self.precision.name,
            "attention": self.engine.options.attention,
            "remat": self.engine.options.remat,
            "cores": os.cpu_count() or 0,
            "machine": platform.machine(),
            "python": platform.python_version(),
            "jax": jax.__version__,
            "jaxlib": version("jaxlib"),
            "numpy": np.__version__,
            "optax": optax.__version__,
            "seed": self.seed,
            "date": datetime.now(UTC).date().isoformat(),
        }
