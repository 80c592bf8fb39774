from mu2net_sidecar.engine import Budget, Compilations, Engine, Optimizer, train, warm_up
from mu2net_sidecar.model import Architecture
from tests.engine.tiny import Batches, child_of, model_of, names_of


def test_children_compile_nothing_after_it():
    shape = Architecture(4, 24, 48, 2, 8, 10, 8)
    engine = Engine()
    warm_up(engine, names_of(1, adapters=[0]), shape, batch_size=8, validation_batch_size=8)
    source = Batches(num_classes=7)
    optimizers = [
        Optimizer(0.1, "restarts", 0.1, 0.9, True),
        Optimizer(0.1, "linear", 0.1, None, False),
    ]
    children = [
        child_of(
            model_of(names, num_classes=7, architecture=shape), trainable, optimizer, path=path
        )
        for optimizer in optimizers
        for names in (names_of(3, adapters=[1]), names_of(1), names_of(0))
        for path, trainable in enumerate([names, names[-2:], [*names[1:3], *names[-3:]]])
    ]
    with Compilations() as compilations:
        list(train(engine, children, source, Budget(3, 2)))
    assert compilations.count == 0
