import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/runs.js';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['package.json', 'package-lock.json', 'py/pyproject.toml', 'scripts'];
const CHANGES = '# Changelog\n\n## Unreleased\n\n- Runs are faster.\n\n## 0.1.0\n\n- The first.\n';

let folder: string;

/** Runs a program in the copy of the project, and returns its exit status and what it printed. */
function execute(program: string, ...args: readonly string[]) {
  const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org' };
  const committer = { GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org' };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...author, ...committer },
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

const release = (...args: readonly string[]) =>
  execute(process.execPath, 'scripts/release.mjs', ...args);

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

function commitAll(): void {
  execute('git', 'add', '--all');
  expect(execute('git', 'commit', '--quiet', '--message', 'Begin').status).toBe(0);
}

beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'py'));
  for (const file of FILES) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  writeFileSync(join(folder, 'CHANGELOG.md'), CHANGES);
  execute('git', 'init', '--quiet');
  commitAll();
});

describe('a release', () => {
  test('has one version in both packages, a dated change log, a commit and a tag', () => {
    expect(release('7.8.9')).toMatchObject({ status: 0, stderr: '' });
    const lock = JSON.parse(read('package-lock.json'));
    expect(JSON.parse(read('package.json')).version).toBe('7.8.9');
    expect([lock.version, lock.packages[''].version]).toEqual(['7.8.9', '7.8.9']);
    expect(read('py/pyproject.toml')).toMatch(/^version = "7\.8\.9"$/m);
    expect(read('CHANGELOG.md')).toMatch(
      /^## 7\.8\.9 \(\d{4}-\d\d-\d\d\)\n\n- Runs are faster\.$/m,
    );
    expect(execute('git', 'describe', '--exact-match').stdout).toBe('v7.8.9');
    expect(execute('git', 'status', '--porcelain').stdout).toBe('');
    expect(execute('git', 'diff', '--stat', 'HEAD~1').stdout).toContain('4 files changed');
  });

  test.each([
    ['a version that is none', ['next'], 'is not a version'],
    ['a command line without a version', [], 'is not a version'],
  ])('refuses %s', (_, args, message) => {
    expect(release(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  });

  test('refuses a changed work tree', () => {
    writeFileSync(join(folder, 'CHANGELOG.md'), `${CHANGES}\n`);
    expect(release('7.8.9').stderr).toContain('commit them first');
  });

  test('refuses a version that was released, and one without changes', () => {
    expect(release('7.8.9').status).toBe(0);
    expect(release('7.8.9').stderr).toContain('the tag v7.8.9 exists');
    expect(release('7.9.0').stderr).toContain("no section '## Unreleased'");
    expect(execute('git', 'status', '--porcelain').stdout).toBe('');
  });
});
