"""A worker uses the places that it was started with, whatever a controller asks for."""

import msgspec
import pytest

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.service._roots import ANYWHERE, Roots
from mu2net_sidecar.wire import requests, values


def collect(store):
    return requests.CollectRequest(store, [])


def copy(store, from_):
    return requests.CopyRequest(store, from_, [])


def inspect(source):
    return requests.InspectRequest(values.InspectedTask("own", source, None, None))


def tfds(directory, name="mnist", version="3.0.1", others=()):
    label = values.TfdsKey("label")
    return values.TfdsSource(directory, name, version, list(others), "image", label)


def predict(*images):
    return requests.PredictRequest("/in/store", list(images), [], 1)


def export():
    return requests.ExportRequest("/in/store", None, [], "timm", "/in/data/out", [])


@pytest.fixture
def roots(tmp_path):
    """Roots on this machine and at URLs; a link in the data leads out of them."""
    for name in ("store", "data", "secret", "store-2"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "secret")
    return Roots([str(tmp_path / "store"), "s3://pool/stores"], [str(tmp_path / "data"), "augreg:"])


def allowed_here(tmp_path):
    store, data = f"{tmp_path}/store", f"{tmp_path}/data"
    return [
        collect(store),
        collect(f"{store}/run-1"),
        collect("s3://pool/stores/run-1"),
        copy(f"{store}/a", f"{store}/b"),
        inspect(values.DigitsSource()),
        inspect(values.FolderSource(f"{data}/flowers")),
        inspect(values.IdxSource({"train": values.IdxFiles(f"{data}/i", f"{data}/l")})),
        inspect(tfds(data)),
        requests.ImportRequest(store, "augreg:ti16", None, None, 1, ["cls"]),
    ]


def refused_here(tmp_path):
    store, data = f"{tmp_path}/store", f"{tmp_path}/data"
    idx = values.IdxSource({"train": values.IdxFiles(f"{data}/i", "/etc/passwd")})
    others = [values.TfdsDataset("../../secret", "1.0.0")]
    return [
        collect("/etc"),
        collect(f"{store}-2"),
        collect(f"{store}/../secret"),
        collect("s3://pool/stores-of-others"),
        collect("s3://pool/stores/a::file:///etc"),
        collect(f"file://{store}"),
        collect(""),
        copy(f"{store}/a", f"{tmp_path}/secret"),
        inspect(values.FolderSource("/etc")),
        inspect(values.FolderSource(f"{data}/link")),
        inspect(values.WebDatasetSource(f"{data}/{{a,../../secret}}.tar")),
        inspect(idx),
        inspect(tfds(data, name="../secret")),
        inspect(tfds(data, others=others)),
        requests.ImportRequest(store, "https://169.254.169.254/x", None, None, 1, ["cls"]),
        requests.PublishedRequest(store, "/etc", None),
        msgspec.structs.replace(predict(f"{data}/a.png", "/etc/passwd"), store=store),
        msgspec.structs.replace(export(), store=store, folder=f"{data}/out"),
        requests.PretrainRequest(f"{data}/out", [], None, [], None, None, 1),
    ]


def test_places_below_a_root_are_used(roots, tmp_path):
    for request in allowed_here(tmp_path):
        roots.check(request)


@pytest.mark.parametrize("at", range(19))
def test_other_places_are_refused(roots, tmp_path, at):
    request = refused_here(tmp_path)[at]
    with pytest.raises(SidecarError, match="this worker"):
        roots.check(request)
    ANYWHERE.check(request)


def test_a_refusal_names_the_place_the_roots_and_the_option(roots):
    with pytest.raises(SidecarError) as refused:
        roots.check(collect("/etc"))
    assert refused.value.code == "STORE_DENIED"
    assert "/etc: this worker uses only what is in " in refused.value.message
    assert "s3://pool/stores (--store-root)" in refused.value.message


PLACES = {
    "CopyRequest.from_",
    "ExportRequest.folder",
    "ImportRequest.source",
    "PretrainRequest.folder",
    "PredictRequest.images",
    "PublishedRequest.directory",
}
NOT_PLACES = {"ExportRequest.labels", "PublishedRequest.agent"}


def is_text(kind):
    match kind:
        case msgspec.inspect.StrType():
            return kind.pattern is None
        case msgspec.inspect.ListType():
            return is_text(kind.item_type)
        case msgspec.inspect.UnionType():
            return any(map(is_text, kind.types))
    return False


def test_every_text_of_a_request_is_known_to_be_a_place_or_none():
    texts = {
        f"{request.__name__}.{field.name}"
        for request in requests.Request.__args__
        for field in msgspec.inspect.type_info(request).fields
        if field.name != "store" and is_text(field.type)
    }
    assert texts == PLACES | NOT_PLACES
