"""An offline folder of Weights & Biases, by wandb; `wandb sync` uploads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mu2net_sidecar.optional import import_optional
from mu2net_sidecar.records._children import Child, Tell


def write_wandb(run: str, children: Sequence[Child], out: Path, tell: Tell) -> None:
    """Writes an offline run per child, below `out/wandb`; nothing is sent anywhere.

    The project is the run and the group of a child is its task. The config is its hyperparameters,
    the history its validation accuracy, and the summary its final figures.
    """
    wandb = import_optional(
        "wandb", "wandb", "wandb", purpose="W&B's format", code="PYTHON_MISSING"
    )
    # The child was trained elsewhere, so that nothing of this machine belongs to it.
    settings = wandb.Settings(
        mode="offline",
        silent=True,
        console="off",
        save_code=False,
        disable_git=True,
        x_disable_stats=True,
        x_disable_meta=True,
        x_disable_machine_info=True,
    )
    project = run.replace(":", "-")
    for done, child in enumerate(children, 1):
        with wandb.init(
            dir=str(out),
            project=project,
            id=f"{project}-{child.path_id}",
            name=child.name,
            group=child.task,
            job_type="retained" if child.tags["retained"] == "true" else "discarded",
            config={**child.hyperparameters, "child": dict(child.tags)},
            settings=settings,
            reinit="create_new",
        ) as written:
            for step, quality in enumerate(child.qualities):
                written.log({"validation_accuracy": quality}, step=step)
            for name, value in child.metrics.items():
                written.summary[name] = value
        tell(done, len(children))
