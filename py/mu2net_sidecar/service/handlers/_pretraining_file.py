"""The state of an unfinished pretraining, as a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import jax
import numpy as np

from mu2net_sidecar import engine
from mu2net_sidecar.errors import SidecarError

_FACTS = "facts"


def write_state(path: Path, state: engine.PretrainingState, fingerprint: str) -> None:
    """Writes a state; a reader sees all of it or the one before.

    Raises:
        SidecarError: `SIDECAR_FAILED` when the file cannot be written.
    """
    facts = {
        "fingerprint": fingerprint,
        "step": state.step,
        "components": {name: list(arrays) for name, arrays in state.params.items()},
        "validations": [asdict(each) for each in state.validations],
    }
    arrays = {
        f"{component}.{name}": np.asarray(array)
        for component, params in state.params.items()
        for name, array in params.items()
    }
    moments = {
        f"moments.{nth}": np.asarray(array)
        for nth, array in enumerate(jax.device_get(list(state.moments or ())))
    }
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, **{_FACTS: np.array(json.dumps(facts))}, **arrays, **moments)  # pyright: ignore[reportArgumentType]
        partial.replace(path)
    except OSError as error:
        raise SidecarError(
            "SIDECAR_FAILED",
            f"cannot write {error.filename or path}: {error.strerror}; name another folder",
        ) from error


def read_state(path: Path, fingerprint: str) -> engine.PretrainingState | None:
    """Reads a state; None if there is none.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when it is damaged, or that of another training.
    """
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as archive:
            facts = json.loads(str(archive[_FACTS]))
            if facts["fingerprint"] != fingerprint:
                raise SidecarError(
                    "CHECKPOINT_INVALID",
                    f"{path} is the state of another pretraining; name another folder, or delete "
                    "this file to begin anew",
                )
            params = {
                component: {name: archive[f"{component}.{name}"] for name in names}
                for component, names in facts["components"].items()
            }
            count = sum(name.startswith("moments.") for name in archive.files)
            moments = [archive[f"moments.{nth}"] for nth in range(count)]
    except (OSError, ValueError, KeyError) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read the state {path}: {error}; delete it to begin anew",
        ) from error
    validations = tuple(
        engine.Validation(each["step"], each["loss"], tuple(each["accuracies"]))
        for each in facts["validations"]
    )
    return engine.PretrainingState(facts["step"], params, moments, validations)
