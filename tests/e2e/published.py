"""Writes a state in the form of mu2Net.ipynb: python published.py <folder>.

The system is Ti/4 on images of 8 pixels: a root, digits with two paths, one of which is
superseded, and private tasks that build on digits.
"""

import json
import sys
from pathlib import Path

import msgspec
import numpy as np

HIDDEN, CLASSES = 192, 10
QUERY = 'name=="Ti/4" and ds=="i21k" and aug=="light1" and wd==0.1 and sd==0.0'
HPARAMS = {
    "_mu_": 0.2,
    "num_classes": 1,
    "adapter_layers": "",
    "num_layers": 0,
    "adapter_dim": 8,
    "opt_lr": 0.05,
    "opt_lr_schedule": "cosine",
    "opt_lr_warmup_ratio": 0.1,
    "opt_momentum": 0.9,
    "opt_nesterov": False,
    "ds_image_size": 8,
    "ds_crop": False,
    "ds_area_range_min": 1.0,
    "ds_aspect_ratio_range_min": 1.0,
    "ds_flip_left_right": False,
    "ds_brightness_delta": 0.0,
    "ds_contrast_delta": 0.0,
    "ds_saturation_delta": 0.0,
    "ds_hue_delta": 0.0,
}
CONFIG = {
    "experiment_name": "Experiment",
    "load_vit_checkpoint_query": QUERY,
    "batch_size": 64,
    "num_train_examples_between_validations_max": 640,
    "num_validations_per_path_training": 2,
    "num_validation_examples_max": 128,
    "num_samples_per_task": 2,
    "num_task_iters": 2,
    "mutate_adapters": False,
    "force_finetune_components": ["encoder_norm"],
    "scorer_kwargs": {"base": 1.0, "num_params": 1484162},
    "models_default_hparams": HPARAMS,
    "models_mutation_ranges": {"opt_lr": [0.02, 0.05, 0.1]},
}
SHAPES = {
    "embedding": {"kernel": (4, 4, 3, HIDDEN), "bias": (HIDDEN,)},
    "cls": (1, 1, HIDDEN),
    "posembed_input": {"pos_embedding": (1, 5, HIDDEN)},
    "encoder_norm": {"scale": (HIDDEN,), "bias": (HIDDEN,)},
    "head": {"kernel": (HIDDEN, CLASSES), "bias": (CLASSES,)},
}
# Number and name of each living component, in the order of flax's dictionaries.
COMPONENTS = dict(enumerate(["cls", "embedding", "encoder_norm", "head", "posembed_input"]))
COMPONENTS |= {12: "encoder_norm", 13: "head", 17: "encoder_norm", 18: "head"}
TRAINED = (12, 13, 17, 18)


def array(value, dtype="float32"):
    data = value.astype(np.float32).view(np.uint32) >> 16 if dtype == "bfloat16" else value
    stored = data.astype(np.uint16) if dtype == "bfloat16" else data.astype(dtype)
    content = msgspec.msgpack.encode([list(value.shape), dtype, stored.tobytes()])
    return msgspec.msgpack.Ext(1, content)


def filled(shapes, random, dtype="float32"):
    if isinstance(shapes, dict):
        return {name: filled(shape, random, dtype) for name, shape in shapes.items()}
    return array(random.standard_normal(shapes) * 0.1, dtype)


def row(path, task, parent, components, score, **metrics):
    hparams = HPARAMS | ({} if parent < 0 else {"num_classes": CLASSES})
    hparams = hparams | ({"opt_lr": 0.1} if path == 3 else {})
    offspring = json.dumps({"digits": 2} if path == 0 else {})
    return {
        "task_name": task,
        "id": path,
        "parent_id": parent,
        "parent_task_name": "",
        "final_accounted_params": 1e5,
        "components": "_".join(map(str, components)),
        **{f"hparams.{name}": value for name, value in hparams.items()},
        "metrics.offsprings": 0,
        "metrics.offsprings_per_task": offspring,
        "metrics.reloads": 0,
        "metrics.generation": 1,
        "metrics.private": metrics.get("private", False),
        "metrics.quality": "" if score is None else score,
        "metrics.test_quality": metrics.get("test", ""),
        "score": "" if score is None else score,
    }


def table(file, rows):
    def cell(value):
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text

    lines = [list(rows[0]), *([cell(value) for value in each.values()] for each in rows)]
    file.write_text("".join(",".join(line) + "\n" for line in lines))


def main(folder):
    random = np.random.RandomState(0)
    state = folder / "state_1_2"
    state.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2))
    tree = {}
    for number, name in COMPONENTS.items():
        tree[f"{name}:{number}"] = filled(SHAPES[name], random)
        if number in TRAINED:
            tree[f"opt_state:{name}:{number}"] = filled(SHAPES[name], random, "bfloat16")
    (state / "checkpoint_1_2").write_bytes(msgspec.msgpack.encode(tree))
    root = row(0, "NOT_TRAINABLE", -1, [0, 1, 2, 3, 4], None)
    dead = row(1, "digits", 0, [0, 1, 7, 8, 4], 0.5)
    digits = row(2, "digits", 1, [0, 1, 12, 13, 4], 0.75, test=0.7)
    private = row(3, "secret", 2, [0, 1, 17, 18, 4], 0.8, private=True)
    table(state / "paths.csv", [root, dead, digits, private])
    table(state / "population.csv", [root, digits | {"parent_id": 0}, private])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
