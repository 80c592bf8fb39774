import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openRun, RECORD_FORMATS, type RecordFormat, type Run } from '../../ts/src/index.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { experimentOf, poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const folder = temporaryFolder();
const out = join(folder, 'out');
let run: Run;

/** The figures that a tool found, by the id of a child. */
type Found = Record<string, { qualities: number[]; lr?: number; status?: string }>;
let found: Record<Exclude<RecordFormat, 'graphml'>, Found> & { graphml: number[] };

beforeAll(async () => {
  const experiment = experimentOf({ taskIterations: 1 });
  const pool = poolOf(experiment, { diverging: new Set([2]) });
  run = openRun(await growDirectory(experiment, { folder, pool }));
  for (const format of RECORD_FORMATS) await run.writeRecords({ format, out: join(out, format) });
  const { executable } = findPython();
  const script = join(import.meta.dirname, 'read_records.py');
  found = JSON.parse(execFileSync(executable, [script, out], { encoding: 'utf8' }));
});

test.each(RECORD_FORMATS.filter((format) => format !== 'graphml'))(
  'the tool of %s reads every child, its curve and its hyperparameters',
  (format) => {
    const children = run.children();
    expect(Object.keys(found[format]).map(Number).sort()).toEqual(
      children.map(({ pathId }) => pathId).sort(),
    );
    for (const { pathId, qualities, hyperparameters } of children) {
      const { qualities: read, lr = hyperparameters.opt_lr } = found[format][pathId] ?? {};
      // TensorBoard keeps 32 bits of a number.
      const close = qualities.map((quality) => expect.closeTo(quality, 6));
      expect({ pathId, read, lr }).toEqual({ pathId, read: close, lr: hyperparameters.opt_lr });
    }
  },
);

test('networkx reads a tree of every child below the root', () => {
  expect(found.graphml).toEqual(run.children().map(({ pathId }) => pathId));
});

test('MLflow knows which child failed', () => {
  const failed = Object.entries(found.mlflow).filter(([, { status }]) => status === 'FAILED');
  expect(failed.map(([id]) => id)).toEqual(['2']);
});

test('a folder of a tracker that has files is refused', async () => {
  const again = run.writeRecords({ format: 'mlflow', out: join(out, 'mlflow') });
  await expect(again).rejects.toMatchObject({ code: 'SIDECAR_FAILED' });
});
