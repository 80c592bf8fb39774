import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../../ts/src/config/index.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { recordOf } from '../support/runs.js';

/**
 * The smallest experiment that really trains: one or two blocks, one patch, scikit-learn's digits.
 */
export const SMALL: ConfigInput = {
  name: 'small',
  seed: 5,
  root: { architecture: 'Ti/16' },
  method: { samplesPerTask: 4, width: 2, adaptersMutate: true },
  training: {
    batchSize: 64,
    maxTrainExamplesBetweenValidations: 640,
    validationsPerChild: 3,
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
};

/** Returns a run's record without the values that depend on clocks and compilers. */
export function timelessRecordOf(directory: string) {
  const { measurements, ...record } = readRun(parseAddress(directory), recordOf);
  return {
    ...record,
    measurements: measurements.map((measurement) => ({
      ...(measurement as object),
      trainSeconds: null,
      compilations: null,
    })),
  };
}

/** Returns an 8-bit grey image in PGM format. */
function pgm(size: number, value: (row: number, column: number) => number): Buffer {
  const pixels = Uint8Array.from({ length: size * size }, (_, at) =>
    value(Math.floor(at / size), at % size),
  );
  return Buffer.concat([Buffer.from(`P5 ${size} ${size} 255\n`, 'latin1'), pixels]);
}

/** Writes two class folders of striped images: stripes along rows, and along columns. */
export function writeStripes(folder: string, examples = 40): void {
  for (const name of ['columns', 'rows']) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let n = 0; n < examples; n++) {
      const picture = pgm(16, (row, column) => {
        const at = (name === 'rows' ? row : column) + n;
        return at % 4 < 2 ? 40 + n : 160 + (n % 50);
      });
      writeFileSync(join(folder, name, `${n}.pgm`), picture);
    }
  }
}
