import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, defineExperiment } from '../../ts/src/config/index.js';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import { reading } from '../../ts/src/state/ledger.js';

/** A folder of its own for one test. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'mu2net-'));
}

/** The smallest experiment that trains for real: one or two blocks, one patch, scikit-learn digits. */
export function smallExperiment(changes: Partial<ConfigInput> = {}): Experiment {
  return defineExperiment({
    name: 'small',
    seed: 5,
    root: { architecture: 'Ti/16' },
    method: { samplesPerTask: 4, width: 2, adaptersMutate: true },
    training: {
      batchSize: 64,
      maxTrainExamplesBetweenValidations: 640,
      validationsPerChild: 2,
      maxValidationExamples: 128,
    },
    hyperparameters: {
      _mu_: 0.5,
      num_layers: 1,
      opt_lr: 0.05,
      adapter_dim: 8,
      ds_image_size: 16,
      ds_crop: false,
      ds_flip_left_right: false,
    },
    autoTune: null,
    ranges: { num_layers: [1, 2], opt_lr: [0.02, 0.05, 0.1] },
    tasks: ['digits'],
    taskIterations: 1,
    ...changes,
  }).experiment;
}

/** Everything that a finished run's record says, but for what clocks say. */
export function recordOf(directory: string) {
  return reading(directory, (ledger) => ({
    paths: ledger.paths(),
    components: ledger.components().toSorted((a, b) => a.id.localeCompare(b.id)),
    children: ledger.children(),
    iterations: ledger.iterations().map(({ id, task, best }) => ({ id, task, best })),
    evaluations: ledger.evaluations(),
    collected: [...ledger.collected()].toSorted(),
  }));
}

/** A PGM picture: grey, 8 bits. */
function pgm(size: number, value: (row: number, column: number) => number): Buffer {
  const pixels = Buffer.alloc(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) pixels[row * size + column] = value(row, column);
  }
  return Buffer.concat([Buffer.from(`P5 ${size} ${size} 255\n`, 'latin1'), pixels]);
}

/** Writes class folders of striped pictures: rows and columns. */
export function stripes(folder: string, examples = 40): void {
  for (const name of ['columns', 'rows']) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let n = 0; n < examples; n++) {
      const picture = pgm(16, (row, column) => {
        const at = (name === 'rows' ? row : column) + n;
        return at % 4 < 2 ? 40 + n : 200 + (n % 50);
      });
      writeFileSync(join(folder, name, `${n}.pgm`), picture);
    }
  }
}
