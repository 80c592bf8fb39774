"""Starts, lists and stops workers on a Ray cluster, as named actors that outlive this process."""

from __future__ import annotations

import base64
import io
import socket
import tempfile
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import ray  # pyright: ignore[reportMissingImports]
from ray import exceptions  # pyright: ignore[reportMissingImports]

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.launch._actors import SLICE, Keeper, Slice

ANSWER_SECONDS = 10.0
"""How long an actor has to answer; one that has no place yet does not answer."""
LOOK_SECONDS = 0.5
REACH_SECONDS = 10.0

Json = dict[str, Any]


def execute(request: Json) -> Iterator[Json]:
    """Executes a request on a cluster; yields what is to be told of it.

    Raises:
        SidecarError: The cluster is not there, or it refuses.
    """
    address = request["address"]
    _reach(address)
    with tempfile.TemporaryDirectory() as folder:
        if "wheel" in request:
            wheel = base64.b64decode(request["wheel"])
            zipfile.ZipFile(io.BytesIO(wheel)).extractall(folder)
        # The package travels to every machine; what it needs is installed there.
        _connect(address, request["namespace"], {"working_dir": folder})
        try:
            yield from ACTIONS[request["action"]](request)
        except exceptions.RayError as error:
            raise SidecarError("LAUNCH_FAILED", f"{address}: {_line(error)}") from error
        finally:
            ray.shutdown()


def _connect(address: str, namespace: str, runtime_env: Json) -> None:
    try:
        ray.init(
            address=address,
            namespace=namespace,
            runtime_env=runtime_env,
            log_to_driver=False,
            logging_level="critical",
        )
    except exceptions.AuthenticationError as error:
        raise SidecarError("LAUNCH_REFUSED", f"{address} refuses: {_line(error)}") from error
    except (ConnectionError, RuntimeError, OSError, ValueError, exceptions.RayError) as error:
        code = "LAUNCH_REFUSED" if "token" in str(error).lower() else "LAUNCH_FAILED"
        raise SidecarError(code, f"{address} cannot be used: {_line(error)}") from error


def _start(request: Json) -> Iterator[Json]:
    namespace, wanted, place = request["namespace"], request["workers"], request["slice"]
    options: Json = {
        "namespace": namespace,
        "lifetime": "detached",
        "get_if_exists": True,
        "max_restarts": -1,
        "max_concurrency": 8,
    }
    names = [worker["name"] for worker in wanted]
    if place is not None:
        _start_slices(request, names, options)
    for worker in wanted if place is None else []:
        chosen = {"name": worker["name"], **options, **request["resources"]}
        actor = Keeper.options(**chosen)  # pyright: ignore[reportAttributeAccessIssue]
        actor.remote(worker["words"], request["environment"])
    # An actor that is not known when this process ends would never be.
    for name in names if place is None else []:
        _await_named(name, namespace)
    yield {"started": names}


def _start_slices(request: Json, names: list[str], options: Json) -> None:
    """Starts the slices that the named workers belong to."""
    from ray.util.tpu import get_tpu_worker_resources  # pyright: ignore[reportMissingImports]

    every, place = request["all"], request["slice"]
    topology, accelerator, hosts = place["topology"], place["accelerator"], place["hosts"]
    try:
        count, _ = get_tpu_worker_resources(topology, accelerator)
    except (ValueError, AssertionError, KeyError) as error:
        raise SidecarError(
            "LAUNCH_FAILED", f"Ray knows no slice {accelerator} {topology}: {_line(error)}"
        ) from error
    if count != hosts:
        raise SidecarError(
            "LAUNCH_FAILED",
            f"a slice {accelerator} {topology} has {count} machines, not {hosts}; correct hosts",
        )
    for first in range(0, len(every), hosts):
        own = every[first : first + hosts]
        if any(worker["name"] in names for worker in own):
            name = f"{SLICE}{first // hosts}"
            chosen = {"name": name, "num_cpus": 0, **options}
            actor = Slice.options(**chosen)  # pyright: ignore[reportAttributeAccessIssue]
            actor.remote(own, request["environment"], place)
            _await_named(name, request["namespace"])


