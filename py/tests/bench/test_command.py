"""The command prints its measurements, for people and for programs."""

import json
from xml.etree import ElementTree

import pytest

from mu2net_sidecar.bench import main
from mu2net_sidecar.bench.rows import ROWS

KEYS = {
    "row",
    "metric",
    "ours",
    "baseline",
    "ratio",
    "spread",
    "goal",
    "pass",
    "unit",
    "detail",
    "environment",
}


def test_rows_of_the_table():
    assert [row.number for row in ROWS] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15]


def test_json(capsys, tmp_path):
    plot = tmp_path / "bench.svg"
    assert main(["--json", "--quick", "--only", "6", "--only", "9", "--plot", str(plot)]) == 0
    step, transfers = map(json.loads, capsys.readouterr().out.splitlines())
    assert step.keys() == transfers.keys() == KEYS
    assert (step["row"], step["goal"]) == (6, "≤ 0.87")
    assert step["spread"][0] <= step["ratio"] <= step["spread"][1]
    assert step["pass"] == (step["ratio"] <= 0.87)
    assert step["environment"]["seed"] == 0
    # The count of correct predictions and two other counts, each an int32.
    assert (transfers["row"], transfers["ours"], transfers["pass"]) == (9, 12, True)
    assert transfers["ratio"] is None
    ElementTree.parse(plot)


def test_table(capsys):
    assert main(["--quick", "--only", "9", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert "seed 3" in out
    assert "bytes from device to host per validation" in out.splitlines()[-1]
    assert out.splitlines()[-1].endswith("met")


def test_images_as_files_are_compared_with_decoded_ones(capsys):
    assert main(["--json", "--quick", "--only", "15"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["row"], record["goal"]) == (15, None)
    low, high = record["spread"]
    assert 0 < low <= record["ratio"] <= high


def test_unknown_row(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "11"])
    assert "invalid choice: 11" in capsys.readouterr().err
