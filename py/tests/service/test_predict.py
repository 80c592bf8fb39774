"""Images are classified alike, in files and in requests; broken bytes harm no other image."""

import io

import msgspec
import numpy as np
import pytest
from PIL import Image

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.wire import requests
from tests.service.test_handlers import Caller

NAMES = ["embedding", "cls", "posembed_input", "encoder_norm", "head"]


def png(seed, width=8, height=8, mode="RGB"):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def handlers():
    return Handlers()


@pytest.fixture
def models(handlers, url, architecture):
    """Three models: two share all but the head, and one sees larger images."""

    def model(root_seed, head_seed, architecture):
        def make(names, seed):
            request = requests.InitialiseRequest(url, architecture, names, seed)
            return [
                requests.EvaluatedComponent(each.name, each.params_digest)
                for each in handlers.execute(request, Caller()).components
            ]

        return requests.Model(architecture, make(NAMES[:-1], root_seed) + make(["head"], head_seed))

    larger = msgspec.structs.replace(architecture, image_size=12, num_classes=3)
    return [model(1, 2, architecture), model(1, 3, architecture), model(4, 5, larger)]


def classify_request(url, models, contents, largest_pixels=10_000):
    return requests.ClassifyRequest(url, contents, largest_pixels, models, top=2)


def test_images_in_a_request_are_classified_as_files_are(handlers, url, models, tmp_path):
    # More than a batch, of several sizes and colours.
    contents = [png(n, 8 + n % 3, 6 + n, "L" if n % 2 else "RGB") for n in range(35)]
    files = [tmp_path / f"{n}.png" for n in range(35)]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    by_file = handlers.execute(
        requests.PredictRequest(url, [str(file) for file in files], models, 2), Caller()
    )
    result = handlers.execute(classify_request(url, models, contents), Caller())
    assert [verdict.predictions for verdict in result.verdicts] == by_file.predictions
    for predictions in by_file.predictions:
        assert [len(classes) for classes in predictions] == [2, 2, 2]
        assert all(first.probability >= second.probability for first, second in predictions)
    alone = handlers.execute(classify_request(url, models[1:2], contents[7:8]), Caller())
    ((classes,),) = [verdict.predictions for verdict in alone.verdicts]
    for one, other in zip(classes, by_file.predictions[7][1], strict=True):
        assert one.label == other.label
        assert one.probability == pytest.approx(other.probability, abs=1e-5)


def test_an_unreadable_image_does_not_harm_the_others(handlers, url, models):
    bomb = io.BytesIO()
    Image.new("L", (9_000, 9_000)).save(bomb, "PNG")
    contents = [png(1), b"GIF89a", png(2, 101, 100), bomb.getvalue(), b"%!PS", png(3)]
    verdicts = handlers.execute(classify_request(url, models, contents), Caller()).verdicts
    good = handlers.execute(classify_request(url, models, [png(1), png(3)]), Caller()).verdicts
    assert [verdicts[0], verdicts[5]] == good
    said = [verdict.message for verdict in verdicts[1:5]]
    assert "cannot decode the image" in said[0]
    assert "more than 10000 pixels" in said[1]
    assert "more than 10000 pixels" in said[2]
    assert "known format" in said[3]
    nothing = handlers.execute(classify_request(url, models, [b"", b"x"]), Caller())
    assert [type(verdict) for verdict in nothing.verdicts] == [requests.Unreadable] * 2


def test_a_file_that_is_no_image_fails_the_request_and_is_named(handlers, url, models, tmp_path):
    (tmp_path / "x.png").write_bytes(b"x")
    request = requests.PredictRequest(url, [str(tmp_path / "x.png")], models, 1)
    with pytest.raises(SidecarError, match=r"x\.png") as caught:
        handlers.execute(request, Caller())
    assert caught.value.code == "IMAGE_UNDECODABLE"
