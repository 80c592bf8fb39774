import gc
import threading

import pytest

from mu2net_sidecar.data.pipeline import Lookahead
from mu2net_sidecar.data.pipeline._lookahead import DEPTH


def test_values_come_in_any_order():
    squares = Lookahead(lambda index: index * index)
    assert [squares[index] for index in (0, 1, 2, 7, 3, 3, 0)] == [0, 1, 4, 49, 9, 9, 0]


def test_what_follows_is_prepared_in_another_thread_and_no_more_than_that():
    done = {index: threading.Event() for index in range(9)}
    threads = set()

    def compute(index):
        threads.add(threading.current_thread())
        done[index].set()
        return index

    values = Lookahead(compute)
    assert values[0] == 0
    assert all(done[index].wait(20) for index in range(DEPTH + 1))
    assert values[1] == 1
    assert done[DEPTH + 1].wait(20)
    assert threading.current_thread() not in threads
    assert not done[DEPTH + 2].is_set()


def test_nothing_beyond_the_stop_is_computed():
    computed = []
    values = Lookahead(computed.append, stop=3)
    assert list(values) == [None, None, None]
    assert computed == [0, 1, 2]


def test_what_goes_wrong_is_raised_where_it_is_asked_for():
    def compute(index):
        if index == 1:
            raise ValueError("no image 1")
        return index

    values = Lookahead(compute)
    assert values[0] == 0
    with pytest.raises(ValueError, match="no image 1"):
        values[1]
    assert values[2] == 2


def test_its_thread_ends_with_it():
    threads = []
    values = Lookahead(lambda _: threads.append(threading.current_thread()))
    assert values[0] is None
    del values
    gc.collect()
    threads[0].join(20)
    assert not threads[0].is_alive()
