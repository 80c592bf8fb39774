from pathlib import Path

import numpy as np
import pytest

from mu2net_sidecar.checkpoint import read_published
from mu2net_sidecar.checkpoint.flax_state import read_state
from mu2net_sidecar.errors import SidecarError

FLAX = Path(__file__).with_name("flax")


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state_2_9"
    folder.mkdir()
    (folder / "checkpoint_2_9").write_bytes((FLAX / "state.msgpack").read_bytes())
    for table in ("population", "paths"):
        (folder / f"{table}.csv").write_text('id,metrics.mutations\n4,"{""a"": [1, 2]}"\n')
    return folder


def test_reads_what_flax_wrote(state):
    published = read_published(state.parent)
    components = {component.name: component for component in published.components}
    assert {name: component.id for name, component in components.items()} == {
        "cls": 3,
        "encoderblock_0": 4,
        "head": 7,
    }
    head = components["head"]
    np.testing.assert_array_equal(head.params["kernel"], np.arange(6).reshape(2, 3))
    assert head.trace["kernel"].dtype.name == "bfloat16"
    np.testing.assert_array_equal(head.trace["kernel"].astype(int), np.arange(6).reshape(2, 3))
    assert components["cls"].params["cls"].shape == (1, 1, 2)
    assert set(components["encoderblock_0"].params) == {
        "LayerNorm_2/scale",
        "MlpBlock_3/Dense_0/bias",
    }
    assert published.population == [{"id": "4", "metrics.mutations": '{"a": [1, 2]}'}]
    assert published.folder == state.parent


def test_arrays_in_chunks_are_put_together():
    tree = read_state((FLAX / "chunked.msgpack").read_bytes())
    np.testing.assert_array_equal(tree["head:1"]["kernel"], np.arange(12).reshape(4, 3))


def test_the_latest_state_is_taken(state):
    earlier = state.with_name("state_2_10")
    assert read_published(state).folder == state.parent
    state.rename(earlier)
    (state.with_name("state_1_99")).mkdir()
    assert read_published(state.parent).components


def test_what_is_no_state_is_refused(state):
    with pytest.raises(SidecarError, match="has no population"):
        read_published(state / "nowhere")
    (state / "checkpoint_2_9").write_bytes(b"\xc1")
    with pytest.raises(SidecarError, match="cannot read "):
        read_published(state)
    (state / "checkpoint_2_9").unlink()
    with pytest.raises(SidecarError, match="has no checkpoint_"):
        read_published(state)
