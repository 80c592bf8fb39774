import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksOf, isAtLeast, runsCheck } from './diagnosis.js';

describe('versions', () => {
  it.each([
    ['20.19.0', '20.19', true],
    ['20.9.1', '20.19', false],
    ['100.0.0', '20.19', true],
    ['3.9.18', '3.11', false],
  ])('%s is at least %s: %s', (version, wanted, verdict) => {
    expect(isAtLeast(version, wanted)).toBe(verdict);
  });
});

describe('the interpreter', () => {
  const good = {
    executable: '/usr/bin/python3',
    python: '3.12.1',
    packages: [{ name: 'jax', version: '0.10.2', problem: null }],
    devices: [{ platform: 'cpu', kind: 'cpu' }],
    engine: { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 } as const,
  };
  const verdicts = (probe: Parameters<typeof checksOf>[0]) =>
    Object.fromEntries(checksOf(probe).map(({ name, verdict }) => [name, verdict]));

  it('is ready when it has everything that the sidecar needs', () => {
    expect(new Set(Object.values(verdicts(good)))).toEqual(new Set(['ok']));
  });

  it('is not ready when it lacks a package or a device', () => {
    expect(verdicts({ ...good, devices: [] })).toMatchObject({ devices: 'problem' });
    const packages = [{ name: 'optax', version: null, problem: "No module named 'optax'" }];
    expect(checksOf({ ...good, packages })).toContainEqual({
      name: 'packages',
      verdict: 'problem',
      detail: "optax: No module named 'optax'",
      next: expect.stringContaining('npx mu2net setup'),
    });
  });
});

it('reports a folder of runs that is a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mu2net-doctor-'));
  try {
    expect(runsCheck(join(folder, 'not', 'yet'))).toMatchObject({ verdict: 'ok' });
    writeFileSync(join(folder, 'file'), '');
    expect(runsCheck(join(folder, 'file', 'runs'))).toMatchObject({ verdict: 'problem' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
