import jax
import pytest

from mu2net_sidecar.engine import this_machine
from mu2net_sidecar.engine.device._machine import no_cudnn_attention


def test_this_one():
    machine = this_machine()
    assert machine.platform == jax.default_backend()
    assert machine.devices == jax.local_device_count()
    assert machine.memory_bytes > 1 << 28


@pytest.mark.parametrize(
    ("platform", "kind", "capability", "said"),
    [
        ("cpu", "cpu", None, "it needs an NVIDIA GPU, and this is a cpu"),
        ("gpu", "MI300X", "gfx942", "it needs an NVIDIA GPU, and this is a MI300X"),
        ("gpu", "Tesla T4", "7.5", "compute capability 8.0, and this one has 7.5"),
        # A suitable GPU, but without cuDNN.
        ("gpu", "NVIDIA H200", "9.0", "it fails here (cuDNN is not detected.)"),
    ],
)
def test_why_there_is_no_cudnn_attention(platform, kind, capability, said):
    assert said in (no_cudnn_attention(platform, kind, capability) or "")
