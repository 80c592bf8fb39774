import shutil
from pathlib import Path

import ml_dtypes
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from mu2net_sidecar.checkpoint import read_published
from mu2net_sidecar.checkpoint.files import decode_flax_state, flatten_flax_tree
from mu2net_sidecar.errors import SidecarError

FLAX = Path(__file__).with_name("flax")
# In the form that flax writes.
CHUNKED, NDARRAY = "__msgpack_chunked_array__", 1


def ignore(done, size):
    pass


def arrays():
    return st.builds(
        lambda dtype, shape, seed: (
            np.random.default_rng(seed).integers(0, 100, shape).astype(dtype)
        ),
        st.sampled_from(["f4", "f2", "f8", "i4", "u1", "?", ml_dtypes.bfloat16]).map(np.dtype),
        array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
        st.integers(0, 99),
    )


def states():
    names = st.text("abc_:0", min_size=1, max_size=40)
    trees = st.recursive(arrays(), lambda tree: st.dictionaries(names, tree), max_leaves=12)
    return st.dictionaries(names, trees)


def encode(tree, most):
    """Encodes a tree as flax does, with at most `most` numbers in a chunk."""
    if isinstance(tree, dict):
        return {key: encode(branch, most) for key, branch in tree.items()}
    if tree.size > most:
        chunks = [tree.reshape(-1)[start:][:most] for start in range(0, tree.size, most)]
        parts = {"shape": tree.shape, "chunks": [encode(chunk, most) for chunk in chunks]}
        listed = {
            part: {str(index): each for index, each in enumerate(values)}
            for part, values in parts.items()
        }
        return {CHUNKED: True, **listed}
    return msgspec.msgpack.Ext(
        NDARRAY, msgspec.msgpack.encode((tree.shape, tree.dtype.name, tree.tobytes()))
    )


def leaves(tree, *way):
    if not isinstance(tree, dict):
        return {"/".join(way): tree}
    return {
        name: leaf
        for key, branch in tree.items()
        for name, leaf in leaves(branch, *way, key).items()
    }


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state_2_9"
    folder.mkdir()
    (folder / "checkpoint_2_9").write_bytes((FLAX / "state.msgpack").read_bytes())
    for table in ("population", "paths"):
        (folder / f"{table}.csv").write_text('id,metrics.mutations\n4,"{""a"": [1, 2]}"\n')
    return folder


def test_a_state_that_flax_wrote_is_read(state):
    published = read_published(state.parent)
    components = {component.name: component for component in published.read_components(ignore)}
    assert {name: component.id for name, component in components.items()} == {
        "cls": "3",
        "encoderblock_0": "4",
        "head": "7",
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
    (saved,) = published.states
    assert saved.living == saved.sampled == [{"id": "4", "metrics.mutations": '{"a": [1, 2]}'}]
    assert (saved.agent, saved.config) == (None, state.parent / "config.json")


def test_chunks_of_arrays_are_joined():
    tree = decode_flax_state((FLAX / "chunked.msgpack").read_bytes())
    kernel = flatten_flax_tree(tree["head:1"], "head")["kernel"]
    np.testing.assert_array_equal(kernel, np.arange(12).reshape(4, 3))


@given(states(), st.sampled_from([1, 7, 1000]))
def test_any_state_is_decoded_as_it_was_encoded(state, most):
    data = msgspec.msgpack.encode(encode(state, most))
    read, expected = flatten_flax_tree(decode_flax_state(data), ""), leaves(state)
    assert read.keys() == expected.keys()
    for name, array in expected.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(read[name], array)


@given(states().filter(bool), st.data())
def test_a_truncated_state_is_refused(state, data):
    whole = msgspec.msgpack.encode(encode(state, 1000))
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ValueError):
        decode_flax_state(whole[:end])


@pytest.mark.parametrize(
    "state",
    [
        {1: encode(np.zeros(1), 1)},
        {"a": msgspec.msgpack.Ext(2, b"")},
        {"a": msgspec.msgpack.Ext(NDARRAY, msgspec.msgpack.encode(((3,), "float32", b"1234")))},
        {"a": msgspec.msgpack.Ext(NDARRAY, msgspec.msgpack.encode(((-1, -1), "uint8", b"1")))},
        {"a": msgspec.msgpack.Ext(NDARRAY, msgspec.msgpack.encode(((), "nonsense", b"1")))},
        {"a": None},
        {"a": {CHUNKED: True, "shape": {"0": 3}}},
        {"a": {CHUNKED: True, "shape": {"0": 3}, "chunks": {"1": encode(np.zeros(3), 3)}}},
    ],
)
def test_a_state_that_flax_does_not_write_is_refused(state):
    with pytest.raises(ValueError):
        flatten_flax_tree(decode_flax_state(msgspec.msgpack.encode(state)), "")


def test_the_latest_state_is_read(state):
    for other in ("state_1_99", "state_2_10"):
        shutil.copytree(state, state.with_name(other))
    state.with_name("state_3_1").mkdir()
    (latest,) = read_published(state.parent).checkpoints
    assert latest.parent.name == "state_2_10"
    (named,) = read_published(state).checkpoints
    assert named.parent == state


def test_agents_have_the_states_of_cycles_that_ended(tmp_path, state):
    agent = tmp_path / "system" / "VitT3~mnist"
    for name in ("state_1_0", "state_1_3", "state_2_0", "state_10_0", "state_11_0"):
        saved = agent / name
        shutil.copytree(state, saved)
        (saved / "checkpoint_2_9").rename(saved / name.replace("state", "checkpoint"))
        (saved / "published.csv").write_text("id,components\n4,VitT3~mnist:3\n")
        (saved / "components.csv").write_text("id,name,agent_id\n9,head,VitT3~mnist\n")
    with (agent / "state_2_0" / "components.csv").open("a") as table:
        table.write("3,cls,VitT3~mnist\n")
    unfinished = agent / "state_11_0"
    (unfinished / "checkpoint_11_0").rename(unfinished / "checkpoint_11_tmp")
    found = read_published(agent.parent)
    assert (found.agents, found.states) == ([agent.name], [])
    system = read_published(agent.parent, agent.name)
    assert [saved.config.parent.name for saved in system.states] == [
        "state_1_0",
        "state_2_0",
        "state_10_0",
    ]
    assert system.names == {"VitT3~mnist:9": "head", "VitT3~mnist:3": "cls"}
    # Checkpoints without components of living paths are not read.
    assert [file.name for file in system.checkpoints] == ["checkpoint_2_0"]
    assert system.living_ids == {"VitT3~mnist:3"}
    for part in (agent, agent / "state_1_0"):
        with pytest.raises(SidecarError, match=r"to one agent .*, .*/system$"):
            read_published(part)


def test_missing_and_damaged_states_are_refused(state):
    with pytest.raises(SidecarError, match="has no system"):
        read_published(state / "nowhere")
    whole = (state / "checkpoint_2_9").read_bytes()
    for damaged in (b"", b"\xc1", whole[:-1], whole + b"\0"):
        (state / "checkpoint_2_9").write_bytes(damaged)
        with pytest.raises(SidecarError, match="cannot read "):
            list(read_published(state).read_components(ignore))
    (state / "checkpoint_2_9").unlink()
    with pytest.raises(SidecarError, match="has no checkpoint_"):
        read_published(state)
