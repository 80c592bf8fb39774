"""Roots by name, from a server with the files and answers of the real ones."""

import hashlib
import json
import socket

import numpy as np
import pytest

from mu2net_sidecar.checkpoint import fetch_named_root, read_root
from mu2net_sidecar.checkpoint.fetched import RootName, find_fetched, parse_root_name
from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.model import Architecture
from mu2net_sidecar.service._root_command import main
from tests.checkpoint import weights
from tests.checkpoint.hub import serving

# A Ti/16 of one layer, so that its files are small.
TINY = Architecture(16, 192, 768, 3, 32, weights.CLASSES, 8)
CONFIG = {
    "architecture": "vit_tiny_patch16_224",
    "num_classes": 10,
    "num_features": 192,
    "global_pool": "token",
    "pretrained_cfg": {"tag": "augreg_in21k", "license": "apache-2.0", "input_size": [3, 32, 32]},
}
MODEL = "timm/vit_tiny_patch16_224.augreg_in21k"
NAME = "timm:vit_tiny_patch16_224.augreg_in21k"
AUGREG = "Ti_16-i21k-300ep-lr_0.001-aug_light1-wd_0.1-do_0.0-sd_0.0"
QUERY = 'augreg: ds=="i21k" and aug=="light1" and wd==0.1 and sd==0.0'


