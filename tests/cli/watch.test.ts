import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { runEvent } from '../../ts/src/run/events/events.js';
import { experimentOf, poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net } from './cli.js';
import { leaderboardShape } from './shapes/run.js';

const experiment = experimentOf({ taskIterations: 1 });

/** Starts the command line beside this process, which grows the run meanwhile. */
function startWatching(folder: string, words: readonly string[]) {
  const watcher = spawn(process.execPath, [MAIN, 'watch', '--runs', folder, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { watcher, exited: once(watcher, 'exit'), stderr: text(watcher.stderr) };
}

/** Grows a run that waits at its first generation until somebody watches. */
async function growWatched(folder: string, words: readonly string[], stop?: AbortController) {
  let watching: ReturnType<typeof startWatching> | undefined;
  const lines: string[] = [];
  let watched: Promise<void> | undefined;
  const pool = poolOf(experiment, { delayMillis: 20 });
  const execute = pool.execute.bind(pool);
  // Training begins when the watcher has printed its first line.
  pool.execute = async (request, options) => {
    if (request.kind === 'train' && !watching) {
      watching = startWatching(folder, words);
      watched = new Promise((resolve) => {
        createInterface(watching?.watcher.stdout as NodeJS.ReadableStream)
          .on('line', (line) => {
            lines.push(line);
            resolve();
          })
          .on('close', resolve);
      });
      await watched;
      stop?.abort();
    }
    return execute(request, options);
  };
  const outcome = await growDirectory(experiment, { folder, pool, signal: stop?.signal }).catch(
    (error: Error) => error,
  );
  const [status] = (await watching?.exited) ?? [null];
  return { outcome, status, lines, stderr: (await watching?.stderr) ?? '' };
}

it('shows a run that another process grows, to its end and the leaderboard', async () => {
  const { status, lines, stderr } = await growWatched(temporaryFolder(), ['--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const values = lines.map((line) => JSON.parse(line));
  const { type, ...board } = values.at(-1);
  expect(type).toBe('leaderboard');
  expect(leaderboardShape.parse(board).rows).toHaveLength(3);
  const events = values.slice(0, -1).filter((each) => each.type !== 'waiting');
  for (const event of events) expect(runEvent.parse(event)).toEqual(event);
  expect(events.at(0)).toMatchObject({ type: 'session', pid: process.pid, run: 'test' });
  expect(events.filter((event) => event.type === 'child')).toHaveLength(18);
  expect(events.at(-1)).toMatchObject({ type: 'finished' });
});

it('says that the run was stopped, and how to go on', async () => {
  const folder = temporaryFolder();
  const { status, stderr } = await growWatched(folder, ['test'], new AbortController());
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^mu2net: test stopped: .*'npx mu2net resume test --runs .*' continues it/m,
  );
});

it('says that no process grows the run', async () => {
  const folder = temporaryFolder();
  await growDirectory(experiment, { folder, pool: poolOf(experiment) });
  for (const words of [['watch', 'test'], ['watch']]) {
    const { status, stdout, stderr } = await mu2net('.', [...words, '--runs', folder]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(/^mu2net: test is finished; 'npx mu2net leaderboard test /);
  }
  const stop = new AbortController();
  const half = growDirectory(experiment, {
    folder,
    pool: poolOf(experiment),
    signal: stop.signal,
    onEvent: ({ type }) => type === 'best' && stop.abort(),
  });
  await expect(half).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await mu2net('.', ['watch', '--runs', folder])).stderr).toMatch(
    /^mu2net: no process grows test-2 now; 'npx mu2net resume test-2 --runs .*' continues it$/m,
  );
  expect(await mu2net('.', ['watch', 'none', '--runs', folder])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("there is no run 'none'"),
  });
});
