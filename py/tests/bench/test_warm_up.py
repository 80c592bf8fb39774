import numpy as np

from mu2net_sidecar.bench._source import Synthetic
from mu2net_sidecar.bench._subject import Root, Subject
from mu2net_sidecar.bench._warm_up import warm_up
from mu2net_sidecar.engine import Budget, Compilations, Engine, Optimizer, train
from mu2net_sidecar.model import Architecture


def test_children_compile_nothing_after_it():
    subject = Subject("of sizes of its own", Architecture(4, 24, 48, 2, 8, 10, 8), 3, 8)
    engine, root = Engine(), Root(subject, 0)
    warm_up(engine, subject)
    source = Synthetic(subject, np.random.default_rng(0), num_classes=7)
    optimizers = [
        Optimizer(0.1, "restarts", 0.1, 0.9, True),
        Optimizer(0.1, "linear", 0.1, None, False),
    ]
    children = [
        root.child(
            trainable, adapters=adapters, optimizer=optimizer, num_classes=7, quality_bar=None
        )
        for optimizer in optimizers
        for adapters in ((), (1,), (0, 1, 2))
        for names in [subject.names(adapters)]
        for trainable in (names, names[-2:], [*names[1:3], *names[-3:]], names[4:5])
    ]
    with Compilations() as compilations:
        list(train(engine, children, source, Budget(3, 2)))
    assert compilations.count == 0
