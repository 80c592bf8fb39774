import functools
import hashlib
import http.server
import json
import pickle
import threading
import zipfile

import ml_dtypes
import numpy as np
import pytest

from mu2net_sidecar.checkpoint import read_root
from mu2net_sidecar.checkpoint.files import find_augreg_checkpoint
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture, resample
from tests.checkpoint import weights

NAMES = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoder_norm", "head"]
SMALL = Architecture(4, 16, 32, 2, 16, 3, 8)
LAYOUTS = list(weights.LAYOUT_OF.values())


def ignore(done, size):
    pass


def tensors(layout=LAYOUTS[0], architecture=SMALL, depth=2):
    return weights.tensors_of(layout, architecture, depth)


def read_file(source, architecture=SMALL, depth=2, *, names=NAMES, sha256=None, on_progress=ignore):
    return read_root(
        str(source),
        architecture,
        depth=depth,
        components=names,
        sha256=sha256,
        on_progress=on_progress,
    )


@pytest.fixture
def read(tmp_path):
    """Reads tensors as a root model."""

    def read(written, suffix=".npz", architecture=SMALL, depth=2, sha256=None, names=NAMES):
        path = weights.write(tmp_path / f"weights{suffix}", written)
        return read_file(path, architecture, depth, sha256=sha256, names=names)

    return read


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_root_has_the_requested_components_and_a_new_head(layout, read):
    root = read(tensors(layout), ".npz" if layout.name == "AugReg" else ".safetensors")
    assert list(root.components) == NAMES, "one of two blocks"
    assert root.notices == [f"{layout.name} layout"]
    assert not root.components["head"]["kernel"].any()
    assert root.components["head"]["bias"].shape == (SMALL.num_classes,)
    assert {a.dtype for params in root.components.values() for a in params.values()} == {
        np.dtype(np.float32)
    }


def test_half_precision_is_widened(read):
    half = {name: array.astype(np.float16) for name, array in tensors(LAYOUTS[1]).items()}
    kernel = read(half, ".safetensors").components["encoderblock_0"]["MlpBlock_3/Dense_0/kernel"]
    np.testing.assert_array_equal(kernel, half["blocks.0.mlp.fc1.weight"].T.astype(np.float32))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value, read):
    written = {name: array.copy() for name, array in tensors().items()}
    written["Transformer/encoderblock_0/LayerNorm_0/scale"][3] = value
    with pytest.raises(
        SidecarError, match=r"encoderblock_0/LayerNorm_0/scale has values that are not finite"
    ) as refused:
        read(written)
    assert refused.value.code == "CHECKPOINT_INVALID"


def test_the_position_embedding_is_resampled(read):
    larger = Architecture(4, 16, 32, 2, 24, 3, 8)
    written = tensors()
    root = read(written, architecture=larger)
    stored = written["Transformer/posembed_input/pos_embedding"]
    np.testing.assert_array_equal(
        root.components["posembed_input"]["pos_embedding"], resample(stored, 6)
    )
    assert "resampled from 4×4 patches to 6×6" in root.notices[-1]


@pytest.mark.parametrize(
    ("layout", "extra"), [(0, "pre_logits/kernel"), (1, "pre_logits.fc.weight"), (2, "pooler.x")]
)
def test_a_representation_layer_is_left_out(layout, extra, read):
    written = tensors(LAYOUTS[layout]) | {extra: np.zeros((16, 16), np.float32)}
    assert "is left out" in read(written, ".safetensors").notices[-1]


def test_a_model_without_head_is_a_root(read):
    written = {
        name.removeprefix("vit."): array
        for name, array in tensors(LAYOUTS[2]).items()
        if not name.startswith("classifier")
    }
    assert list(read(written, ".safetensors").components) == NAMES


def error_of(read, *arguments, **choices):
    with pytest.raises(SidecarError) as raised:
        read(*arguments, **choices)
    assert raised.value.code == "CHECKPOINT_INVALID"
    return raised.value.message


