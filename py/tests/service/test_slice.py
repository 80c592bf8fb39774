"""Two processes with four simulated devices each are one worker."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest

from mu2net_sidecar import wire
from mu2net_sidecar.service._keys import VARIABLE, public_key_text
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.service.slice._options import EXIT_SLICE
from mu2net_sidecar.store import Store
from mu2net_sidecar.wire import messages, requests, values
from tests.engine.test_devices import FOUR_DEVICES
from tests.service.conftest import NAMES
from tests.service.test_handlers import Caller
from tests.service.test_worker import KEYS, Controller

ALL_TRAINED = [
    values.Component(name, trainable=True, initialiser=values.Fresh(seed=index))
    for index, name in enumerate(NAMES)
]
NOT_STORED = requests.EvaluatedComponent("head", "0" * 64)


def free_ports():
    """Returns a port that is free, as the one after it is."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass
class Slice:
    controller: Controller
    hosts: list = field(default_factory=list)

    def start(self, folder):
        command = [sys.executable, "-m", "mu2net_sidecar", "--name", "slice", "--devices", "4"]
        command += ["--connect", self.controller.endpoint]
        command += ["--pool-key", public_key_text(KEYS.broker)]
        command += ["--hosts", "2", "--first-host", f"127.0.0.1:{free_ports()}"]
        environment = {
            **os.environ,
            **FOUR_DEVICES,
            VARIABLE: f"mu2net-secret-{KEYS.secret.hex()}",
        }
        for host in range(2):
            with (folder / f"host-{host}.log").open("w") as log:
                self.hosts.append(
                    subprocess.Popen([*command, "--host", str(host)], stderr=log, env=environment)
                )
        hello = self.controller.receive()
        assert isinstance(hello, messages.Hello)
        assert len(hello.devices) == hello.engine.devices == 8
        self.controller.send(messages.Welcome(wire.PROTOCOL_VERSION, 500))
        assert isinstance(self.controller.receive(), messages.Schemes)
        assert isinstance(self.controller.receive(), messages.Offers)

    def ask(self, lease, request):
        """Returns the answer to a request, and what was measured before."""
        self.controller.send(messages.Lease(lease, 1, request))
        measured = []
        while True:
            match self.controller.receive():
                case messages.Beat():
                    pass
                case messages.Measured() as message:
                    measured.append(message.measurement)
                case answer:
                    return answer, measured


@pytest.fixture
def pair(tmp_path):
    pair = Slice(Controller())
    try:
        pair.start(tmp_path)
        yield pair
    finally:
        for host in pair.hosts:
            host.kill()
            host.wait()
        pair.controller.socket.close()


def evaluation_of(request, measurement):
    """A request to evaluate a trained child on the test split."""
    digests = {component.name: component.params_digest for component in measurement.components}
    return requests.EvaluateRequest(
        store=request.store,
        task=request.task,
        split="test",
        architecture=request.children[0].architecture,
        components=[requests.EvaluatedComponent(name, digests[name]) for name in NAMES],
        batch_size=100,
    )


def test_it_computes_what_one_process_does_and_leaves_together(pair, train_request, url):
    children = [msgspec.structs.replace(train_request.children[0], components=ALL_TRAINED)]
    train_request = msgspec.structs.replace(train_request, children=children)
    (alone,) = Handlers().execute(train_request, Caller()).measurements
    done, (together,) = pair.ask("first", train_request)
    assert isinstance(done, messages.Done)
    assert together.qualities == pytest.approx(alone.qualities, abs=0.05)
    store = Store(url)
    for one, two in zip(alone.components, together.components, strict=True):
        left, right = store.get(one.params_digest), store.get(two.params_digest)
        for name in left:
            np.testing.assert_allclose(left[name], right[name], rtol=1e-3, atol=1e-4)

    evaluation = evaluation_of(train_request, together)
    missing = msgspec.structs.replace(
        evaluation, components=[*evaluation.components[:-1], NOT_STORED]
    )
    failed, _ = pair.ask("second", missing)
    assert isinstance(failed, messages.Failed)
    assert failed.code == "STORE_MISSING"
    answer, _ = pair.ask("third", evaluation)
    assert isinstance(answer, messages.Done)
    assert answer.result == Handlers().execute(evaluation, Caller())

    pair.controller.send(messages.Shutdown())
    assert isinstance(pair.controller.receive(), messages.Goodbye)
    assert [host.wait() for host in pair.hosts] == [0, 0]


@pytest.mark.parametrize("victim", [0, 1], ids=["the lead", "the other"])
def test_the_death_of_a_host_ends_the_worker(pair, train_request, victim):
    pair.controller.send(messages.Lease("first", 1, train_request))
    pair.hosts[victim].kill()
    assert pair.hosts[1 - victim].wait() == EXIT_SLICE
