"""Models that are read from files have the same logits as in timm and transformers."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from mu2net_sidecar.checkpoint import read_model
from tests.checkpoint import weights

# The reference computes these logits; MU2NET_UPDATE_LOGITS=1 rewrites the file.
RECORDED = Path(__file__).with_name("logits.json")
UPDATE = os.environ.get("MU2NET_UPDATE_LOGITS") == "1"
SLOW = os.environ.get("MU2NET_SLOW") == "1"

FORMATS = [("augreg", ".npz", "timm"), ("timm", ".safetensors", "timm")]
FORMATS += [("transformers", ".safetensors", "transformers")]
CASES = [
    pytest.param(
        name,
        image_size,
        marks=pytest.mark.skipif(
            name == "L/16" and not SLOW, reason="L/16 takes minutes; MU2NET_SLOW=1 runs it"
        ),
    )
    for name in ("Ti/16", "B/16", "L/16")
    for image_size in (224, 384)
]


@pytest.fixture(scope="module")
def recorded():
    known = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    yield known
    if UPDATE:
        RECORDED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize(("layout", "suffix", "library"), FORMATS)
@pytest.mark.parametrize(("name", "image_size"), CASES)
def test_logits(name, image_size, layout, suffix, library, recorded, tmp_path):
    architecture, depth = weights.architecture_of(name, image_size)
    tensors = weights.tensors_of(weights.LAYOUT_OF[layout], architecture, depth)
    path = weights.write(tmp_path / f"weights{suffix}", tensors)
    del tensors
    images = weights.images_of(image_size)
    key = f"{layout} {name} {image_size}"
    if os.environ.get("MU2NET_REFERENCE_PYTHON"):
        files = [tmp_path / "images.npy", tmp_path / "logits.npy"]
        np.save(files[0], images)
        weights.run_reference("logits", library, name, image_size, weights.CLASSES, path, *files)
        expected = np.load(files[1])
        if UPDATE:
            recorded[key] = np.round(expected, 6).tolist()
    else:
        expected = np.array(recorded[key], np.float32)
    components = read_model(path, architecture, depth).components
    path.unlink()
    logits = weights.logits_of(components, images)
    assert np.std(expected) > 0.1, "the logits differ from image to image"
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4)
