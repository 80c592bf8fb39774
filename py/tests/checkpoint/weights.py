"""Weights from a seed, in the formats of other tools."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import jax
import numpy as np
import pytest
from safetensors.numpy import save_file

from mu2net_sidecar.checkpoint.layouts import LAYOUTS, SIZES
from mu2net_sidecar.model import Architecture, kind_of

CLASSES = 10
REFERENCE = Path(__file__).parents[1] / "reference" / "published_vit.py"
LAYOUT_OF = {"augreg": LAYOUTS[0], "timm": LAYOUTS[1], "transformers": LAYOUTS[2]}


def architecture_of(name, image_size):
    size, patch = name.split("/")
    *sizes, depth = SIZES[size]
    return Architecture(int(patch), *sizes, image_size, CLASSES, 32), depth


def tensors_of(layout, architecture, depth):
    """Returns the tensors of a file. Their values depend on their names, to detect wrong names."""
    free = {"posembed_input": architecture.grid**2 + 1, "head": CLASSES}
    return {
        tensor.name: _values(
            tensor.name, [free[tensor.component] if size is None else size for size in tensor.shape]
        )
        for tensor in layout.tensors(architecture, depth)
    }


def _values(name, shape):
    # RandomState's streams never change, unlike those of NumPy's generators.
    draws = np.random.RandomState(zlib.crc32(name.encode()) % 2**32).random_sample(shape)
    values = (draws.astype(np.float32) - 0.5) * np.float32(0.1)
    is_scale = len(shape) == 1 and not name.endswith("bias")
    return values + 1 if is_scale else values


def write(path, tensors):
    if path.suffix == ".npz":
        np.savez(path, **tensors)
    else:
        save_file(tensors, path)
    return path


def images_of(image_size, count=2):
    draws = np.random.RandomState(5).random_sample((count, image_size, image_size, 3))
    return (2 * draws - 1).astype(np.float32)


def logits_of(components, images):
    """Computes the logits of a model with the sidecar's components."""
    order = ["embedding", "cls", "posembed_input"]
    for layer in range(sum(name.startswith("encoderblock_") for name in components)):
        if f"residual_adapter_{layer}" in components:
            order.append(f"residual_adapter_{layer}")
        order.append(f"encoderblock_{layer}")
    x = jax.numpy.asarray(images)
    for name in [*order, "encoder_norm", "head"]:
        x = kind_of(name).apply(jax.device_put(dict(components[name])), x)
    return np.asarray(x)


def run_reference(*arguments):
    """Runs the reference, or skips the test if there is none."""
    python = os.environ.get("MU2NET_REFERENCE_PYTHON")
    if not python:
        pytest.skip(
            "MU2NET_REFERENCE_PYTHON does not name an interpreter with timm and transformers"
        )
    done = subprocess.run(
        [python, str(REFERENCE), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise AssertionError(done.stderr.strip().splitlines()[-1])
