import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from '../../ts/src/domain/task.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { inspectRequest } from '../../ts/src/requests/inspect.js';
import { inspectTasks } from '../../ts/src/run/inspect.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';

interface Written {
  readonly source: DataSource;
  /** Number of examples of each base split. */
  readonly baseSplits: Readonly<Record<string, number>>;
}

const folder = temporaryFolder();

function writeSources(): readonly Written[] {
  const { executable, pythonPath } = findPython();
  const script = fileURLToPath(new URL('sources.py', import.meta.url));
  const written = execFileSync(executable, [script, join(folder, 'data')], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: pythonPath },
  });
  return JSON.parse(written) as readonly Written[];
}

const specOf = (source: DataSource) => ({
  name: 'own',
  isPrivate: false,
  source,
  splits: null,
  facts: null,
});

describe('a task whose splits are not given', () => {
  const written = writeSources();
  let pool: Pool;
  beforeAll(async () => {
    pool = await openLocalPool({ workers: 1, logDirectory: folder });
  });
  afterAll(() => pool?.close());

  it('is tested with every kind of source', () => {
    expect(new Set(written.map(({ source }) => source.kind)).size).toBe(8);
  });

  it.each(written.map((each) => [each.source.kind, each] as const))(
    'learns from a worker which base splits it has: %s',
    async (_, { source, baseSplits }) => {
      const inspected = await pool.execute(inspectRequest(specOf(source)));
      const sizes = inspected.baseSplits.map(({ name, examples }) => [name, examples]);
      expect(Object.fromEntries(sizes)).toEqual(baseSplits);
      expect(inspected.examples).toBeNull();
    },
  );

  it('gets splits when it is inspected', async () => {
    const [task] = await inspectTasks([specOf({ kind: 'digits' })], pool);
    expect(task).toMatchObject({
      splits: { train: 'all[:80%]', validation: 'all[80%:90%]', test: 'all[90%:]' },
      facts: { numClasses: 10, examples: { train: 1438, validation: 179, test: 180 } },
    });
  });
});
