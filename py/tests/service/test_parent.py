"""A process that is told to end with its parent does, also if it does not leave by itself."""

import subprocess
import sys

import pytest

from mu2net_sidecar.service._parent import EXIT_ORPHANED

SCRIPT = """
import signal, sys, time
from mu2net_sidecar.service._parent import end_with_parent
{prepare}
end_with_parent(grace_seconds=0.1)
print("begins", flush=True)
while True:
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("prepare", "status"),
    [
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))", 7),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", EXIT_ORPHANED),
    ],
    ids=["leaves", "is ended"],
)
def test_a_process_whose_input_ends(prepare, status):
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(prepare=prepare)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        process.stdin.write("anything\n")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait() == status
