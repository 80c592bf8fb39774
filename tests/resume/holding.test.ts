import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRun, surveyRuns } from '../../ts/src/index.js';
import { MAIN, mu2net, reported } from '../cli/cli.js';
import { temporaryFolder } from '../support/runs.js';
import { buildScript } from './processes.js';

const session = buildScript('session');

/** Grows a run in another process, and does something when its first child has begun. */
async function whileGrowing(
  folder: string,
  act: (process: ChildProcess) => Promise<void>,
): Promise<readonly string[]> {
  let acting: Promise<void> | undefined;
  const said = await session.run([folder], (lines, process) => {
    if (acting || lines.at(-1) !== 'generation') return;
    acting = act(process).finally(() => process.kill('SIGKILL'));
    acting.catch(() => {});
  });
  await acting;
  return said;
}

/** Runs a command beside this process, and returns what it prints. */
async function runCommand(folder: string, ...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...words, '--runs', folder]);
  let printed = '';
  for await (const text of child.stdout) printed += text;
  return printed;
}

const json = (folder: string, ...words: readonly string[]) =>
  mu2net(folder, [...words, '--runs', folder, '--json']);

describe('a run that another process grows', () => {
  test('says so, and says the truth when that process is killed', async () => {
    const folder = temporaryFolder();
    let seen: unknown;
    let shown = '';
    let refusal: unknown;
    await whileGrowing(folder, async ({ pid }) => {
      seen = JSON.parse((await json(folder, 'status', 'test')).stdout);
      shown = (await mu2net(folder, ['status', 'test', '--runs', folder])).stdout;
      refusal = reported(await json(folder, 'resume', 'test'));
      expect(shown).toContain(`process ${pid} on ${hostname()}, since `);
      expect(seen).toMatchObject({
        state: 'training',
        finished: false,
        holder: { pid, host: hostname(), branch: 'main', since: expect.any(String) },
        failure: null,
        lastProgressAt: expect.any(String),
      });
      expect(refusal).toMatchObject({
        code: 'RUN_LOCKED',
        message: expect.stringContaining(`process ${pid} on ${hostname()}`),
      });
    });
    expect(shown).toMatch(/^test {2}training, task iteration 1 of 3 \(a\)$/m);
    const after = JSON.parse((await json(folder, 'status', 'test')).stdout);
    expect(after).toMatchObject({ state: 'stopped', holder: null, failure: null });
  });

  test('can be stopped, and only then removed', async () => {
    const folder = temporaryFolder();
    let watching: Promise<string> | undefined;
    const said = await whileGrowing(folder, async ({ pid }) => {
      expect(reported(await json(folder, 'rm', 'test', '--yes'))).toMatchObject({
        code: 'RUN_LOCKED',
      });
      watching = runCommand(folder, 'status', 'test', '--watch');
      const { status, stdout } = await json(folder, 'stop');
      expect({ status, said: JSON.parse(stdout) }).toMatchObject({
        status: 0,
        said: { run: 'test', stopped: { pid, host: hostname(), branch: 'main' } },
      });
    });
    expect(said.slice(-3)).toEqual(['stopping', 'stopped', 'failed CANCELLED']);
    // The process of --watch may have begun to look before the other one stopped, or after.
    expect(await watching).toMatch(
      /^(test {2}training, .*\n)*test {2}stopped, .*\nnpx mu2net resume test /,
    );
    const run = openRun('test', { folder });
    expect(run.status()).toMatchObject({ state: 'stopped', holder: null, failure: null });
    expect(await mu2net(folder, ['stop', 'test', '--runs', folder])).toMatchObject({
      status: 0,
      stdout: 'no process grows test; nothing was stopped\n',
    });
    const { store, rest, total } = run.size();
    const { stdout } = await json(folder, 'rm', 'test', '--yes');
    expect(JSON.parse(stdout)).toMatchObject({ run: 'test', removed: { store } });
    expect(store + rest).toBe(total);
    expect(existsSync(join(folder, 'test'))).toBe(false);
    expect(surveyRuns({ folder })).toEqual([]);
  });
});
