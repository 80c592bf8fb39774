import pytest

from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import requests, values

NAMES = ["embedding", "cls", "posembed_input", "encoderblock_0", "encoder_norm", "head"]


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "store"))


@pytest.fixture
def url(tmp_path):
    return str(tmp_path / "store")


@pytest.fixture
def digits():
    return values.Task(
        name="digits",
        source=values.DigitsSource(),
        splits=values.Splits(train="all[:70%]", validation="all[70%:80%]", test="all[80%:]"),
        num_classes=10,
    )


@pytest.fixture
def architecture():
    return values.Architecture(
        patch_size=4,
        hidden_size=16,
        mlp_dim=32,
        num_heads=2,
        image_size=8,
        num_classes=10,
        adapter_dim=4,
    )


@pytest.fixture
def train_request(url, digits, architecture):
    components = [
        values.Component(name, trainable=index > 2, initialiser=values.Fresh(seed=index))
        for index, name in enumerate(NAMES)
    ]
    return requests.TrainRequest(
        store=url,
        task=digits,
        augmentation=values.Augmentation(True, False, 1, 1, False, 0, 0, 0, 0, 0),
        budget=values.Budget(32, 4, 2, 60, 3),
        warmup_start=0.01,
        data_seed=11,
        children=[
            requests.Child(
                path_id=7,
                architecture=architecture,
                components=components,
                optimizer=values.Optimizer(0.05, "cosine", 0.1, 0.9, False),
                quality_bar=None,
            )
        ],
    )