def test_missing_unknown_and_misshapen_tensors_are_listed(read):
    written = tensors()
    del written["cls"]
    written["Transformer/encoderblock_1/LayerNorm_0/scale"] = np.zeros(15, np.float32)
    written["dist_token"] = np.zeros((1, 1, 16), np.float32)
    message = error_of(read, written)
    assert "1 missing: cls; 1 unknown: dist_token; 1 misshapen: " in message
    assert "LayerNorm_0/scale (15) where (16) is expected" in message


def test_long_lists_are_shortened(read):
    written = {name: array for name, array in tensors().items() if "block_" not in name}
    names = [*NAMES[:4], "encoderblock_1", *NAMES[4:]]
    assert "and 12 more" in error_of(read, written, names=names)


def test_a_shallower_model_is_read_if_it_has_the_requested_components(read):
    written = {name: array for name, array in tensors().items() if "block_1" not in name}
    assert list(read(written).components) == NAMES


def test_another_architecture_is_named(read):
    tiny, depth = weights.architecture_of("Ti/16", 32)
    small, _ = weights.architecture_of("S/16", 32)
    message = error_of(read, tensors(LAYOUTS[1], tiny, depth), ".safetensors", small, depth)
    assert "is not S/16: it looks like Ti/16; set root.architecture to Ti/16" in message


def test_other_models_and_broken_files_are_refused(read, tmp_path):
    assert "is not a ViT in the layout of" in error_of(
        read, {"conv1.weight": np.zeros(3, np.float32)}
    )
    path = weights.write(tmp_path / "w.npz", tensors())
    for suffix, data in ((".npz", path.read_bytes()[:-99]), (".safetensors", b"\x00" * 99)):
        broken = tmp_path / f"broken{suffix}"
        broken.write_bytes(data)
        with pytest.raises(
            SidecarError, match=f"cannot read tensors of {broken}.*download it again"
        ):
            read_file(broken)


@pytest.mark.parametrize(("offset", "value"), [(10, 99), (8, 1)])
def test_an_npz_that_cannot_be_unpacked_is_refused(tmp_path, offset, value):
    """With a compression that is not known, and with a password."""
    path = weights.write(tmp_path / "w.npz", tensors())
    data = bytearray(path.read_bytes())
    # The field of the first member, in the central directory and before the member.
    data[data.index(b"PK\1\2") + offset] = value
    data[data.index(b"PK\3\4") + offset - 2] = value
    path.write_bytes(data)
    with pytest.raises(SidecarError, match=f"cannot read tensors of {path}") as raised:
        read_file(path)
    assert raised.value.code == "CHECKPOINT_INVALID"


def test_objects_in_an_npz_are_not_unpickled(read):
    written = tensors() | {"cls": np.array([{"a": 1}], dtype=object)}
    assert error_of(read, written)


def test_a_changed_file_is_refused(read):
    digest = read(tensors()).sha256
    assert read(tensors(), sha256=digest).sha256 == digest
    assert "has changed" in error_of(read, tensors(), sha256="0" * 64)


def test_heads_and_activation_come_from_the_config_beside_it(read, tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"hidden_act": "gelu", "layer_norm_eps": 1e-12}')
    notices = read(tensors(LAYOUTS[2]), ".safetensors").notices
    assert any("exact GELU" in notice for notice in notices)
    assert any("1e-12" in notice for notice in notices)
    config.write_text('{"num_attention_heads": 4}')
    assert "4 attention heads where 2" in error_of(read, tensors(LAYOUTS[2]), ".safetensors")


