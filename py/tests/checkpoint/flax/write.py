"""Writes state.msgpack and chunked.msgpack beside this file with flax 0.12.8."""

from pathlib import Path

import jax.numpy as jnp
import numpy as np
from flax import serialization

STATE = {
    "head:7": {
        "kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "bias": np.zeros(3, np.float32),
    },
    "cls:3": np.full((1, 1, 2), 0.5, np.float32),
    "opt_state:head:7": {
        "kernel": jnp.arange(6, dtype=jnp.bfloat16).reshape(2, 3),
        "bias": jnp.ones(3, jnp.bfloat16),
    },
    "encoderblock_0:4": {
        "LayerNorm_1": {"scale": np.ones(2, np.float32)},
        "MlpBlock_0": {"Dense_0": {"bias": np.arange(2, dtype=np.float32)}},
    },
}

if __name__ == "__main__":
    here = Path(__file__).parent
    (here / "state.msgpack").write_bytes(serialization.to_bytes(STATE))
    serialization.MAX_CHUNK_SIZE = 16
    large = {"head:1": {"kernel": np.arange(12, dtype=np.float32).reshape(4, 3)}}
    (here / "chunked.msgpack").write_bytes(serialization.to_bytes(large))
