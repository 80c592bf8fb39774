import threading
import time

import pytest

from mu2net_sidecar.service.handlers._writer import AHEAD, Writer


def test_writes_in_order_on_a_thread_of_its_own():
    with Writer() as writer:
        for n in range(5):
            writer.submit(lambda n=n: (n, threading.get_ident()))
    numbers, threads = zip(*writer.results(), strict=True)
    assert numbers == tuple(range(5))
    assert set(threads).isdisjoint({threading.get_ident()}) and len(set(threads)) == 1


def test_goes_on_while_a_write_waits_and_no_further_than_so_many():
    gate, submitted = threading.Event(), []

    def body():
        with Writer() as writer:
            for n in range(AHEAD + 2):
                writer.submit(gate.wait)
                submitted.append(n)

    thread = threading.Thread(target=body)
    thread.start()
    while len(submitted) <= AHEAD:
        time.sleep(0.001)
    thread.join(0.05)
    assert len(submitted) == AHEAD + 1
    gate.set()
    thread.join()
    assert len(submitted) == AHEAD + 2


def failing():
    raise OSError("no space")


def test_a_failure_is_seen_and_raised_on_leaving_rather_than_what_it_led_to():
    done = []
    with pytest.raises(OSError, match="no space"), Writer() as writer:
        writer.submit(failing)
        writer.submit(lambda: done.append("the next"))
        while not writer.has_failed:
            time.sleep(0.001)
        raise KeyError("stopped because of it")
    assert done == ["the next"]


def test_a_failure_ends_a_body_that_does_not_look():
    count = 0
    with pytest.raises(OSError, match="no space"), Writer() as writer:
        while True:
            writer.submit(failing)
            count += 1
    assert count == AHEAD + 1


def test_what_the_body_raises_is_raised_once_all_is_written():
    done = []
    with pytest.raises(KeyError), Writer() as writer:
        writer.submit(lambda: (time.sleep(0.05), done.append(1)))
        raise KeyError
    assert done == [1]
