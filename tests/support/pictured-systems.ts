import type { Experiment } from '../../ts/src/domain/experiment.js';
import type { PictureSource } from '../../ts/src/pictures/draw.js';
import type { Ledger } from '../../ts/src/state/record/ledger.js';
import { childrenOf } from '../../ts/src/views/children.js';
import { pictureOf } from '../../ts/src/views/picture.js';
import { plusExperimentOf, poolOf, taskOf } from './experiments.js';
import { createRecord, growToEnd } from './runs.js';

interface Size {
  readonly tasks: number;
  readonly layers: number;
  /** Per task; two make a generation. */
  readonly children: number;
}

/** Returns an experiment of so many tasks with long and short names. */
export function largeExperimentOf({ tasks, layers, children }: Size): Experiment {
  const { method, architecture, ...experiment } = plusExperimentOf();
  const names = Array.from({ length: tasks }, (_, nth) =>
    nth % 3 === 0 ? `collection/long_name_of_a_data_set_${nth}` : `task_${nth}`,
  );
  return {
    ...experiment,
    name: `tasks-${tasks}`,
    architecture: { ...architecture, depth: layers },
    method: {
      ...method,
      samplesPerTask: children,
      width: 2,
      defaults: { ...method.defaults, num_layers: layers, _mu_: 0.1 },
      ranges: { ...method.ranges, num_layers: [layers - 1, layers] },
    },
    tasks: names.map((name) => taskOf(name)),
    taskIterations: 1,
  };
}

/** Grows a record with the null pool, in memory. */
export async function simulatedRecord(experiment: Experiment): Promise<Ledger> {
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  await growToEnd(ledger, pool);
  return ledger;
}

/** Returns what pictures of a record are drawn from. */
export function pictureSourceOf(ledger: Ledger, run: string): PictureSource {
  return { system: pictureOf(ledger, run), children: childrenOf(ledger) };
}
