"""Reads exported records with the tools that they are for, and prints what each found as JSON.

The argument is a folder that has one folder, or file, for each format.
"""

import csv
import json
import struct
import subprocess
import sys
from pathlib import Path

import networkx
import pandas
from mlflow.tracking import MlflowClient
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from wandb.proto.wandb_internal_pb2 import Record


def read_csv(folder):
    """By the standard library and by pandas, which must agree."""
    with (folder / "children.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    frame = pandas.read_csv(folder / "children.csv")
    assert len(frame) == len(rows) and frame["retained"].dtype == bool
    return {
        row["pathId"]: {"qualities": json.loads(row["qualities"]), "lr": float(row["opt_lr"])}
        for row in rows
    }


def read_jsonl(folder):
    rows = [json.loads(line) for line in (folder / "children.jsonl").open()]
    return {str(row["pathId"]): {"qualities": row["qualities"], "lr": row["opt_lr"]} for row in rows}


def read_parquet(folder):
    frame = pandas.read_parquet(folder / "children.parquet")
    assert str(pandas.read_parquet(folder / "iterations.parquet")["endedAt"].dtype.tz) == "UTC"
    return {
        str(row.pathId): {"qualities": list(row.qualities), "lr": row.opt_lr}
        for row in frame.itertuples()
    }


def read_graphml(file):
    graph = networkx.read_graphml(file)
    roots = [node for node, kind in graph.nodes(data="kind") if kind == "root"]
    lineage = graph.edge_subgraph([e for e in graph.edges if graph.edges[e]["kind"] == "parent"])
    assert networkx.is_arborescence(lineage) and len(roots) == 1
    return sorted(int(node.split()[1]) for node in networkx.descendants(lineage, roots[0]))


def read_tensorboard(folder):
    found = {}
    for events in folder.rglob("events.out.tfevents.*"):
        board = EventAccumulator(str(events.parent)).Reload()
        validated = "validation_accuracy" in board.Tags()["scalars"]
        curve = board.Scalars("validation_accuracy") if validated else []
        tuned = board.summary_metadata["_hparams_/session_start_info"].plugin_data
        assert tuned.plugin_name == "hparams" and b"opt_lr" in tuned.content
        found[str(int(events.parent.name))] = {"qualities": [point.value for point in curve]}
    return found


def wandb_records(file):
    """Reads the records of a run: a log in the format of LevelDB, after a header of 7 bytes."""
    data, at, whole = file.read_bytes(), 7, b""
    while at + 7 <= len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        _, size, kind = struct.unpack("<IHB", data[at : at + 7])
        whole += data[at + 7 : at + 7 + size]
        at += 7 + size
        if kind in (1, 4):
            yield Record.FromString(whole)
            whole = b""


def read_wandb(folder):
    listed = subprocess.run(
        [sys.executable, "-m", "wandb", "sync", "--dry-run"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for file in (folder / "wandb").glob("offline-run-*/*.wandb"):
        assert file.name in listed.stdout + listed.stderr
        qualities, lr, name = [], None, ""
        for record in wandb_records(file):
            for item in record.history.item:
                key = item.key or "/".join(item.nested_key)
                if key == "validation_accuracy":
                    qualities.append(json.loads(item.value_json))
            for item in record.run.config.update:
                if item.key == "opt_lr":
                    lr = json.loads(item.value_json)
            name = record.run.display_name or name
        found[str(int(name.split()[0]))] = {"qualities": qualities, "lr": lr}
    return found


def read_mlflow(folder):
    client = MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
    found = {}
    for experiment in client.search_experiments(filter_string="name != 'Default'"):
        for run in client.search_runs([experiment.experiment_id]):
            curve = client.get_metric_history(run.info.run_id, "validation_accuracy")
            found[str(int(run.info.run_name.split()[0]))] = {
                "qualities": [point.value for point in sorted(curve, key=lambda each: each.step)],
                "lr": float(run.data.params["opt_lr"]),
                "status": run.info.status,
            }
    return found


out = Path(sys.argv[1])
readers = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "graphml": read_graphml,
    "tensorboard": read_tensorboard,
    "wandb": read_wandb,
    "mlflow": read_mlflow,
}
print(json.dumps({name: read(out / name) for name, read in readers.items()}))