def _await_named(name: str, namespace: str) -> None:
    end = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < end:
        try:
            ray.get_actor(name, namespace=namespace)
            return
        except ValueError:
            time.sleep(LOOK_SECONDS)


def _named(namespace: str) -> list[str]:
    """Returns the names of the actors of a pool's group."""
    actors = ray.util.list_named_actors(all_namespaces=True)
    return sorted(actor["name"] for actor in actors if actor["namespace"] == namespace)


def _waiting_in_slices(request: Json, every: list[str]) -> Iterator[tuple[str, str]]:
    """Returns the workers of slices that have no place yet, and why."""
    if request["slice"] is None:
        return
    hosts = request["slice"]["hosts"]
    for at, name in enumerate(request["all"]):
        owner = f"{SLICE}{at // hosts}"
        if owner in every and name not in every:
            actor = ray.get_actor(owner, namespace=request["namespace"])
            try:
                yield name, ray.get(actor.problem.remote(), timeout=ANSWER_SECONDS)
            except exceptions.GetTimeoutError:
                yield name, "Ray has no place for the keeper of its slice yet"


def _list(request: Json) -> Iterator[Json]:
    namespace = request["namespace"]
    every = _named(namespace)
    names = [name for name in every if not name.startswith(SLICE)]
    for name, detail in _waiting_in_slices(request, every):
        yield {"name": name, "state": "waiting", "place": "", "detail": detail}
    states = {name: ray.get_actor(name, namespace=namespace).state.remote() for name in names}
    done, _ = ray.wait(list(states.values()), num_returns=len(states) or 1, timeout=ANSWER_SECONDS)
    for name, reference in states.items():
        try:
            state = ray.get(reference) if reference in done else None
        except exceptions.RayError as error:
            yield {"name": name, "state": "ended", "place": "", "detail": _line(error)}
            continue
        if state is None:
            detail = "Ray has no place for it yet"
            yield {"name": name, "state": "waiting", "place": "", "detail": detail}
        else:
            detail = f"process {state['pid']}" if state["running"] else state["last"]
            kind = "running" if state["running"] else "waiting"
            yield {"name": name, "state": kind, "place": state["node"], "detail": detail}


def _stop(request: Json) -> Iterator[Json]:
    namespace, wanted = request["namespace"], request["names"]
    every = _named(namespace)
    slices = [name for name in every if name.startswith(SLICE)]
    names = [name for name in every if wanted is None or name in wanted]
    workers = [name for name in names if name not in slices]
    handles = [ray.get_actor(name, namespace=namespace) for name in workers]
    closing = [handle.close.remote() for handle in handles]
    if closing:
        ray.wait(closing, num_returns=len(closing), timeout=2 * ANSWER_SECONDS)
    # A slice owns its workers and its place, so both end with it.
    for name in slices if wanted is None else []:
        ray.kill(ray.get_actor(name, namespace=namespace), no_restart=True)
    for handle in handles:
        ray.kill(handle, no_restart=True)
    yield {"stopped": workers}


def _logs(request: Json) -> Iterator[Json]:
    actor = _actor(request["name"], request["namespace"])
    count = 0
    while True:
        count, lines = ray.get(actor.lines_after.remote(count), timeout=ANSWER_SECONDS)
        for line in lines:
            yield {"line": line}
        if not request["follow"]:
            return
        time.sleep(LOOK_SECONDS)


def _actor(name: str, namespace: str) -> Any:  # noqa: ANN401
    try:
        return ray.get_actor(name, namespace=namespace)
    except ValueError as error:
        raise SidecarError("LAUNCH_FAILED", f"Ray knows no worker {name}") from error


def _reach(address: str) -> None:
    """Looks whether something listens at an address, because Ray asks for a minute."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), REACH_SECONDS).close()
    except OSError as error:
        raise SidecarError(
            "LAUNCH_FAILED", f"no Ray cluster answers at {address} ({error}); correct the address"
        ) from error


def _line(error: BaseException) -> str:
    """Returns the first line of an error that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


ACTIONS = {"start": _start, "list": _list, "stop": _stop, "logs": _logs}
