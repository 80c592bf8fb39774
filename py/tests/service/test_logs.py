"""The log of a worker as JSON: every line is an object that names what the worker works on."""

import json
import logging

from mu2net_sidecar.service._logs import JsonLines
from mu2net_sidecar.wire import messages


def line_of(lines, text, *arguments, **fields):
    record = logging.LogRecord("name", logging.INFO, "file", 1, text, arguments, None)
    vars(record).update(fields)
    text = lines.format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_names_run_lease_and_child_while_a_lease_is_executed(train_request):
    lines = JsonLines("gpu-1")
    lease = messages.Lease("9f-7", 2, train_request)
    lines.begin(lease, messages.Context("9f-7", "quickstart:wide", None))
    line = line_of(lines, "path %d:\nµ", 7, child=7)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "worker": "gpu-1",
        "run": "quickstart:wide",
        "lease": "9f-7",
        "attempt": 2,
        "request": "train",
        "task": "digits",
        "child": 7,
        "message": "path 7:\nµ",
    }
    lines.begin(lease, None)
    assert line_of(lines, "begins")["run"] is None
    lines.end()
    assert line_of(lines, "waits").keys() == {"time", "level", "worker", "message"}
