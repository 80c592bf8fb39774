import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, isComplete } from './environment.js';
import { constraintsOf } from './layers.js';
import { thisPackage } from './package.js';
import { findConfig } from './shipped-config.js';

const home = mkdtempSync(join(tmpdir(), 'mu2net-installed-'));
afterAll(() => rmSync(home, { recursive: true }));
beforeAll(() => {
  const { folder } = thisPackage();
  for (const file of ['py/requirements.lock', 'py/pyproject.toml']) {
    cpSync(join(folder, file), join(home, file));
  }
});

/** The folder of the environment of an installed package. */
function folderOf(version: string): string {
  const environment = environmentOf({ folder: home, version, isClone: false }, undefined);
  return environment.kind === 'cache' ? environment.folder : '';
}

describe('the environment', () => {
  it('of an installed package is in the cache folder, not in the package', () => {
    expect(folderOf('1.2.3')).toMatch(/mu2net.*1\.2\.3-[0-9a-f]{12}$/);
    expect(folderOf('1.2.3')).not.toContain(home);
  });

  it('is another one for another version, or other packages', () => {
    const before = folderOf('1.2.3');
    expect(folderOf('1.2.4')).not.toBe(before);
    writeFileSync(join(home, 'py/requirements.lock'), 'numpy==2.0.0\n');
    expect(folderOf('1.2.3')).not.toBe(before);
  });

  it('of a clone is its folder .venv', () => {
    const clone = { folder: home, version: '1.2.3', isClone: true };
    const environment = environmentOf(clone, undefined);
    expect(environment).toMatchObject({ kind: 'clone', folder: join(home, '.venv') });
    expect(environment.kind === 'clone' && isComplete(environment)).toBe(false);
  });

  it('is the interpreter that MU2NET_PYTHON names, if it is set', () => {
    const clone = { folder: home, version: '1.2.3', isClone: true };
    expect(environmentOf(clone, '/my/python')).toEqual({
      kind: 'chosen',
      executable: '/my/python',
      because: 'MU2NET_PYTHON is set',
    });
  });
});

describe('constraints', () => {
  it('are the versions of the lock with their conditions, without hashes', () => {
    const lock =
      "a-b==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n    # via c\nc==2 ; python_full_version < '3.12' \\\n    --hash=sha256:02\n";
    expect(constraintsOf(lock)).toBe("a-b==1.0\nc==2 ; python_full_version < '3.12'\n");
  });
});

describe('a configuration', () => {
  const shipped = join(thisPackage().folder, 'configs', 'quickstart.yaml');

  it.each(['quickstart', 'quickstart.yaml', 'mu2net/b-deca'])('%s is found by its name', (name) => {
    expect(findConfig(name)).toBe(
      join(thisPackage().folder, 'configs', `${name.replace(/\.yaml$/, '')}.yaml`),
    );
  });

  it('of the user comes first', () => {
    const cwd = process.cwd();
    try {
      process.chdir(home);
      expect(findConfig('configs/quickstart.yaml')).toBe(shipped);
      writeFileSync(join(home, 'quickstart'), '');
      expect(findConfig('quickstart')).toBe('quickstart');
    } finally {
      process.chdir(cwd);
    }
  });

  it.each(['nowhere.yaml', '../package', '/etc/passwd'])('%s is left as it is', (name) => {
    expect(findConfig(name)).toBe(name);
  });
});
