import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mu2net_sidecar.store.tensors import DTYPES, decode, encode

tensors = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda name: name != "__metadata__"),
    st.sampled_from(sorted(DTYPES)).flatmap(
        lambda name: hnp.arrays(
            DTYPES[name] if name != "BF16" else np.uint16, hnp.array_shapes(min_dims=0, min_side=0)
        ).map(lambda array: array.view(DTYPES[name]) if array.ndim else array.astype(DTYPES[name]))
    ),
    max_size=5,
)


@settings(deadline=None)
@given(tensors)
def test_any_tensors_survive_bit_by_bit(originals):
    read = decode(encode(originals))
    assert read.keys() == originals.keys()
    for name, tensor in originals.items():
        assert (read[name].dtype, read[name].shape) == (tensor.dtype, tensor.shape)
        assert read[name].tobytes() == tensor.tobytes()


@settings(deadline=None)
@given(tensors, st.randoms())
def test_the_order_of_names_does_not_change_the_bytes(originals, random):
    names = list(originals)
    random.shuffle(names)
    assert encode({name: originals[name] for name in names}) == encode(originals)


def test_layout_in_memory_does_not_change_the_bytes():
    tensor = np.arange(12, dtype=np.float32).reshape(3, 4)
    expected = encode({"a": tensor})
    assert encode({"a": np.asfortranarray(tensor)}) == expected
    assert encode({"a": np.repeat(tensor, 2, axis=1)[:, ::2]}) == expected


def test_bfloat16_is_kept():
    trace = np.array([1, 1 / 3, -2e30], ml_dtypes.bfloat16)
    read = decode(encode({"trace": trace, "count": np.array(7)}))
    assert read["trace"].dtype == ml_dtypes.bfloat16 and read["count"].shape == ()
    np.testing.assert_array_equal(read["trace"], trace)


def test_other_number_types_are_refused():
    with pytest.raises(ValueError, match="'a' has type complex64"):
        encode({"a": np.zeros(2, np.complex64)})
    with pytest.raises(ValueError, match="not safetensors"):
        decode(b"\x10\0\0\0\0\0\0\0nonsense")