TIMM = {"architecture": "vit_tiny_patch16_224", "num_classes": 10, "global_pool": "token"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model_args": {"num_heads": 6}}, "6 attention heads where 2"),
        ({}, "3 attention heads where 2"),
        ({"model_args": {"num_heads": 2}, "global_pool": "avg"}, "global_pool=avg"),
        ({"model_args": {"num_heads": 2, "global_pool": "map"}}, "global_pool=map"),
        ({"model_args": {"num_heads": 2, "img_size": [16, 36]}}, "images of 16 × 36 pixels"),
        (
            {"model_args": {"num_heads": 2}, "pretrained_cfg": {"input_size": [3, 16, 36]}},
            "images of 16 × 36 pixels",
        ),
    ],
)
def test_what_the_config_of_timm_says_is_refused_where_it_differs(config, message, read, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(TIMM | config))
    assert message in error_of(read, tensors(LAYOUTS[1]), ".safetensors")


@pytest.mark.parametrize(("act_layer", "notices"), [(None, 1), ("gelu_tanh", 0)])
def test_exact_gelu_of_timm_is_told(act_layer, notices, read, tmp_path):
    arguments = {"num_heads": 2, **({"act_layer": act_layer} if act_layer else {})}
    (tmp_path / "config.json").write_text(json.dumps(TIMM | {"model_args": arguments}))
    told = read(tensors(LAYOUTS[1]), ".safetensors").notices
    assert sum("exact GELU" in notice for notice in told) == notices


def test_images_that_transformers_calls_oblong_are_refused(read, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "vit", "image_size": [16, 36]}')
    assert "images of 16 × 36 pixels" in error_of(read, tensors(LAYOUTS[2]), ".safetensors")


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("pos_embed", (1, 16, 16), "no row for the class token (timm's no_embed_class)"),
        ("pos_embed", (1, 15, 16), "its 14 patches are no square"),
        ("patch_embed.proj.weight", (16, 1, 4, 4), "it takes images of 1 channels"),
        ("patch_embed.proj.weight", (16, 3, 4, 8), "its patches have 4 × 8 pixels"),
        ("patch_embed.proj.weight", (16, 48), "it has no embedding/kernel of 4 axes"),
    ],
)
def test_models_that_no_architecture_fits_say_why(name, shape, message, read):
    written = tensors(LAYOUTS[1]) | {name: np.ones(shape, np.float32)}
    assert message in error_of(read, written, ".safetensors")


@pytest.mark.parametrize("prefix", ["vit.", ""])
def test_a_state_dict_of_transformers_5_is_a_root(prefix, read):
    renamed = {
        "encoder.layer.": "layers.",
        "attention.attention.query": "attention.q_proj",
        "attention.attention.key": "attention.k_proj",
        "attention.attention.value": "attention.v_proj",
        "attention.output.dense": "attention.o_proj",
        "intermediate.dense": "mlp.fc1",
        "output.dense": "mlp.fc2",
    }

    def rename(name):
        for before, after in renamed.items():
            name = name.replace(before, after)
        return name.replace("vit.", prefix)

    published = tensors(LAYOUTS[2])
    expected = read(published, ".safetensors").components
    actual = read({rename(name): array for name, array in published.items()}, ".safetensors")
    assert "vit.layers.0.mlp.fc1.weight".replace("vit.", prefix) in map(rename, published)
    for name, params in expected.items():
        for param, array in params.items():
            np.testing.assert_array_equal(actual.components[name][param], array, strict=True)


def test_pickles_and_bfloat16_in_npz_say_how_to_convert_them(read, tmp_path):
    newer, older = tmp_path / "pytorch_model.bin", tmp_path / "model.pth"
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    older.write_bytes(pickle.dumps({"a": 1}))
    for path in (newer, older):
        with pytest.raises(SidecarError, match=r"pickle of PyTorch.*convert it") as raised:
            read_file(path)
        assert "download it again" not in raised.value.message
    half = {name: array.astype(ml_dtypes.bfloat16) for name, array in tensors().items()}
    assert "which an npz file cannot describe; write it as float32" in error_of(read, half)


