"""The command line of the worker process."""

from __future__ import annotations

import argparse
import logging
import re
import sys
from collections.abc import Sequence

from mu2net_sidecar.service import prepare

MEMORY_UNITS = {"%": 0.01, "MB": 1e6, "GB": 1e9}
LOOPBACK = re.compile(r"tcp://(127(\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}")


def endpoint(text: str) -> str:
    """An endpoint that may be connected to: on this machine, for nothing is encrypted."""
    if not re.fullmatch(r"tcp://.+:\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no endpoint; write tcp://127.0.0.1:<port>")
    if not LOOPBACK.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text} is not on this machine, and connections beyond it need encryption, which "
            "this version does not have; connect to tcp://127.0.0.1:<port> through an ssh tunnel"
        )
    return text


def name(text: str) -> str:
    """A name that the broker can show and route by."""
    if not re.fullmatch(r"[\w.-]{1,64}", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name; use 1 to 64 letters, digits, '.', '-' or '_'"
        )
    return text


def memory(text: str) -> float:
    """Memory to plan with: a share such as `50%`, as a fraction, or an amount such as `16GB`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%|[MG]B)", text)
    amount = float(match[1]) * MEMORY_UNITS[match[2]] if match else 0.0
    if not match or amount <= 0 or (match[2] == "%" and amount > 1):
        raise argparse.ArgumentTypeError(f"{text!r} is no memory; write it as 50% or 16GB")
    return amount


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a worker until it is asked to leave, or prepares data; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["prepare"]:
        return prepare.main(given[1:])
    parser = argparse.ArgumentParser(
        prog="python -m mu2net_sidecar",
        description="A worker that trains for a controller. 'prepare' makes data ready instead.",
    )
    parser.add_argument("--connect", required=True, type=endpoint, help="where the broker listens")
    parser.add_argument("--name", required=True, type=name, help="name of this worker")
    parser.add_argument(
        "--exit-with-controller",
        action="store_true",
        help="end when the controller is gone, rather than wait for one",
    )
    parser.add_argument("--devices", type=int, default=1, help="local devices to share each batch")
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--attention", choices=("auto", "xla", "cudnn"), default="auto")
    parser.add_argument("--remat", choices=("auto", "none", "dots", "full"), default="auto")
    parser.add_argument("--memory", type=memory, default=1.0, help="of a device, to plan with")
    options = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # Loaded only when there is work to do: JAX takes seconds.
    from mu2net_sidecar.engine import options_for, this_machine
    from mu2net_sidecar.service.worker import work_for

    try:
        chosen = options_for(
            this_machine(),
            precision=options.precision,
            attention=options.attention,
            remat=options.remat,
            devices=options.devices,
            memory=options.memory,
        )
    except ValueError as error:
        parser.error(str(error))
    work_for(
        options.connect, options.name, chosen, exit_with_controller=options.exit_with_controller
    )
    return 0
