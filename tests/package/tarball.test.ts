import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { linksOf, ROOT } from '../docs/markdown.js';
import { temporaryFolder } from '../support/runs.js';
import { clonedFiles, freshClone, pack, run } from './fresh-clone.js';

// npm and pip take long on a busy machine.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });
const cache = temporaryFolder();
let clone: string;
let packed: Awaited<ReturnType<typeof pack>>;

/** Runs a program in the clone; a cache of its own keeps what npx does apart from other clones. */
const inClone = (program: string, ...words: readonly string[]) =>
  run(program, words, { cwd: clone, env: { ...process.env, npm_config_cache: cache } });

beforeAll(() => {
  clone = freshClone();
});

describe('a clone that is not built', () => {
  it('says what to do', async () => {
    const { status, stderr } = await inClone(process.execPath, join('bin', 'mu2net.js'), 'doctor');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mu2net: .*not built.*npm run setup.*\n$/);
    const json = await inClone(process.execPath, join('bin', 'mu2net.js'), 'doctor', '--json');
    expect(JSON.parse(json.stderr).error).toMatchObject({ code: 'NOT_BUILT' });
  });

  it('keeps a command that works once it is built', async () => {
    const before = await inClone('npx', 'mu2net', '--version');
    expect(before.stderr).toContain('npm run setup');
    packed = await pack(clone);
    const after = await inClone('npx', 'mu2net', '--version');
    expect(after).toMatchObject({ status: 0, stderr: '' });
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(after.stdout.trim()).toBe(version);
  });
});

describe('the package', () => {
  it('has the program, the sidecar, the configurations and the pages', async () => {
    const shipped = clonedFiles().filter(
      (file) =>
        /^(bin|box|configs|examples|docs|py\/mu2net_sidecar)\//.test(file) &&
        !/^docs\/site\//.test(file),
    );
    expect(packed.files).toEqual(expect.arrayContaining([...shipped]));
    expect(packed.files).toContain('dist/bundle/index.js');
    expect(packed.files).toContain('dist/ts/src/index.d.ts');
    expect(packed.files).toContain('py/requirements.lock');
  });

  it('has nothing that only development needs', async () => {
    const useless = packed.files.filter((file) =>
      /^(py\/tests|tests|scripts|ts|protocol\/(?!README))|requirements-dev|\.test\.|\.map$|generate\/|-stamp|__pycache__|corpus/.test(
        file,
      ),
    );
    expect(useless).toEqual([]);
  });

  it('has every file that its pages link to', async () => {
    const folders = new Set(packed.files.flatMap((file) => [dirname(file), file]));
    const dead = packed.files
      .filter((file) => file.endsWith('.md'))
      .flatMap((page) =>
        linksOf(readFileSync(join(clone, page), 'utf8'))
          .filter((link) => !/^[a-z]+:|^#/.test(link))
          .map((link) => posix.join(posix.dirname(page), link.split('#')[0] ?? ''))
          .filter((target) => !folders.has(target.replace(/\/$/, '')))
          .map((target) => `${page}: ${target}`),
      );
    expect(dead).toEqual([]);
  });

  it.each([
    ['publint', 'run', '--strict'],
    ['@arethetypeswrong/cli', '--profile', 'esm-only', '--no-color'],
  ])('is found in order by %s', async (tool, ...words) => {
    const bin = { publint: 'publint', '@arethetypeswrong/cli': 'attw' }[tool] ?? tool;
    const program = join(ROOT, 'node_modules', '.bin', bin);
    const answer = await run(program, [...words, packed.tarball], { cwd: clone });
    const { status, stdout, stderr } = answer;
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({
      status: 0,
      output: '',
    });
  });
});
