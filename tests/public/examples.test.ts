import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import * as mu2net from '../../ts/src/index.js';
import { type StandingPool, servePool } from '../../ts/src/standing/serve.js';
import { SMALL, writeStripes } from '../e2e/support.js';
import { NullWorker } from '../support/null-worker.js';
import { temporaryFolder } from '../support/runs.js';
import { Declarations } from './declarations.js';

const FACE = join(import.meta.dirname, '../../dist/ts/src/index.d.ts');
const declarations = new Declarations();
const exported = declarations.exportsOf(FACE);

/** Classes that are exported only as types, because programs do not construct them. */
const HANDLES = ['Run', 'RecordedRun'];

/** Everything that a program can call or read: exported values, and the members of a run. */
const callable: readonly (readonly [string, string | null])[] = [...exported].flatMap(
  ([name, declared]) => [
    ...(name in mu2net || HANDLES.includes(name) ? [[name, declared.documentation] as const] : []),
    ...(HANDLES.includes(name) ? declarations.membersOf(declared) : []).map(
      (member) => [`${name}.${member.name}`, member.documentation] as const,
    ),
  ],
);

/** Returns the examples of a documentation comment. */
const examplesOf = (documentation: string | null) =>
  (documentation ?? '')
    .split(/^@/m)
    .filter((block) => block.startsWith('example'))
    .map((block) => block.slice('example'.length).trim());

const examples = callable.flatMap(([name, documentation]) =>
  examplesOf(documentation).map((code) => [name, code] as const),
);

/** The context of the examples, besides the exports: a finished run, a configuration, an image. */
const TINY = {
  ...SMALL,
  name: 'tiny',
  method: { samplesPerTask: 2, width: 2 },
  training: {
    batchSize: 64,
    maxTrainExamplesBetweenValidations: 128,
    validationsPerChild: 1,
    maxValidationExamples: 64,
  },
  ranges: { opt_lr: [0.02, 0.05, 0.1] },
};
const folder = temporaryFolder();
const home = process.cwd();
let local: mu2net.Pool;
let pool: mu2net.Pool;
let serving: StandingPool;
let worker: NullWorker;

beforeAll(async () => {
  process.chdir(folder);
  vi.stubEnv('MU2NET_RUNS', join(folder, 'runs'));
  vi.stubEnv('MU2NET_POOLS', join(folder, 'pools'));
  writeFileSync('tiny.yaml', stringify(TINY));
  writeStripes('stripes', 1);
  cpSync('stripes/rows/0.pgm', 'digit.pgm');
  // One sidecar serves the examples of every kind of pool.
  local = await mu2net.openLocalPool({ logDirectory: folder });
  serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder: 'pool' });
  worker = new NullWorker('pool', 'shared', local);
  pool = await mu2net.openPool('pool');
  const experiment = mu2net.loadExperiment('tiny.yaml');
  await mu2net.grow(experiment, { name: 'quickstart', folder: 'grown', pool });
});

afterAll(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  await pool?.close();
  await serving?.stop(0);
  worker?.kill();
  await local?.close();
});

describe('the public API', () => {
  test('documents each export', () => {
    const silent = [...exported].filter(([, { documentation }]) => !documentation);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('has an example for everything that a program can call or read', () => {
    const without = callable.filter(([, documentation]) => examplesOf(documentation).length === 0);
    expect(without.map(([name]) => name)).toEqual([
      'RecordedRun.directory',
      'RecordedRun.branchName',
    ]);
  });
});

describe('the example of', () => {
  beforeEach(() => {
    rmSync('runs', { recursive: true, force: true });
    cpSync('grown', 'runs', { recursive: true });
  });

  test.each(examples)(
    '%s runs',
    async (_, code) => {
      const silent = { ...console, log() {}, table() {} };
      const given = { ...mu2net, pool, readFile, console: silent };
      await runExample(code, given);
    },
    120_000,
  );
});

/** Runs the code of an example with the names of `scope`. */
async function runExample(code: string, scope: Readonly<Record<string, unknown>>): Promise<void> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (...values: unknown[]) => Promise<void>;
  // The names are in an outer scope, so that an example can declare the name of an export.
  await new AsyncFunction(...Object.keys(scope), `{\n${code}\n}`)(...Object.values(scope));
}
