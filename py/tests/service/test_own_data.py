"""A worker uses the prepared data sets of its own machine, wherever a controller has them."""

import numpy as np
import pytest

from mu2net_sidecar.service._own_data import offers_of, use_own_data
from mu2net_sidecar.service._roots import Roots
from mu2net_sidecar.wire import messages, requests, values
from tests.data.prepared import encoded, write_prepared

IMAGE = encoded(np.zeros((2, 2), np.uint8))


def source(directory, name="mnist", version="3.*.*", others=()):
    label = values.TfdsKey("label")
    return values.TfdsSource(str(directory), name, version, list(others), "image", label)


def inspect(source):
    return requests.InspectRequest(values.InspectedTask("own", source, None, None))


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    for name in ("mnist/3.0.1", "emnist/digits/3.1.0", "other/unfinished"):
        write_prepared(root / name, {"train": [(IMAGE, 0)]}, 1)
    return root


def test_it_tells_what_lies_in_its_roots(root):
    offers = offers_of(Roots(data=[str(root), "s3://bucket/data", "/nowhere"]), fetches=True)
    assert offers.data_roots == [str(root), "s3://bucket/data", "/nowhere"]
    assert offers.fetches
    assert offers.prepared == [
        messages.PreparedDataset("emnist/digits", "3.1.0"),
        messages.PreparedDataset("mnist", "3.0.1"),
    ]


def test_a_data_set_is_found_by_its_name(root, tmp_path):
    roots = Roots(data=[str(tmp_path / "empty"), str(root)])
    others = [values.TfdsDataset("emnist/digits", "3.1.0")]
    found = use_own_data(inspect(source("/home/ada", others=others)), roots)
    assert found == inspect(source(root, others=others))
    roots.check(found)


def test_a_place_that_it_may_not_read_is_replaced_too(root, tmp_path):
    write_prepared(tmp_path / "outside/mnist/3.0.1", {"train": [(IMAGE, 0)]}, 1)
    request = inspect(source(tmp_path / "outside"))
    assert use_own_data(request, Roots(data=[str(root)])) == inspect(source(root))
    assert use_own_data(request, Roots()) is request


@pytest.mark.parametrize(
    "missing",
    [source("/home/ada", version="2.*.*"), values.FolderSource("/home/ada/flowers")],
)
def test_what_it_does_not_have_stays_where_the_controller_says(root, missing):
    request = inspect(missing)
    assert use_own_data(request, Roots(data=[str(root)])) is request
