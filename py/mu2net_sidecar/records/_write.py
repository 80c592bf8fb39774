"""Writes a request in its format."""

from __future__ import annotations

from pathlib import Path

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.records._children import Tell, children_of
from mu2net_sidecar.records._request import Request


def write(request: Request, tell: Tell) -> list[Path]:
    """Writes the tables of a request.

    Returns:
        The files, or the folder in which a library arranges its files itself.

    Raises:
        SidecarError: `PYTHON_MISSING` when the library of the format is not installed;
            `SIDECAR_FAILED` when a tracker's folder has files already, because runs in it would be
            there twice.
    """
    out = Path(request.out)
    # Each is imported only when its format is asked for.
    match request.format:
        case "table":
            from mu2net_sidecar.records._parquet import write_table

            return [write_table(request.tables[0], out)]
        case "parquet":
            from mu2net_sidecar.records._parquet import write_table

            return [write_table(table, out / f"{table.name}.parquet") for table in request.tables]
        case "tensorboard":
            from mu2net_sidecar.records._tensorboard import write_tensorboard as write_format
        case "wandb":
            from mu2net_sidecar.records._wandb import write_wandb as write_format
        case "mlflow":
            from mu2net_sidecar.records._mlflow import write_mlflow as write_format
    if any(out.iterdir()):
        raise SidecarError(
            "SIDECAR_FAILED",
            f"{out} has files already; name a folder that is empty or does not exist",
        )
    write_format(request.run, children_of(request), out, tell)
    return [out]
