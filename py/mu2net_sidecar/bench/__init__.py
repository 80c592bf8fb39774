"""The benchmark: measures the engine against the published execution strategy, in one process.

`python -m mu2net_sidecar.bench` needs jax, numpy, optax and safetensors alone.
"""
