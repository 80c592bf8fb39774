"""A store of MLflow, by mlflow: a SQLite file that `mlflow ui` opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mu2net_sidecar.optional import import_optional
from mu2net_sidecar.records._children import Child, Tell

_DISTRIBUTIONS = ("mlflow-skinny", "alembic", "sqlalchemy")
_WORDS = {"purpose": "MLflow's format", "code": "PYTHON_MISSING"}


def write_mlflow(run: str, children: Sequence[Child], out: Path, tell: Tell) -> None:
    """Writes an MLflow run per child into `out/mlflow.db`, in an experiment with the run's name.

    Its parameters are the hyperparameters, its metrics the validation accuracy over validations and
    the final figures, its tags what else the record says.
    """
    # The small package has the client, and these two are what its store needs.
    import_optional("alembic", "mlflow", *_DISTRIBUTIONS, **_WORDS)
    import_optional("sqlalchemy", "mlflow", *_DISTRIBUTIONS, **_WORDS)
    entities = import_optional("mlflow.entities", "mlflow", *_DISTRIBUTIONS, **_WORDS)
    tracking = import_optional("mlflow.tracking", "mlflow", *_DISTRIBUTIONS, **_WORDS)
    client = tracking.MlflowClient(tracking_uri=f"sqlite:///{out / 'mlflow.db'}")
    experiment = client.create_experiment(run, artifact_location=(out / "artifacts").as_uri())
    for done, child in enumerate(children, 1):
        end = round(child.ended_at * 1000)
        started = end - round(child.metrics["trainSeconds"] * 1000)
        created = client.create_run(
            experiment, start_time=started, run_name=child.name, tags=dict(child.tags)
        )
        curve = [
            entities.Metric("validation_accuracy", quality, end, step)
            for step, quality in enumerate(child.qualities)
        ]
        figures = [entities.Metric(name, value, end, 0) for name, value in child.metrics.items()]
        parameters = [
            # MLflow's names have no bar.
            entities.Param(name.replace("|", "/"), str(value))
            for name, value in child.hyperparameters.items()
        ]
        client.log_batch(created.info.run_id, metrics=[*curve, *figures], params=parameters)
        status = "FAILED" if child.failed else "FINISHED"
        client.set_terminated(created.info.run_id, status=status, end_time=end)
        tell(done, len(children))
