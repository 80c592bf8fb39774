"""Classes: which labels, counts and names are taken."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mu2net_sidecar.data.labels import (
    LARGEST_CLASS_COUNT,
    LARGEST_EXAMPLE_COUNT,
    check_class_count,
    check_class_names,
    check_example_count,
    check_split_name,
    count_classes,
    is_class,
    parse_label,
    shorten,
)
from mu2net_sidecar.errors import SidecarError


@given(st.integers(-LARGEST_CLASS_COUNT, LARGEST_CLASS_COUNT - 1), st.sampled_from(["", " ", "\n"]))
def test_the_text_of_a_label_is_read_back(label, blank):
    assert parse_label(f"{blank}{label}{blank}".encode(), "x") == label


@given(st.binary(max_size=200) | st.from_regex(rb"-?[0-9]{7,4500}", fullmatch=True))
def test_any_text_is_a_label_in_bounds_or_is_refused_in_a_short_line(text):
    try:
        assert is_class(parse_label(text, "shard.tar: '7'"))
    except SidecarError as error:
        assert error.code == "DATA_LABEL"
        assert error.message.startswith("shard.tar: '7' has the label ")
        assert len(error.message) < 400 and error.message.isprintable()


@given(st.lists(st.lists(st.integers(-3, LARGEST_CLASS_COUNT - 1))))
def test_there_is_one_class_more_than_the_largest_label(splits):
    largest = max((label for split in splits for label in split), default=-1)
    labels = [np.array(split, np.int64) for split in splits]
    if largest >= 0:
        assert count_classes(labels, "x") == largest + 1
        return
    with pytest.raises(SidecarError, match="x has no labelled images") as caught:
        count_classes(labels, "x")
    assert caught.value.code == "DATA_EMPTY"


def test_counts_have_bounds():
    assert check_class_count(LARGEST_CLASS_COUNT, "x") == LARGEST_CLASS_COUNT
    with pytest.raises(SidecarError, match="x has 1048577 classes") as caught:
        check_class_count(LARGEST_CLASS_COUNT + 1, "x")
    assert caught.value.code == "DATA_LABEL"
    assert check_example_count(LARGEST_EXAMPLE_COUNT, "x") == LARGEST_EXAMPLE_COUNT
    for count in (-1, LARGEST_EXAMPLE_COUNT + 1):
        with pytest.raises(SidecarError, match=f"x has {count} examples") as caught:
            check_example_count(count, "x")
        assert caught.value.code == "DATA_CORRUPT"


@pytest.mark.parametrize("names", [["a", 3], "ab", {"a": 1}, ["x" * 256]])
def test_names_of_classes_are_short_texts(names):
    with pytest.raises(SidecarError, match="info") as caught:
        check_class_names(names, "info.json")
    assert caught.value.code == "DATA_CORRUPT" and len(caught.value.message) < 200


@pytest.mark.parametrize("name", ["x" * 256, "\udcff", "a\0b", "a\x1b[31mb"])
def test_names_of_splits_are_short_and_plain(name):
    with pytest.raises(SidecarError, match="x") as caught:
        check_split_name(name, "x.npz")
    assert caught.value.code == "DATA_CORRUPT" and caught.value.message.isprintable()


@given(st.lists(st.text("ab", max_size=600)))
def test_many_names_make_a_short_line(names):
    line = shorten(names)
    assert len(line) < 2200
    if len(names) > 8:
        assert re.search(rf" and {len(names) - 8} more$", line)
