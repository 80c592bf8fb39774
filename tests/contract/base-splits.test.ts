import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { baseSplitsOf } from '../../ts/src/config/base-splits.js';
import type { DataSource } from '../../ts/src/domain/task.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';

interface Opened {
  readonly source: DataSource;
  /** Base splits as the sidecar names them. */
  readonly splits: readonly string[];
}

it('both sides name the same base splits of every kind of source', () => {
  const { executable, pythonPath } = findPython();
  const script = fileURLToPath(new URL('sources.py', import.meta.url));
  const said = execFileSync(executable, [script, join(temporaryFolder(), 'data')], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: pythonPath },
  });
  const opened = JSON.parse(said) as readonly Opened[];
  const sorted = (names: readonly string[]) => [...names].sort();
  const named = opened.map(({ source }) => [source, sorted(baseSplitsOf(source))]);
  expect(named).toEqual(opened.map(({ source, splits }) => [source, sorted(splits)]));
  expect(new Set(opened.map(({ source }) => source.kind)).size).toBe(6);
});
