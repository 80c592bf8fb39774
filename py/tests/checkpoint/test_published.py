import shutil
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
    components = {component.name: component for component in published.components()}
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


def test_arrays_in_chunks_are_put_together():
    tree = read_state((FLAX / "chunked.msgpack").read_bytes())
    np.testing.assert_array_equal(tree["head:1"]["kernel"], np.arange(12).reshape(4, 3))


def test_the_latest_state_is_taken(state):
    for other in ("state_1_99", "state_2_10"):
        shutil.copytree(state, state.with_name(other))
    state.with_name("state_3_1").mkdir()
    (latest,) = read_published(state.parent).checkpoints
    assert latest.parent.name == "state_2_10"
    (named,) = read_published(state).checkpoints
    assert named.parent == state


def test_agents_have_the_states_that_were_written_after_cycles(tmp_path, state):
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
    # A checkpoint is read for what living paths use.
    assert [file.name for file in system.checkpoints] == ["checkpoint_2_0"]
    assert system.wanted == {"VitT3~mnist:3"}
    for part in (agent, agent / "state_1_0"):
        with pytest.raises(SidecarError, match=r"of one agent .*, .*/system$"):
            read_published(part)


def test_what_is_no_state_is_refused(state):
    with pytest.raises(SidecarError, match="holds no system"):
        read_published(state / "nowhere")
    (state / "checkpoint_2_9").write_bytes(b"\xc1")
    with pytest.raises(SidecarError, match="cannot read "):
        list(read_published(state).components())
    (state / "checkpoint_2_9").unlink()
    with pytest.raises(SidecarError, match="has no checkpoint_"):
        read_published(state)
