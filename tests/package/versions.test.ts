import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.js';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: true;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const lock: { version: string; packages: Readonly<Record<string, Locked>> } = JSON.parse(
  read('package-lock.json'),
);

describe('the version', () => {
  it('is the same in both packages and the lock', () => {
    const [, sidecar] = /^version = "(.*)"$/m.exec(read('py/pyproject.toml')) ?? [];
    expect(sidecar).toBe(manifest.version);
    expect(lock.version).toBe(manifest.version);
    expect(lock.packages['']?.version).toBe(manifest.version);
  });
});

describe('package-lock.json', () => {
  const installed = Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );

  it('has the hash of every package', () => {
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, { integrity }]) => !integrity).map(([path]) => path)).toEqual([]);
  });

  it('has every optional package, whatever the platform', () => {
    const missing = installed.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`${path}/node_modules/${name}` in lock.packages) &&
          !(`node_modules/${name}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('licences', () => {
  it('are the same text in both packages', () => {
    expect(read('py/LICENSE')).toBe(read('LICENSE'));
  });

  it('of other packages are listed', () => {
    const script = join(ROOT, 'scripts', 'third-party.mjs');
    expect(() =>
      execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
    const page = read('THIRD_PARTY.md');
    for (const name of Object.keys(manifest.dependencies)) expect(page).toContain(`| ${name} |`);
  });
});