def test_bfloat16_in_safetensors_is_widened(tmp_path):
    half = {name: array.astype(ml_dtypes.bfloat16) for name, array in tensors(LAYOUTS[1]).items()}
    path = weights.write(tmp_path / "w.safetensors", half)
    kernel = read_file(path).components["encoderblock_0"]["MlpBlock_3/Dense_0/kernel"]
    np.testing.assert_array_equal(kernel, half["blocks.0.mlp.fc1.weight"].T.astype(np.float32))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SidecarError) as raised:
        read_file(tmp_path / "no.npz")
    assert raised.value.code == "CHECKPOINT_MISSING"
    assert "no.npz: there is no such file; correct root.checkpoint" in raised.value.message


@pytest.fixture
def server(tmp_path):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()


def test_a_url_is_downloaded_with_progress(server, tmp_path):
    path = weights.write(tmp_path / "w.npz", tensors())
    reports = []
    root = read_file(f"{server}/w.npz", on_progress=lambda *progress: reports.append(progress))
    size = path.stat().st_size
    assert reports[-1] == (size, size)
    assert root.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(SidecarError, match=r"none\.npz.*not exist.*download it on a machine"):
        read_file(f"{server}/none.npz")


PUBLISHED = [
    ("Ti/16", 'ds=="i21k" and aug=="light1" and wd==0.1 and sd==0.0', "Ti_16-i21k-300ep-lr_0.001-"
     "aug_light1-wd_0.1-do_0.0-sd_0.0"),
    ("B/16", "name=='B/16' and ds=='i21k' and aug=='medium1' and wd==0.1 and sd==0",
     "B_16-i21k-300ep-lr_0.001-aug_medium1-wd_0.1-do_0.0-sd_0.0"),
    ("L/16", 'ds=="i21k" and aug=="medium2" and wd==0.03 and sd==0.1',
     "L_16-i21k-300ep-lr_0.001-aug_medium2-wd_0.03-do_0.1-sd_0.1"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MU2NET_DATA", str(tmp_path))
    (tmp_path / "augreg").mkdir()
    return tmp_path / "augreg"


@pytest.mark.parametrize(("name", "query", "file"), PUBLISHED)
def test_the_papers_queries_name_their_files(name, query, file, folder):
    assert find_augreg_checkpoint(query, name) == f"augreg:{file}"
    (folder / f"{file}.npz").touch()
    assert find_augreg_checkpoint(query, name) == str(folder / f"{file}.npz")


def test_an_index_file_has_priority(folder):
    rows = ["name,ds,aug,wd,sd,filename,adapt_filename"]
    rows += [f"Ti/16,i21k,light1,0.1,0.0,one,{n}" for n in range(3)]
    rows += ["Ti/16,i21k,light1,0.03,0.0,two,x", "S/16,i21k,light1,0.1,0.0,three,x"]
    (folder / "index.csv").write_text("\n".join(rows))
    assert find_augreg_checkpoint('ds=="i21k" and wd==0.10', "Ti/16") == "augreg:one"
    with pytest.raises(SidecarError, match="not one, two"):
        find_augreg_checkpoint('ds=="i21k"', "Ti/16")
    with pytest.raises(SidecarError, match="no column lr"):
        find_augreg_checkpoint("lr==1", "Ti/16")
    assert find_augreg_checkpoint('name=="S/16" and aug=="light1"', None) == "augreg:three"
    with pytest.raises(SidecarError, match="must name the architecture"):
        find_augreg_checkpoint('aug=="light1"', None)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ds<'i21k'", "is not a condition"),
        ("ds=='i21k'", "has no condition on aug"),
        ("ds=='jft' and aug=='light1' and wd==0 and sd==0", "ds must be one of"),
        ("name=='B/16' and ds=='i21k'", "its name is B/16"),
    ],
)
def test_malformed_queries_are_refused(query, message, folder):
    with pytest.raises(SidecarError, match=message):
        find_augreg_checkpoint(query, "Ti/16")
