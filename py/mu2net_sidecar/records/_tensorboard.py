"""Event files of TensorBoard, by tensorboardX, which needs no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mu2net_sidecar.optional import import_optional
from mu2net_sidecar.records._children import Child, Tell

_WORDS = {"purpose": "TensorBoard's format", "code": "PYTHON_MISSING"}


def write_tensorboard(run: str, children: Sequence[Child], out: Path, tell: Tell) -> None:
    """Writes a TensorBoard run per child, in the folder `out/<task>/<id>`.

    Its scalars are `validation_accuracy` over validations, and its final figures. The page HParams
    shows its hyperparameters.
    """
    board = import_optional("tensorboardX", "tensorboard", "tensorboardX", **_WORDS)
    summary = import_optional("tensorboardX.summary", "tensorboard", "tensorboardX", **_WORDS)
    for done, child in enumerate(children, 1):
        folder = out / child.task.replace("/", "_") / f"{child.path_id:06d}"
        with board.SummaryWriter(str(folder), write_to_disk=True) as writer:
            time = child.ended_at
            for step, quality in enumerate(child.qualities):
                writer.add_scalar("validation_accuracy", quality, step, walltime=time)
            for name, value in child.metrics.items():
                writer.add_scalar(f"child/{name}", value, 0, walltime=time)
            tuned = {name: _hyperparameter(value) for name, value in child.hyperparameters.items()}
            metrics = {f"child/{name}": value for name, value in child.metrics.items()}
            for each in summary.hparams(tuned, metrics):
                writer.file_writer.add_summary(each, walltime=time)
            description = "\n\n".join(f"{name}: {value}" for name, value in child.tags.items())
            writer.add_text("child", f"{run}\n\n{description}", 0, walltime=time)
        tell(done, len(children))


def _hyperparameter(value: object) -> bool | float | str:
    """Returns a value that the HParams page can show: a list becomes text."""
    return value if isinstance(value, bool | int | float | str) else str(value)
