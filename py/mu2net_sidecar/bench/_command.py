"""The command line of the benchmark."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import jax

from mu2net_sidecar.bench._plot import svg
from mu2net_sidecar.bench._record import Record
from mu2net_sidecar.bench._report import line, table
from mu2net_sidecar.bench._setting import Setting
from mu2net_sidecar.bench.rows import ROWS

NUMBERS = [row.number for row in ROWS]


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints the rows; returns the exit status. A missed goal is not a failure."""
    options = _parser().parse_args(argv)
    if options.device:
        jax.config.update("jax_platforms", {"gpu": "cuda"}.get(options.device, options.device))
    setting = Setting(options.quick, options.seed)
    try:
        environment = setting.environment()
    except RuntimeError as error:
        print(f"bench: no {options.device} for JAX here: {error}", file=sys.stderr)
        return 2
    heading = ", ".join(f"{name} {value}" for name, value in environment.items())
    if not options.json:
        print(heading, flush=True)
    records: list[Record] = []
    for row in ROWS:
        if options.only and row.number not in options.only:
            continue
        for record in row.measure(setting):
            records.append(record)
            as_json = {**record.as_json(), "environment": environment}
            text = json.dumps(as_json, ensure_ascii=False) if options.json else line(record)
            print(text, flush=True)
    if not options.json:
        print(f"\n{table(records)}")
    if options.plot:
        options.plot.write_text(svg(records, f"mu2net benchmark: {environment['device']}"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mu2net_sidecar.bench",
        description="Measures the engine against the published execution strategy.",
    )
    parser.add_argument(
        "--only",
        type=int,
        action="append",
        choices=NUMBERS,
        metavar="ROW",
        help=f"measure this row only; may be repeated ({', '.join(map(str, NUMBERS))})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per record")
    parser.add_argument(
        "--device", choices=("cpu", "gpu", "tpu"), help="device to run on (default: JAX's default)"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes: it measures nothing")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the records")
    parser.add_argument("--seed", type=int, default=0, help="seed of every draw (default 0)")
    return parser
