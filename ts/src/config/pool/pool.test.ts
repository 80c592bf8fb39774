import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { ConfigErrors, Mu2NetError } from '../../domain/errors.js';
import { LAUNCHERS } from './groups.js';
import { loadPool } from './load.js';

const folder = temporaryFolder();

/** Writes a file that describes a pool, and returns its path. */
function written(text: string): string {
  const file = join(folder, 'pool.yaml');
  writeFileSync(file, text);
  return file;
}

function refusalOf(file: string): Mu2NetError {
  try {
    loadPool(file);
  } catch (error) {
    if (error instanceof Mu2NetError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('the example has a group of every launcher', () => {
  const pool = loadPool(resolve(import.meta.dirname, '../../../../examples/pools/pool.yaml'));
  const launchers = new Set(Object.values(pool.groups).map(({ launcher }) => launcher));
  expect([...launchers].sort()).toEqual([...LAUNCHERS].sort());
});

test('a short file has defaults, and its folder is beside it', () => {
  const file = written('name: lab\ngroups: { here: { launcher: local } }\n');
  expect(loadPool(file)).toMatchObject({
    broker: { folder: join(folder, 'pool'), listen: 'tcp://127.0.0.1:7300', address: null },
    groups: { here: { launcher: 'local', workers: 1, engine: {}, environment: {} } },
  });
});

test('all errors are told at once, with their places', () => {
  const file = written(`name: l b
broker: { listen: 127.0.0.1 }
groups:
  a: { launcher: sssh }
  b: { launcher: ssh, host: x, workers: 0 }
  c: { launcher: local, environment: { 1A: x } }
  d: { workers: 2 }
  e: { launcher: ssh, hosts: ['-oProxyCommand=x'] }
`);
  const error = refusalOf(file);
  if (!(error instanceof ConfigErrors)) throw error;
  const told = error.errors.map(({ message, subject }) => [
    subject.line,
    message.replace(`${file}:${subject.line}:${subject.column}: `, ''),
  ]);
  expect(told).toEqual([
    [1, expect.stringMatching(/^name cannot be "l b": a name has at most 24 letters/)],
    [2, expect.stringMatching(/^broker.listen cannot be "127.0.0.1": an address is tcp:/)],
    [4, expect.stringMatching(/^groups.a.launcher must be local, ssh, slurm, ray, tpu-vm or/)],
    [5, "unknown key 'host' in groups.b; did you mean 'hosts'?"],
    [5, 'groups.b.workers must be 1 or more, not 0'],
    [6, expect.stringMatching(/cannot have this name: a variable has letters/)],
    [7, expect.stringMatching(/^groups.d.launcher must be local/)],
    [8, expect.stringMatching(/^groups.e.hosts.0 cannot be .* begins with '-'$/)],
  ]);
});

test('a missing file is one line that names the page', () => {
  const error = refusalOf(join(folder, 'none.yaml'));
  expect(error.message).toMatch(
    /none\.yaml: there is no such file; write one as docs\/launchers\.md/,
  );
});
