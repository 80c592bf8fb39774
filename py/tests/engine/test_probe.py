import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mu2net_sidecar.engine import fit_probe


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.floats(0.01, 100), st.floats(-50, 50))
def test_tells_separate_clusters_apart_whatever_their_scale_and_place(seed, classes, scale, shift):
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes, dtype=np.int32), 12)
    # One constant feature, which must not divide by zero.
    centres = np.pad(np.eye(classes) * 10, [(0, 0), (0, 1)])
    x = centres[labels] + np.pad(random.normal(size=(len(labels), classes)), [(0, 0), (0, 1)])
    x = (x * scale + shift).astype(np.float32)
    order = random.permutation(len(labels))
    train, rest = order[: len(order) // 2], order[len(order) // 2 :]
    probe = fit_probe(x[train], labels[train], x[rest], labels[rest], classes)
    seen = np.isin(labels[rest], labels[train])
    assert (probe.predict(x[rest]) == labels[rest])[seen].mean() > 0.9
