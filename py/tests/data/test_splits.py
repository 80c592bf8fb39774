import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.data import (
    Dataset,
    DigitsSource,
    ImageSet,
    ImageSource,
    Splits,
    TaskSpec,
    parse_splits,
)
from mu2net_sidecar.data.sources import BaseSplit
from mu2net_sidecar.errors import SidecarError

CORPUS = json.loads(
    (Path(__file__).parents[3] / "protocol" / "corpus" / "splits.json").read_text("utf-8")
)


def slices(expression, examples):
    """Returns the slices of an expression, given the number of examples of each base split."""
    return [
        {"name": term.name, "start": start, "stop": stop}
        for term in parse_splits(expression)
        for start, stop in [term.bounds(examples[term.name])]
    ]


@pytest.mark.parametrize("case", CORPUS["accept"], ids=lambda case: repr(case["expression"]))
def test_the_corpus_is_read_as_in_the_controller(case):
    found = slices(case["expression"], case["baseSplits"])
    assert found == case["terms"]
    assert sum(each["stop"] - each["start"] for each in found) == case["examples"]


@pytest.mark.parametrize("case", CORPUS["reject"], ids=lambda case: repr(case["expression"]))
def test_the_corpus_is_refused_as_in_the_controller(case):
    """The task refuses them, because the source detects an unknown base split, not the parser."""

    def blank(count):
        images = ImageSet.from_array(np.zeros((count, 1, 1, 1), np.uint8), np.zeros(count, int))
        return BaseSplit(count, lambda: images, str)

    source = ImageSource(1, {name: blank(count) for name, count in case["baseSplits"].items()})
    task = TaskSpec("t", DigitsSource(), Splits(case["expression"], "", ""))
    with pytest.raises(SidecarError, match="split '") as caught:
        _ = Dataset(task, source).train
    assert caught.value.code == case["code"]


def positions(expression, examples=100):
    return np.concatenate(
        [np.arange(*term.bounds(examples)) for term in parse_splits(expression)]
    ).tolist()


@pytest.mark.parametrize(
    ("expression", "examples", "expected"),
    [
        ("train", 5, range(5)),
        ("train[5%:]", 60000, range(3000, 60000)),
        ("train[:20%]", 7, range(1)),
        ("train[10:200]", 300, range(10, 200)),
        ("train[-5%:]", 100, range(95, 100)),
        ("train[:-3]", 10, range(7)),
        ("train[-4:-2]", 10, range(6, 8)),
        ("train[25%:75%]", 10, range(2, 8)),  # 2.5 and 7.5 round to even
        ("train[7:3]", 10, range(0)),
        ("train[12.5%:]", 100, range(12, 100)),
        ("train[1_0:]", 12, range(10, 12)),
        ("train[:0]", 10, range(0)),
        ("controlled-split_2[:100%]", 3, range(3)),
    ],
)
def test_slices(expression, examples, expected):
    assert positions(expression, examples) == list(expected)


def test_sums_keep_their_order():
    terms = parse_splits("trainB[:2] + test + trainA[90%:]")
    assert [term.name for term in terms] == ["trainB", "test", "trainA"]
    assert positions("train[8:] + train[:2]", 10) == [8, 9, 0, 1]


COUNTS = st.integers(-40, 40).map(str)
PERCENTS = (st.integers(-100, 100) | st.sampled_from([33.3, -12.5, 0.1])).map("{}%".format)
TERMS = st.one_of(
    st.sampled_from(["train", "test", "train-a_1"]),
    *(
        st.builds("{}[{}:{}]".format, st.sampled_from(["train", "test"]), *bounds)
        for each in (COUNTS, PERCENTS)
        for bounds in ((each, each), (each, st.just("")), (st.just(""), each))
    ),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(TERMS, min_size=1, max_size=3).map("+".join), st.integers(40, 999))
def test_every_form_means_what_it_means_to_tensorflow_datasets(expression, train):
    splits = pytest.importorskip("tensorflow_datasets.core.splits")
    examples = {"train": train, "test": 40, "train-a_1": 7}
    infos = {
        name: splits.SplitInfo(name=name, shard_lengths=[count], num_bytes=0)
        for name, count in examples.items()
    }
    expected = []
    for part in splits.ReadInstruction.from_spec(expression).to_absolute(infos):
        count = examples[part.splitname]
        expected += [
            (part.splitname, i)
            for i in range(part.from_ or 0, part.to if part.to is not None else count)
        ]
    found = [
        (term.name, i)
        for term in parse_splits(expression)
        for i in range(*term.bounds(examples[term.name]))
    ]
    assert found == expected


def test_a_base_split_may_be_that_of_another_data_set():
    (term,) = parse_splits("imagenet_v2/matched-frequency:test[:50%]")
    assert (term.name, term.bounds(10)) == ("imagenet_v2/matched-frequency:test", (0, 5))


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(1, 5000))
def test_a_percent_parts_a_split_exactly_once(percent, examples):
    head, tail = f"train[:{percent}%]", f"train[{percent}%:]"
    assert positions(f"{head}+{tail}", examples) == list(range(examples))
    head, tail = f"train[:-{percent}%]", f"train[-{percent}%:]"
    if round(percent * examples / 100) > 0:
        assert positions(f"{head}+{tail}", examples) == list(range(examples))


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=5), st.integers(1, 5000))
def test_consecutive_percents_part_a_split(bounds, examples):
    edges = [0, *sorted(bounds), 100]
    terms = (f"all[{a}%:{b}%]" for a, b in pairwise(edges))
    assert positions("+".join(terms), examples) == list(range(examples))


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "train[",
        "train[]",
        "train[:]",
        "train[5]",
        "train[1:2:3]",
        "train[a:]",
        "train+",
        "train[5%:100]",
        "train[:101%]",
        "train[1.5:]",
        "tr ain",
        "train[:2shard]",
        "train]:5[",
    ],
)
def test_malformed_expressions_are_quoted(expression):
    with pytest.raises(SidecarError) as caught:
        parse_splits(expression)
    assert caught.value.code == "DATA_MISSING"
    assert f"split '{expression}'" in caught.value.message


@pytest.mark.parametrize("expression", ["train[:11]", "train[-11:]", "train[20:30]"])
def test_bounds_beyond_the_examples_are_refused(expression):
    with pytest.raises(SidecarError) as caught:
        positions(expression, 10)
    assert caught.value.code == "DATA_EMPTY"
    assert expression in caught.value.message and "10 examples" in caught.value.message
