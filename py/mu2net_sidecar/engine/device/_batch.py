"""A batch of labelled images."""

from __future__ import annotations

import jax

Batch = tuple[jax.Array, jax.Array]
"""Images f32 (batch, size, size, 3) and labels i32 (batch)."""

UNLABELLED = -1
"""Label of an example that only fills a batch: it counts neither as correct nor as wrong."""
