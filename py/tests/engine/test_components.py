import jax
import jax.numpy as jnp
import numpy as np

from mu2net_sidecar.engine import Engine
from mu2net_sidecar.engine.device import ComponentCache, create_trace, download, upload
from tests.engine.tiny import child_of, model_of, names_of


def arrays(floats):
    return {"w": jnp.zeros(floats, jnp.float32)}


def refuse():
    raise AssertionError("loaded again")


def test_one_copy_per_key():
    cache = ComponentCache(capacity_bytes=100)
    first = cache.get("a", lambda: arrays(10))
    assert cache.get("a", refuse) is first
    assert cache.held_bytes == 40


def test_the_least_recently_used_is_dropped_first():
    cache = ComponentCache(capacity_bytes=100)
    first = cache.get("a", lambda: arrays(10))
    cache.get("b", lambda: arrays(10))
    cache.get("a", refuse)
    cache.get("c", lambda: arrays(10))
    assert cache.held_bytes == 80
    assert cache.get("a", refuse) is first
    replaced = arrays(1)
    assert cache.get("b", lambda: replaced) is replaced


def test_larger_than_the_cache_is_used_but_not_held():
    cache = ComponentCache(capacity_bytes=100)
    large = arrays(1000)
    assert cache.get("large", lambda: large) is large
    assert cache.held_bytes == 0


def test_paths_share_frozen_components_and_nothing_that_trains():
    model = model_of(names_of(1))
    engine = Engine()
    first, second = (
        {stage.name: stage for stage in engine.place(child_of(model, ("head",)).components)}
        for _ in range(2)
    )
    for name in model:
        assert (first[name].params is second[name].params) == (name != "head")


def test_upload_of_what_trains_does_not_share_host_memory():
    host = {"w": np.zeros(1 << 12, np.float32)}
    device = jax.block_until_ready(upload(host, jnp.float32, private=True))
    host["w"][:] = 1
    assert not np.asarray(device["w"]).any()


def test_a_new_trace_is_zero_in_the_format_of_the_accumulator():
    params = upload({"w": np.ones((3, 4), np.float32)}, jnp.float32, private=True)
    trace = create_trace(params)["w"]
    assert (trace.dtype, trace.shape) == (jnp.bfloat16, (3, 4))
    assert not np.asarray(trace).any()


def test_download_cuts_the_padding_off():
    device = jax.device_put({"kernel": np.arange(12.0).reshape(3, 4)})
    host = download(device, {"kernel": (3, 2)})
    assert host["kernel"].tolist() == [[0, 1], [4, 5], [8, 9]]
    assert host["kernel"].flags.c_contiguous
