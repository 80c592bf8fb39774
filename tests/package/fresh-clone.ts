import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Answer } from '../cli/cli.js';
import { ROOT } from '../docs/markdown.js';
import { temporaryFolder } from '../support/runs.js';

/** Lists the files that a clone of the working tree has: those that git does not ignore. */
export function clonedFiles(): readonly string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const names = execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return names.filter((name) => lstatSync(join(ROOT, name), { throwIfNoEntry: false })?.isFile());
}

/** Copies the working tree as a fresh clone has it: nothing is built. Node packages are linked. */
export function freshClone(): string {
  const clone = temporaryFolder();
  for (const file of clonedFiles()) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(clone, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** Packs a clone as for the registry; returns the tarball and the names of its files. */
export async function pack(clone: string): Promise<{ tarball: string; files: readonly string[] }> {
  const destination = temporaryFolder();
  const words = ['pack', '--json', '--pack-destination', destination];
  const { status, stdout, stderr } = await run('npm', words, { cwd: clone });
  if (status !== 0) throw new Error(stderr);
  const [packed] = JSON.parse(stdout);
  const files = packed.files.map(({ path }: { path: string }) => path);
  return { tarball: join(destination, packed.filename), files };
}

/** Runs a program to its end, without blocking this process. */
export async function run(
  program: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Answer> {
  const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [status] = await once(child, 'close');
  return { status, ...output };
}
