"""A keeper starts its worker again whenever it ends, and ends it when it is closed."""

import os
import time

from mu2net_sidecar.launch import WorkerProcess


def wait_for(is_so):
    while not is_so():
        time.sleep(0.05)


def test_a_worker_that_ends_is_started_again_and_its_lines_are_kept():
    keeper = WorkerProcess(["--no-such-flag"], {})
    try:
        pids = set()
        wait_for(lambda: pids.add(keeper.state()["pid"]) or len(pids - {0}) == 2)
        count, lines = keeper.lines_after(0)
        assert count == len(lines) > 0
        assert any(line.startswith("usage: mu2net-sidecar") for line in lines)
        assert keeper.lines_after(count)[1] == [] or keeper.lines_after(count)[0] > count
    finally:
        keeper.close()
    assert not keeper.state()["running"]


def test_a_keeper_that_is_closed_leaves_no_process():
    secret = f"mu2net-secret-{'5' * 64}"
    pool_key = f"mu2net-public-{'0' * 64}"
    words = ["--connect", "tcp://127.0.0.1:9", "--pool-key", pool_key, "--name", "kept"]
    keeper = WorkerProcess(words, {"MU2NET_WORKER_KEY": secret, "JAX_PLATFORMS": "cpu"})
    wait_for(lambda: "computes with" in keeper.state()["last"])
    pid = keeper.state()["pid"]
    os.kill(pid, 0)
    keeper.close()
    assert not keeper.state()["running"]
    assert secret not in "\n".join(keeper.lines_after(0)[1])
