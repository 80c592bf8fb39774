"""Writes a system in the form of the agents of mu3Net.ipynb: python published_agents.py <folder>.

Prints the accounted parameters of the living paths of shapes and emnist/digits.

The system is Ti/4 on images of 8 pixels; the root has two blocks, and paths use one. The agent of
emnist/digits has a cycle. Then the agent of shapes builds on its path. Then the first agent has
another cycle, which builds on the path of shapes, so each agent depends on the other. The clock of
shapes is slow.
"""

import json
import sys
from pathlib import Path

import msgspec
import numpy as np
from published import CLASSES, HIDDEN, HPARAMS, QUERY, SHAPES, filled, table

ROOT, DIGITS, SHAPES_AGENT = (
    "VitT3~root_model~checkpoint",
    "VitT3~emnist~digits",
    "VitT3~shapes",
)
DIM, HEADS = 8, 3
DENSE = {"kernel": (HIDDEN, HEADS, HIDDEN // HEADS), "bias": (HEADS, HIDDEN // HEADS)}
NORM = {"scale": (HIDDEN,), "bias": (HIDDEN,)}
BLOCK = {
    "LayerNorm_0": NORM,
    "MultiHeadDotProductAttention_1": {
        **{name: DENSE for name in ("query", "key", "value")},
        "out": {"kernel": (HEADS, HIDDEN // HEADS, HIDDEN), "bias": (HIDDEN,)},
    },
    "LayerNorm_2": NORM,
    "MlpBlock_3": {
        "Dense_0": {"kernel": (HIDDEN, 4 * HIDDEN), "bias": (4 * HIDDEN,)},
        "Dense_1": {"kernel": (4 * HIDDEN, HIDDEN), "bias": (HIDDEN,)},
    },
}
ADAPTER = {
    "LayerNorm_0": NORM,
    "Dense_0": {"kernel": (HIDDEN, DIM), "bias": (DIM,)},
    "Dense_1": {"kernel": (DIM, HIDDEN), "bias": (HIDDEN,)},
}
PARTS = {
    **SHAPES,
    "encoderblock_0": BLOCK,
    "encoderblock_1": BLOCK,
    "residual_adapter_0": ADAPTER,
}
DEFAULTS = {name: value for name, value in HPARAMS.items() if name != "ds_crop"}
DEFAULTS |= {"mutate_adapters": True, "num_layers": 1, "ds_quality_delta": 0.0}
SCORER = {"scale_factor": 0.99, "num_params": 1_000_000, "flops": 15_000_000}
MUTATION_RATE = [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24]
CONFIG = {
    "agent_id": "",
    "batch_size": 64,
    "force_mutations": ["clone:encoder_norm"],
    "max_task_population_size": 3,
    "models_default_hparams": DEFAULTS,
    "models_mutation_ranges": {"_mu_": MUTATION_RATE, "opt_lr": [0.02, 0.05, 0.1]},
    "num_cycles_max": 2,
    "num_samples_per_cycle": 2,
    "num_train_examples_between_validations_max": 640,
    "num_validation_examples_max": 128,
    "num_validations_per_path_training": 2,
    "policy_class": "PPDecay",
    "policy_kwargs": {},
    "scorer_class": "ScorerDecay",
    "scorer_kwargs": SCORER,
    "vit_checkpoint_query": QUERY,
}
# The components of each agent, by the agent's numbers.
COMPONENTS = {
    ROOT: [
        *("embedding", "cls", "posembed_input", "encoderblock_0", "encoderblock_1"),
        *("encoder_norm", "head"),
    ],
    DIGITS: [
        # Components of a discarded path, of the first cycle's path, and of the second cycle's path.
        *("encoder_norm", "head"),
        *("encoderblock_0", "encoder_norm", "head"),
        *("residual_adapter_0", "encoder_norm", "head"),
    ],
    SHAPES_AGENT: ["encoderblock_0", "encoder_norm", "head"],
}
SHARED = [(ROOT, 0), (ROOT, 1), (ROOT, 2)]
PATHS = {
    (ROOT, 0): [(ROOT, number) for number in range(7)],
    (DIGITS, 1): [*SHARED, (ROOT, 3), (DIGITS, 0), (DIGITS, 1)],
    (DIGITS, 2): [*SHARED, (DIGITS, 2), (DIGITS, 3), (DIGITS, 4)],
    (SHAPES_AGENT, 3): [
        *SHARED,
        (SHAPES_AGENT, 0),
        (SHAPES_AGENT, 1),
        (SHAPES_AGENT, 2),
    ],
    (DIGITS, 5): [*SHARED, (SHAPES_AGENT, 0), (DIGITS, 5), (DIGITS, 6), (DIGITS, 7)],
}
PARENTS = {
    (DIGITS, 1): (ROOT, 0),
    (DIGITS, 2): (ROOT, 0),
    (SHAPES_AGENT, 3): (DIGITS, 2),
    (DIGITS, 5): (SHAPES_AGENT, 3),
}
LEARNED = {
    (DIGITS, 2): {"_mu_|hp:opt_lr": 0.22, "_mu_|clone:encoderblock_0": 0.18},
    (DIGITS, 5): {
        "_mu_|hp:opt_lr": 0.24,
        "_mu_|clone:encoderblock_0": 0.18,
        "_mu_|add:residual_adapter_0": 0.2,
        "adapter_layers": "0",
        "opt_lr": 0.1,
    },
}


def size(shapes):
    if isinstance(shapes, dict):
        return sum(map(size, shapes.values()))
    return int(np.prod(shapes))


def name_of(part):
    agent, number = part
    return COMPONENTS[agent][number]


def accounted(path, living):
    """Sums the accounted parameters of a path: those of each component, shared among its users."""
    total = 0
    for part in PATHS[path]:
        users = {agent for agent, number in living if part in PATHS[agent, number]}
        total += size(PARTS[name_of(part)]) / len(users | {path[0]})
    return total


def row(path, task, living, parent=None, quality=None, **metrics):
    agent, number = path
    above = parent or PARENTS.get(path)
    hparams = DEFAULTS | LEARNED.get(path, {}) | ({"num_classes": CLASSES} if above else {})
    # There is a column for every value of any path; values that a path lacks are empty.
    columns = sorted(DEFAULTS.keys() | {each for learned in LEARNED.values() for each in learned})
    score = ""
    if quality is not None:
        params = accounted(path, living)
        metrics |= {"accounted_params": params, "flops": 15e6, "quality": quality}
        score = quality * 0.99 ** (params / 1e6 + 1)
    names = (
        "accounted_params",
        "end_time",
        "flops",
        "improved",
        "num_cycles",
        "quality",
    )
    return {
        "agent_id": agent,
        "task_name": task,
        "id": number,
        "parent_id": above[1] if above else -1,
        "parent_agent_id": above[0] if above else "",
        "components": ",".join(f"{owner}:{each}" for owner, each in PATHS[path]),
        **{f"hparams.{name}": hparams.get(name, "") for name in columns},
        "metrics.generation": 0 if above is None else 1,
        "metrics.mutations": json.dumps({"opt_lr": [0.05, 0.1]}) if above else "",
        **{f"metrics.{name}": metrics.get(name, "") for name in names},
        "metrics.score": score,
        "metrics.test_quality": metrics.get("test", ""),
    }


def save(folder, agent, state, published, sampled, numbers, kept, random):
    """Writes a state: published paths, and the paths sampled, created and kept in the cycle."""
    place = folder / agent / f"state_{state}"
    place.mkdir(parents=True)
    table(place / "published.csv", published)
    table(place / "population.csv", published)
    table(place / "paths.csv", sampled)
    made = [
        {
            "id": number,
            "name": COMPONENTS[agent][number],
            "agent_id": agent,
            "num_params": size(PARTS[COMPONENTS[agent][number]]),
        }
        for number in numbers
    ]
    table(place / "components.csv", made)
    (place / "config.json").write_text(json.dumps(CONFIG | {"agent_id": agent}, indent=2))
    tree = {}
    for number in kept:
        name = COMPONENTS[agent][number]
        tree[f"{name}:{agent}:{number}"] = filled(PARTS[name], random)
        if agent != ROOT:
            tree[f"opt_state:{name}:{agent}:{number}"] = filled(PARTS[name], random, "bfloat16")
    (place / f"checkpoint_{state}").write_bytes(msgspec.msgpack.encode(tree))
    return place


def main(folder):
    random = np.random.RandomState(0)
    root = row((ROOT, 0), "root_model/checkpoint", [])
    save(folder, ROOT, "0_0", [root], [root], range(7), range(7), random)

    task, before = "emnist/digits", [(ROOT, 0)]
    vain = row((DIGITS, 1), task, before, quality=0.5, improved=False, end_time=90.0)
    first = row((DIGITS, 2), task, before, quality=0.7, improved=True, end_time=100.0, test=0.65)
    save(
        *(folder, DIGITS, "1_0", [first | {"metrics.num_cycles": 1.0}], [vain, first]),
        *(range(5), (2, 3, 4), random),
    )

    living = [(ROOT, 0), (DIGITS, 2)]
    shapes = row((SHAPES_AGENT, 3), "shapes", living, quality=0.8, improved=True, end_time=50.0)
    save(folder, SHAPES_AGENT, "1_0", [shapes], [shapes], range(3), range(3), random)

    living = [(ROOT, 0), (SHAPES_AGENT, 3)]
    last = {"quality": 0.9, "improved": True, "end_time": 120.0, "test": 0.85}
    second = row((DIGITS, 5), task, living, **last)
    # The cycle was resumed, so the path appears twice, the second time below its living ancestor.
    again = row((DIGITS, 5), task, living, parent=(ROOT, 0), **last)
    save(folder, DIGITS, "2_0", [again], [second, again], (5, 6, 7), (5, 6, 7), random)

    # Agents ignore a cycle in progress, and a state that was not written completely.
    save(folder, SHAPES_AGENT, "1_1", [second], [second], range(1), (), random)
    unfinished = save(folder, SHAPES_AGENT, "2_0", [second], [second], range(1), (), random)
    (unfinished / "checkpoint_2_0").rename(unfinished / "checkpoint_2_tmp")

    living = [(ROOT, 0), (SHAPES_AGENT, 3), (DIGITS, 5)]
    print(json.dumps([accounted(path, living) for path in living[1:]]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
