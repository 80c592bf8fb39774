import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mu2net_sidecar.bench._subject import Root, vit
from mu2net_sidecar.engine import Engine
from mu2net_sidecar.engine.prefix import PrefixCache
from mu2net_sidecar.engine.prefix._example_table import ExampleTable


def take(cache, key, nbytes=1):
    return cache.get((key,)) or cache.add((key,), nbytes, lambda: f"value of {key}")


def test_a_pass_over_more_than_fits_finds_what_did_fit():
    cache = PrefixCache(3)
    for _ in range(2):
        cache.begin_turn()
        taken = [take(cache, key) is not None for key in "abcde"]
    assert taken == [True, True, True, False, False]


def test_what_a_whole_turn_did_not_use_goes_first():
    cache = PrefixCache(2)
    cache.begin_turn()
    take(cache, "a"), take(cache, "b")
    cache.begin_turn()
    take(cache, "b")
    assert take(cache, "c") is None, "a was used in the turn before"
    cache.begin_turn()
    take(cache, "b"), take(cache, "c")
    assert [cache.get((key,)) is not None for key in "abc"] == [False, True, True]


def test_what_does_not_fit_at_all_drops_nothing():
    cache = PrefixCache(2)
    take(cache, "a")
    for _ in range(3):
        cache.begin_turn()
    assert take(cache, "b", nbytes=3) is None
    assert cache.get(("a",)) == "value of a"


@given(
    st.integers(0, 12),
    st.lists(st.one_of(st.none(), st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 5)))),
)
def test_never_more_than_its_capacity_and_never_another_value(capacity, uses):
    cache, sizes = PrefixCache(capacity), {}
    for use in uses:
        if use is None:
            cache.begin_turn()
            continue
        key, nbytes = use
        if cache.get((key,)) is None:
            sizes[key] = nbytes
        assert take(cache, key, nbytes) in (None, f"value of {key}")
        held = sum(size for key, size in sizes.items() if cache.get((key,)) is not None)
        assert cache.held_bytes == held <= capacity


def test_a_table_gives_rows_once_all_are_known():
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((10, 3, 2)).astype(np.float32)
    table = ExampleTable(10, jax.device_put(rows[:4]))
    assert ExampleTable.nbytes(10, jax.device_put(rows[:4])) == rows.nbytes
    first, second = np.array([7, 1, 4, 1]), np.array([0, 2, 3, 7])
    assert table.get(first) is None
    table.put(first, jax.device_put(rows[first]))
    assert table.get(second) is None
    table.put(second, jax.device_put(rows[second]))
    mixed = np.array([3, 7, 0, 4])
    np.testing.assert_array_equal(table.get(mixed), rows[mixed])


@pytest.mark.parametrize(
    "width,image_size,batch", [("Ti", 32, 37), ("Ti", 32, 64), ("Ti", 48, 16), ("B", 32, 5)]
)
def test_an_example_gives_the_same_bits_in_any_place_of_a_batch(width, image_size, batch):
    """A table of prefixes depends on this."""
    subject = vit(width, 1, image_size, batch)
    stages = Engine().place(Root(subject, 0).child((), adapters=[0]).components)[:-2]
    draw = np.random.default_rng(0)
    images = draw.uniform(-1, 1, (2 * batch, image_size, image_size, 3)).astype(np.float32)

    def rows(index):
        x = jax.device_put(images[index])
        for stage in stages:
            x = stage.programs.forward(stage.params, x)
        return np.asarray(x)

    whole = np.concatenate([rows(np.arange(batch)), rows(np.arange(batch, 2 * batch))])
    for _ in range(3):
        index = draw.permutation(2 * batch)[:batch]
        np.testing.assert_array_equal(rows(index), whole[index])
