from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.data.tfds import parse_example

proto = pytest.importorskip("tensorflow_datasets.proto.tf_example_pb2")

NAMES = st.sampled_from(["image", "label", "objects/type", "größe", ""])
VALUES = st.one_of(
    st.lists(st.binary(max_size=300), min_size=1),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1),
    st.lists(st.floats(width=32, allow_nan=False), min_size=1),
)


def serialised(values):
    example = proto.Example()
    for name, numbers in values.items():
        feature = example.features.feature[name]
        if isinstance(numbers[0], bytes):
            feature.bytes_list.value.extend(numbers)
        elif isinstance(numbers[0], int):
            feature.int64_list.value.extend(numbers)
        else:
            feature.float_list.value.extend(numbers)
    return example.SerializeToString()


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES))
def test_what_protobuf_writes_is_read(values):
    found = parse_example(serialised(values), values)
    assert {name: list(numbers) for name, numbers in found.items()} == values
    for name, numbers in found.items():
        if isinstance(numbers, np.ndarray):
            assert numbers.dtype == (np.int64 if isinstance(values[name][0], int) else np.float32)


def test_only_what_is_asked_for_is_read():
    record = serialised({"image": [b"pixels"], "label": [3]})
    assert set(parse_example(record, {"label", "other"})) == {"label"}


def test_an_empty_sequence_has_no_type():
    example = proto.Example()
    example.features.feature["none"].Clear()
    assert parse_example(example.SerializeToString(), {"none"}) == {"none": []}
    example.features.feature["none"].float_list.Clear()
    example.features.feature["none"].float_list.SetInParent()
    found = parse_example(example.SerializeToString(), {"none"})["none"]
    assert len(found) == 0


def test_numbers_need_not_be_packed():
    # Example { features { feature { key: "n" value { int64_list { value: 5 value: 300 } } } } }
    numbers = b"\x08\x05\x08\xac\x02"
    feature = b"\x1a" + bytes([len(numbers)]) + numbers
    entry = b"\x0a\x01n\x12" + bytes([len(feature)]) + feature
    features = b"\x0a" + bytes([len(entry)]) + entry
    found = parse_example(b"\x0a" + bytes([len(features)]) + features, {"n"})
    assert list(found["n"]) == [5, 300]


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_features_or_one_error(record):
    with suppress(ValueError):
        parse_example(record, {"image"})


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_a_truncated_example_is_refused(cut):
    with pytest.raises(ValueError, match="in the middle"):
        parse_example(serialised({"image": [b"pixels"]})[:-cut], {"image"})
