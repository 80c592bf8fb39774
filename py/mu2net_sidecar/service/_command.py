"""The command line of the worker process."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from mu2net_sidecar.service._keys import Keys, parse_public_key, take_secret_key
from mu2net_sidecar.service._logs import FORMATS, default_format, start_log
from mu2net_sidecar.service._parent import end_with_parent

MEMORY_UNITS = {"%": 0.01, "MB": 1e6, "GB": 1e9}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a worker until it is asked to leave, or a tool; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["prepare"]:
        from mu2net_sidecar.service._prepare import main as prepare

        return prepare(given[1:])
    if given[:1] == ["publish"]:
        from mu2net_sidecar.service._publish import main as publish

        return publish(given[1:])
    if given[:1] == ["root"]:
        from mu2net_sidecar.service._root_command import main as root

        return root(given[1:])
    if given[:1] == ["plan"]:
        from mu2net_sidecar.service._plan_command import main as plan

        return plan(given[1:])
    parser = _create_parser()
    options = parser.parse_args(given)
    try:
        keys = Keys(options.pool_key, take_secret_key(options.key_file))
    except ValueError as error:
        parser.error(str(error))
    if options.exit_with_parent:
        end_with_parent()
    lines = start_log(options.log_format, options.name)
    if options.hosts > 1 and (options.first_host is None or not 0 <= options.host < options.hosts):
        parser.error(
            f"--hosts {options.hosts} needs --first-host HOST:PORT, "
            f"and --host from 0 to {options.hosts - 1}"
        )
    if options.hosts > 1 and options.relay:
        parser.error(
            "--relay is for a worker of one host; the hosts of a slice need a shared folder or a "
            "store at a URL"
        )
    # Loaded only when there is work to do, because loading JAX takes seconds.
    from mu2net_sidecar.engine import options_for, this_machine
    from mu2net_sidecar.service._link import LinkOptions
    from mu2net_sidecar.service._roots import Roots
    from mu2net_sidecar.service._seen import Seen
    from mu2net_sidecar.service._traces import open_traces
    from mu2net_sidecar.service._worker import serve
    from mu2net_sidecar.service.slice import SliceOptions, join_slice

    place = None
    if options.hosts > 1:
        place = SliceOptions(options.first_host, options.hosts, options.host)
        join_slice(place)
    try:
        chosen = options_for(
            this_machine(),
            precision=options.precision,
            attention=options.attention,
            remat=options.remat,
            devices=options.devices,
            hosts=options.hosts,
            memory=options.memory,
        )
    except ValueError as error:
        parser.error(str(error))
    _keep_programs()
    link = LinkOptions(
        options.connect,
        keys,
        exit_with_controller=options.exit_with_controller,
        relays=options.relay,
    )
    roots = Roots(options.store_root, options.data_root, relays=options.relay)
    seen = Seen(lines, open_traces(options.name))
    serve(link, options.name, chosen, roots, place, seen)
    return 0


def _keep_programs() -> None:
    """Keeps compiled programs in the user's cache, unless JAX was told to use another folder."""
    if "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return
    from mu2net_sidecar.engine import keep_programs
    from mu2net_sidecar.user_cache import user_cache

    folder = user_cache("programs")
    try:
        keep_programs(folder)
    except OSError as error:
        logging.getLogger(__name__).warning(
            "compiled programs are not kept, because %s cannot be written: %s", folder, error
        )


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mu2net-sidecar",
        description="Runs a worker that trains for a controller; 'prepare' makes data ready, "
        "'root' fetches root models, and 'plan' compiles for devices that need not be here.",
    )
    add = parser.add_argument
    add("--connect", required=True, type=_parse_endpoint, help="where the broker listens")
    add(
        "--name",
        type=_parse_name,
        default=_default_name(),
        help="name of this worker; by default the host and the process",
    )
    add(
        "--pool-key",
        required=True,
        type=_parse_pool_key,
        help="public key of the broker; the worker talks to no other",
    )
    add(
        "--key-file",
        type=Path,
        help="file with the secret key of this worker; MU2NET_WORKER_KEY otherwise",
    )
    add(
        "--relay",
        action="store_true",
        help="weights travel through the broker, because this machine shares no folder of them",
    )
    add(
        "--exit-with-controller",
        action="store_true",
        help="end when the controller is gone instead of waiting for one",
    )
    add(
        "--exit-with-parent",
        action="store_true",
        help="end when the input of this process ends, which the process that started it holds",
    )
    add(
        "--store-root",
        action="append",
        default=[],
        metavar="PLACE",
        help="folder or URL below which stores may be; any place otherwise; may be repeated",
    )
    add(
        "--data-root",
        action="append",
        default=[],
        metavar="PLACE",
        help="the same for data, images and checkpoints",
    )
    add("--devices", type=int, default=1, help="number of local devices that share each batch")
    add("--hosts", type=int, default=1, help="number of hosts that are this worker together")
    add("--host", type=int, default=0, help="index of this host among them, from 0")
    add(
        "--first-host",
        metavar="HOST:PORT",
        type=_parse_address,
        help="address of host 0, which the others reach",
    )
    add(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="auto",
        help="number format of computation",
    )
    add(
        "--attention",
        choices=("auto", "xla", "cudnn"),
        default="auto",
        help="kernel of attention",
    )
    add(
        "--remat",
        choices=("auto", "none", "dots", "full"),
        default="auto",
        help="what the backward pass computes again instead of keeping",
    )
    add(
        "--memory",
        type=_parse_memory,
        default=1.0,
        help="memory of a device to plan with: 50%% or 16GB",
    )
    add(
        "--log-format",
        choices=FORMATS,
        default=default_format(),
        help="lines of the log: text, or JSON with the ids of run, child and lease",
    )
    return parser


def _default_name() -> str:
    host = re.sub(r"[^\w.-]", "-", platform.node(), flags=re.ASCII)[:48] or "worker"
    return f"{host}-{os.getpid()}"


def _parse_endpoint(text: str) -> str:
    """Reads the address of a broker."""
    if not re.fullmatch(r"tcp://([^\s:/]+|\[[^\s\]]+\]):\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an endpoint; write tcp://<host>:<port>")
    return text


def _parse_pool_key(text: str) -> bytes:
    try:
        return parse_public_key(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parse_address(text: str) -> str:
    """Reads the address of a host in a slice; the port after it is used too."""
    match = re.fullmatch(r"(?:[\w.-]+|\[[\da-fA-F:]+\]):(\d{1,5})", text, re.ASCII)
    if not match or not 0 < int(match[1]) < 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address; write it as 10.0.0.2:8476")
    return text


def _parse_name(text: str) -> str:
    """Reads a name that the broker can show and route by."""
    if not re.fullmatch(r"[\w.-]{1,64}", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a name; use 1 to 64 letters, digits, '.', '-' or '_'"
        )
    return text


def _parse_memory(text: str) -> float:
    """Reads memory to plan with: a share such as `50%`, as a fraction, or bytes such as `16GB`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%|[MG]B)", text)
    amount = float(match[1]) * MEMORY_UNITS[match[2]] if match else 0.0
    if not match or amount <= 0 or (match[2] == "%" and amount > 1):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an amount of memory; write it as 50% or 16GB"
        )
    return amount
