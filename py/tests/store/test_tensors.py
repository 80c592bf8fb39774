import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import deserialize
from safetensors.numpy import save

from mu2net_sidecar.store._tensors import ALIGNMENT, DTYPES, decode_tensors, encode_tensors

tensors = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda name: name != "__metadata__"),
    st.sampled_from(sorted(DTYPES)).flatmap(
        lambda name: hnp.arrays(
            DTYPES[name] if name != "BF16" else np.uint16, hnp.array_shapes(min_dims=0, min_side=0)
        ).map(lambda array: array.view(DTYPES[name]) if array.ndim else array.astype(DTYPES[name]))
    ),
    max_size=5,
)


def encode(tensors):
    return b"".join(encode_tensors(tensors))


def assert_same_bits(read, originals):
    assert read.keys() == originals.keys()
    for name, tensor in originals.items():
        assert (read[name].dtype, read[name].shape) == (tensor.dtype, tensor.shape)
        assert read[name].tobytes() == tensor.tobytes()


@settings(deadline=None)
@given(tensors)
def test_any_tensors_are_decoded_bit_by_bit(originals):
    assert_same_bits(decode_tensors(encode(originals)), originals)


@settings(deadline=None)
@given(tensors)
def test_the_safetensors_library_reads_these_bytes_and_writes_bytes_that_are_read(originals):
    entries = dict(deserialize(encode(originals)))
    assert entries.keys() == originals.keys()
    for name, tensor in originals.items():
        entry = entries[name]
        assert (DTYPES[entry["dtype"]], tuple(entry["shape"])) == (tensor.dtype, tensor.shape)
        assert bytes(entry["data"]) == tensor.tobytes()
    assert_same_bits(decode_tensors(save(originals)), originals)


@settings(deadline=None)
@given(tensors)
def test_tensors_are_aligned_except_those_of_odd_sizes(originals):
    data = encode(originals)
    buffer = np.empty(len(data) + ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % ALIGNMENT
    buffer[start : start + len(data)] = np.frombuffer(data, np.uint8)
    for tensor in decode_tensors(memoryview(buffer)[start : start + len(data)]).values():
        even = tensor.nbytes % ALIGNMENT == 0
        assert not tensor.size or tensor.ctypes.data % (ALIGNMENT if even else 1) == 0


@settings(deadline=None)
@given(tensors, st.randoms())
def test_the_order_of_names_does_not_change_the_bytes(originals, random):
    names = list(originals)
    random.shuffle(names)
    assert encode({name: originals[name] for name in names}) == encode(originals)


def test_the_layout_in_memory_does_not_change_the_bytes():
    tensor = np.arange(12, dtype=np.float32).reshape(3, 4)
    expected = encode({"a": tensor})
    assert encode({"a": np.asfortranarray(tensor)}) == expected
    assert encode({"a": np.repeat(tensor, 2, axis=1)[:, ::2]}) == expected


def test_bfloat16_is_kept():
    trace = np.array([1, 1 / 3, -2e30], ml_dtypes.bfloat16)
    read = decode_tensors(encode({"trace": trace, "count": np.array(7)}))
    assert read["trace"].dtype == ml_dtypes.bfloat16 and read["count"].shape == ()
    np.testing.assert_array_equal(read["trace"], trace)


def test_dtypes_that_cannot_be_stored_are_refused():
    with pytest.raises(ValueError, match="'a' has dtype complex64"):
        encode({"a": np.zeros(2, np.complex64)})


@pytest.mark.parametrize(
    "header",
    [
        b"nonsense",
        b"[1]",
        b"{\xff}",
        b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
        b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}',
        b'{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}',
        b'{"a":{"dtype":"F32","shape":[1]}}',
        b'{"a":4}',
    ],
)
def test_malformed_headers_are_refused(header):
    with pytest.raises(ValueError, match="not safetensors"):
        decode_tensors(len(header).to_bytes(8, "little") + header + b"\0" * 4)


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\x10\0\0\0\0\0\0\0{}"])
def test_truncated_bytes_are_refused(data):
    with pytest.raises(ValueError, match="not safetensors"):
        decode_tensors(data)