def ignore(done, total):
    pass


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Bytes of a model, by layout."""
    folder = tmp_path_factory.mktemp("files")
    made = {}
    for layout, suffix in (("timm", ".safetensors"), ("augreg", ".npz")):
        tensors = weights.tensors_of(weights.LAYOUT_OF[layout], TINY, 1)
        made[layout] = weights.write(folder / f"{layout}{suffix}", tensors).read_bytes()
    return made


@pytest.fixture
def hub(files, tmp_path, monkeypatch):
    monkeypatch.setenv("MU2NET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MU2NET_DATA", str(tmp_path / "data"))
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    with serving() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", hub.address)
        yield hub


def add_timm(hub, files):
    contents = {"config.json": json.dumps(CONFIG).encode(), "model.safetensors": files["timm"]}
    return hub.add_model(MODEL, contents)


def read(source, sha256=None):
    return read_root(
        source,
        TINY,
        depth=12,
        components=["embedding", "posembed_input", "encoderblock_0"],
        sha256=sha256,
        on_progress=ignore,
    )


def error_of(code, *arguments):
    with pytest.raises(SidecarError) as raised:
        fetch_named_root(*arguments, None, ignore)
    assert raised.value.code == code
    return raised.value.message


def test_a_model_of_timm_is_fetched_once_and_is_a_root(hub, files):
    add_timm(hub, files)
    reports = []
    path, root = fetch_named_root(NAME, None, lambda *report: reports.append(report))
    size = len(files["timm"])
    assert path.read_bytes() == files["timm"]
    assert reports[-1] == (size, size)
    assert root.sha256 == hashlib.sha256(files["timm"]).hexdigest()
    assert (root.architecture, root.layers, root.image_size) == ("Ti/16", 1, 32)
    assert (root.licence, root.revision, root.layout) == ("apache-2.0", "c0ffee", "timm")
    assert root.page == f"{hub.address}/{MODEL}"
    tensors = weights.tensors_of(weights.LAYOUT_OF["timm"], TINY, 1)
    assert root.parameter_count == sum(array.size for array in tensors.values())
    hub.asked.clear()
    kernel = read(NAME).components["embedding"]["kernel"]
    np.testing.assert_array_equal(
        kernel, tensors["patch_embed.proj.weight"].transpose(2, 3, 1, 0), strict=True
    )
    assert hub.asked == [], "it is in the cache"
    assert {each.name for each in path.parent.iterdir()} == {
        *("model.safetensors", "config.json", "root.json", "lock")
    }


def test_a_root_that_a_run_names_is_fetched(hub, files):
    hub.files[f"/vit_models/augreg/{AUGREG}.npz"] = files["augreg"]
    digest = hashlib.sha256(files["augreg"]).hexdigest()
    assert read(QUERY).sha256 == digest
    found = find_fetched(RootName("augreg", AUGREG))
    assert found is not None
    assert (found[1].licence, found[1].layout) == ("Apache-2.0", "AugReg")
    assert len(hub.asked) == 1
    assert read(f"augreg:{AUGREG}", digest).sha256 == digest
    with pytest.raises(SidecarError, match="has changed: its sha256"):
        read(QUERY, "0" * 64)
    assert len(hub.asked) == 1


def test_a_download_goes_on_where_it_stopped(hub, files):
    """First within one command, then in a second one after the first was stopped."""
    add_timm(hub, files)
    hub.cuts = [1 << 20]
    arrived = []

    def stop(done, total):
        arrived.append(done)
        if done > 1 << 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_named_root(NAME, None, stop)
    ranges = [asked for path, asked in hub.asked if path.endswith(".safetensors")]
    assert ranges == [None, f"bytes={1 << 20}-"]
    assert find_fetched(RootName("timm", MODEL.removeprefix("timm/"))) is None
    hub.asked.clear()
    path, _ = fetch_named_root(NAME, None, ignore)
    assert path.read_bytes() == files["timm"]
    assert hub.asked[-1][1] == f"bytes={arrived[-1]}-"


def test_a_file_that_changed_is_not_mixed_with_what_arrived_of_the_old_one(hub, files):
    hub.files[f"/vit_models/augreg/{AUGREG}.npz"] = files["augreg"] + b"x"
    hub.cuts = [1 << 20]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_named_root(f"augreg:{AUGREG}", None, stop)
    hub.files[f"/vit_models/augreg/{AUGREG}.npz"] = files["augreg"]
    path, _ = fetch_named_root(f"augreg:{AUGREG}", None, ignore)
    assert path.read_bytes() == files["augreg"]


@pytest.mark.parametrize("name", [NAME, f"augreg:{AUGREG}"])
def test_bytes_that_the_server_does_not_vouch_for_are_deleted(name, hub, files):
    hub.wrong = True
    add_timm(hub, files)
    hub.files[f"/vit_models/augreg/{AUGREG}.npz"] = files["augreg"]
    assert "is not the file that it should be" in error_of("CHECKPOINT_INVALID", name)
    hub.wrong = False
    add_timm(hub, files)
    fetch_named_root(name, None, ignore)


def test_a_file_that_was_damaged_in_the_cache_is_refused(hub, files):
    add_timm(hub, files)
    path, _ = fetch_named_root(NAME, None, ignore)
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(SidecarError, match=r"is damaged: .* delete it, and fetch it again"):
        read(NAME)
    path.unlink()
    read(NAME)


def test_the_sha256_of_the_user_is_checked(hub, files):
    hub.files[f"/vit_models/augreg/{AUGREG}.npz"] = files["augreg"]
    with pytest.raises(SidecarError, match=f"its sha256 is [0-9a-f]{{64}}, not {'0' * 64}"):
        fetch_named_root(f"augreg:{AUGREG}", "0" * 64, ignore)


def test_what_the_server_does_not_have_is_told(hub, files):
    message = error_of("CHECKPOINT_MISSING", "timm:vit_none")
    assert "answers 404" in message
    assert "correct its name, or set HF_TOKEN" in message
    assert "root list --from augreg" in error_of("CHECKPOINT_MISSING", "augreg:none")
    hub.add_model("a/b", {"pytorch_model.bin": b"x", "config.json": b"{}"})
    assert "has no model.safetensors (it has config.json, pytorch_model.bin)" in error_of(
        "CHECKPOINT_INVALID", "hf:a/b"
    )


def test_another_kind_of_model_is_refused_before_its_weights_are_fetched(hub, files):
    config = json.dumps({"model_type": "swin"}).encode()
    hub.add_model("a/swin", {"config.json": config, "model.safetensors": files["timm"]})
    assert "it is a swin" in error_of("CHECKPOINT_INVALID", "hf:a/swin")
    assert not any(path.endswith(".safetensors") for path, _ in hub.asked)


def test_no_network_is_told_with_what_to_do(hub, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        # Nobody listens there.
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        message = error_of("CHECKPOINT_MISSING", NAME)
    assert "cannot reach 127.0.0.1: " in message
    assert "set HTTP_PROXY. Without a network, run 'npx mu2net root fetch'" in message


def test_a_proxy_is_used_unless_the_host_is_excepted(hub, files, monkeypatch):
    add_timm(hub, files)
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    monkeypatch.setenv("HTTP_PROXY", hub.address)
    fetch_named_root(NAME, None, ignore)
    assert hub.asked[0][0].startswith("http://hub.invalid/api/models/timm/")
    monkeypatch.setenv("NO_PROXY", "hub.invalid")
    assert "cannot reach hub.invalid" in error_of("CHECKPOINT_MISSING", "timm:vit_other")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert "the proxy is http://127.0.0.1:9: correct HTTP_PROXY" in error_of(
        "CHECKPOINT_MISSING", "timm:vit_other"
    )


@pytest.mark.parametrize("text", ["timm:../x", "hf:a/b/c", "hf:/etc", "timm:", "augreg:a b"])
def test_names_that_lead_elsewhere_are_refused(text):
    with pytest.raises(SidecarError, match="is not the name of a root"):
        parse_root_name(text)


@pytest.mark.parametrize("text", ["a.npz", "/x/timm", "https://a/b.npz", "gs://a/b", QUERY])
def test_places_and_queries_are_no_names(text):
    assert parse_root_name(text) is None


def answer_of(capsys, *arguments):
    status = main(list(arguments))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return status, lines


def test_the_command_fetches_shows_and_lists(hub, files, capsys):
    add_timm(hub, files)
    status, lines = answer_of(capsys, "fetch", NAME)
    answer = lines[-1]["answer"]
    assert status == 0
    assert lines[0]["stage"] == "fetch"
    assert (answer["name"], answer["parameterCount"] > 0) == (NAME, True)
    for command in (["show", NAME], ["show", answer["path"]]):
        _, lines = answer_of(capsys, *command)
        shown = lines[-1]["answer"]
        assert shown.items() <= answer.items(), "a file alone tells less"
    _, lines = answer_of(capsys, "list")
    assert lines[-1]["answer"] == [answer]
    _, lines = answer_of(capsys, "show", "timm:vit_none")
    assert lines[-1]["answer"] == {"name": "timm:vit_none", "path": None}
    status, lines = answer_of(capsys, "fetch", "timm:vit_none")
    assert (status, lines[-1]["stage"], lines[-1]["code"]) == (1, "failed", "CHECKPOINT_MISSING")
    models = [{"id": f"timm/{each}"} for each in ("vit_b", "vit_a", "deit_x")]
    hub.files["/api/models"] = json.dumps(models).encode()
    _, lines = answer_of(capsys, "remote", "timm")
    assert lines[-1]["answer"] == [{"name": "timm:vit_a"}, {"name": "timm:vit_b"}]
    index = f"name,ds,filename,adapt_filename\nTi/16,i21k,{AUGREG},a\nTi/16,i21k,{AUGREG},b\n"
    hub.files["/vit_models/augreg/index.csv"] = f"{index}R26+S/32,i21k,R26,c\n".encode()
    _, lines = answer_of(capsys, "remote", "augreg", "Ti_16")
    assert lines[-1]["answer"] == [{"name": f"augreg:{AUGREG}", "architecture": "Ti/16"}]
