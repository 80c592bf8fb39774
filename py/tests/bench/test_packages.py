"""The benchmark needs only four packages on the accelerator machine."""

import subprocess
import sys
from pathlib import Path

ABSENT = (
    *("aiohttp", "fsspec", "msgspec", "PIL", "pyarrow", "simplejpeg", "sklearn", "zmq"),
    *("beartype", "jaxtyping"),
)
SCRIPT = f"""
import runpy, sys
sys.modules |= dict.fromkeys({ABSENT!r})  # Importing a module that is None fails.
sys.argv = ["bench", "--help"]
runpy.run_module("mu2net_sidecar.bench", run_name="__main__")
"""


def test_help_needs_only_jax_numpy_optax_and_safetensors():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout
