"""A worker answers every lease: with a result, with a reason, or that it was cancelled."""

import os
import re
import subprocess
import sys
import time

import pytest
import zmq
from PIL import Image
from zmq.utils import z85

from mu2net_sidecar import wire
from mu2net_sidecar.engine import options_for, this_machine
from mu2net_sidecar.service._keys import VARIABLE, Keys, public_key_text
from mu2net_sidecar.service._link import Link, LinkOptions, Work
from mu2net_sidecar.service._roots import Roots
from mu2net_sidecar.service._seen import Seen
from mu2net_sidecar.service._worker import _answer, _create_hello
from mu2net_sidecar.service.handlers import Handlers
from mu2net_sidecar.wire import messages, requests, values
from tests.data.test_webdataset import write

PATIENCE_MILLIS = 120_000


BROKER_PUBLIC, BROKER_SECRET = map(z85.decode, zmq.curve_keypair())
KEYS = Keys(BROKER_PUBLIC, z85.decode(zmq.curve_keypair()[1]))


class Controller:
    """The controller's end of the wire."""

    def __init__(self):
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.curve_server = True
        self.socket.curve_secretkey = BROKER_SECRET
        self.socket.linger = 0
        self.socket.rcvtimeo = PATIENCE_MILLIS
        self.port = self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{self.port}"
        self.worker = b""

    def receive(self):
        """Returns the next message that is not a heartbeat, of either kind."""
        while True:
            self.worker, tag, payload = self.socket.recv_multipart()
            assert tag == wire.TAG
            message = wire.decode_worker_message(payload)
            if not isinstance(message, messages.Alive | messages.Working):
                return message

    def send(self, *sent):
        for message in sent:
            self.socket.send_multipart([self.worker, wire.TAG, wire.encode(message)])


@pytest.fixture
def controller():
    controller = Controller()
    yield controller
    controller.socket.close()


def inspect(source, splits=None, num_classes=None):
    return requests.InspectRequest(values.InspectedTask("own", source, splits, num_classes))


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("worker") / "worker.log"


@pytest.fixture(scope="module")
def started(log):
    """A worker process with its controller."""
    controller = Controller()
    command = [sys.executable, "-m", "mu2net_sidecar", "--name", "x"]
    command += ["--connect", controller.endpoint, "--pool-key", public_key_text(KEYS.broker)]
    environment = {**os.environ, VARIABLE: f"mu2net-secret-{KEYS.secret.hex()}"}
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, stderr=stderr, env=environment) as process,
    ):
        assert isinstance(controller.receive(), messages.Hello)
        controller.send(messages.Welcome(wire.PROTOCOL_VERSION, 500))
        schemes = controller.receive()
        assert isinstance(schemes, messages.Schemes)
        assert "file" in schemes.schemes
        assert controller.receive() == messages.Offers([], [], fetches=True)
        yield controller
        controller.send(messages.Shutdown())
        assert isinstance(controller.receive(), messages.Goodbye)
        assert process.wait() == 0
    controller.socket.close()


def test_a_start_logs_one_line(started, log):
    (line,) = log.read_text().splitlines()
    assert " INFO computes with {" in line


def images(folder, count):
    (folder / "a").mkdir(parents=True)
    Image.new("RGB", (400, 400)).save(folder / "0.png")
    for i in range(count):
        (folder / "a" / f"{i}.png").symlink_to(folder / "0.png")
    return values.FolderSource(str(folder))


def test_inspection_ends_when_it_is_cancelled_and_the_next_one_is_answered(started, tmp_path):
    source = images(tmp_path, 20_000)
    splits = values.Splits("all[:80%]", "all[80%:90%]", "all[90%:]")
    request = inspect(source, splits)
    started.send(messages.Lease("first", 1, request))
    time.sleep(1)  # It decodes for much longer.
    started.send(messages.Cancel("first"))
    failed = started.receive()
    assert (failed.lease, failed.code) == ("first", "CANCELLED")
    started.send(messages.Lease("second", 1, inspect(values.DigitsSource())))
    done = started.receive()
    assert (done.lease, done.result.num_classes) == ("second", 10)


def test_labels_beyond_the_wire_are_refused(started, tmp_path):
    write(tmp_path / "x-0.tar", [("0.cls", b"1099511627776"), ("0.png", b"")])
    request = inspect(values.WebDatasetSource(str(tmp_path)))
    started.send(messages.Lease("huge", 1, request))
    failed = started.receive()
    assert (failed.lease, failed.code) == ("huge", "DATA_LABEL")
    assert "x-0.tar: '0' has the label '1099511627776'" in failed.message


BAD_RESULTS = [
    (requests.InspectResult(2**40, None, [], None), r"\$.result.numClasses"),
    (requests.InspectResult(2**70, None, [], None), "serialize ints"),
    (requests.InspectResult(0, None, [], None), r"\$.result.numClasses"),
    (requests.InspectResult(1, ["\udcff"], [], None), "surrogates"),
    (requests.InspectResult(1, ["x" * 20_000], [], None), r"\$.result.classNames"),
    (requests.InspectResult(1, ["x" * 16_000] * 5000, [], None), "more than the 67108864"),
    (requests.FlopsResult(float("nan")), r"\$.result.flops"),
]


@pytest.mark.parametrize(("result", "said"), BAD_RESULTS)
def test_an_answer_that_breaks_the_schema_is_a_failure_with_its_reason(controller, result, said):
    class Broken(Handlers):
        def execute(self, request, caller):
            return result

    hello = _create_hello("x", options_for(this_machine()))
    link = Link(LinkOptions(controller.endpoint, KEYS), hello)
    link.start()
    assert controller.receive() == hello
    lease = messages.Lease("l", 3, inspect(values.DigitsSource()))
    _answer(Work(lease), Broken(), link, Seen())
    failed = controller.receive()
    link.close()
    assert isinstance(failed, messages.Failed)
    assert (failed.lease, failed.attempt, failed.code) == ("l", 3, "SIDECAR_FAILED")
    assert "breaks the protocol" in failed.message
    assert re.search(said, failed.message)


def test_a_request_for_a_place_outside_the_roots_fails(controller, tmp_path):
    hello = _create_hello("x", options_for(this_machine()))
    link = Link(LinkOptions(controller.endpoint, KEYS), hello)
    link.start()
    assert controller.receive() == hello
    lease = messages.Lease("l", 1, inspect(values.FolderSource("/etc")))
    _answer(Work(lease), Handlers(), link, Seen(), Roots(data=[str(tmp_path)]))
    failed = controller.receive()
    link.close()
    assert (failed.lease, failed.code) == ("l", "DATA_MISSING")
    assert "/etc: this worker uses only what is in" in failed.message
