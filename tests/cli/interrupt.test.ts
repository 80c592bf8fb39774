import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { SMALL, writeStripes } from '../e2e/support.js';
import { temporaryFolder } from '../support/runs.js';
import { isThorough, times } from '../support/thorough.js';
import { mu2net, reported } from './cli.js';
import { type Interrupted, interrupt, isLogged, type Watched } from './interrupt.js';

/** How long sidecars may take to leave on a machine that does much else, in milliseconds. */
const PATIENCE = 240_000;

/** An experiment that is soon at every phase. */
const BRIEF = {
  ...SMALL,
  taskIterations: 3,
  method: { ...SMALL.method, samplesPerTask: 2, width: 1 },
};

const folder = temporaryFolder();
const run = (name: string) => join(folder, 'runs', name);

/** Expects that a command said that it was stopped, and that it leaves no sidecar. */
async function expectStopped(ended: Interrupted): Promise<void> {
  expect({ status: ended.status, stderr: ended.stderr }).toMatchObject({ status: 130 });
  expect(reported(ended).code).toBe('CANCELLED');
  await vi.waitFor(() => expect(ended.sidecars()).toEqual([]), { timeout: PATIENCE });
}

beforeAll(() => {
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'small.yaml'), stringify(BRIEF));
  writeStripes(join(folder, 'many'), 1);
  for (const name of ['columns', 'rows']) {
    const image = join(folder, 'many', name, '0.pgm');
    const size = 1024;
    const pixels = Buffer.alloc(size * size, name);
    writeFileSync(image, Buffer.concat([Buffer.from(`P5 ${size} ${size} 255\n`), pixels]));
    for (let n = 1; n < 2000; n++) linkSync(image, join(folder, 'many', name, `${n}.pgm`));
  }
  const task = { name: 'many', source: { kind: 'folder', path: join(folder, 'many') } };
  const splits = { train: 'all[:80%]', validation: 'all[80%:90%]', test: 'all[90%:]' };
  const many = { ...BRIEF, name: 'many', tasks: [{ ...task, splits }] };
  writeFileSync(join(folder, 'many.yaml'), stringify(many));
});

describe('Ctrl-C ends a run', () => {
  const logged = (name: string, pattern: RegExp) => () => isLogged(run(name), pattern);
  const phases: [string, string, string, (watched: Watched) => boolean][] = [
    ['a child trains', 'e', 'small', logged('e', /TrainRequest: begins/)],
    ['its workers start', 'a', 'small', () => existsSync(run('a'))],
    ['JAX is set up', 'b', 'small', ({ sidecars }) => sidecars.length > 0],
    ['data is inspected', 'c', 'many', logged('c', /InspectRequest: begins/)],
    ['the root model is created', 'd', 'small', logged('d', /InitialiseRequest: begins/)],
    ['a generation is committed', 'f', 'small', ({ stdout }) => stdout.includes('"child"')],
    ['a model is tested', 'g', 'small', logged('g', /EvaluateRequest: begins/)],
  ];
  it.each(phases.slice(0, times(phases.length, 2)))(
    'while %s',
    async (_phase, name, config, hasReached) => {
      await expectStopped(
        await interrupt(folder, ['run', `${config}.yaml`, '--name', name], hasReached),
      );
    },
  );

  it.runIf(isThorough)('whose worker is frozen', async () => {
    const hasReached = ({ sidecars: [pid] }: Watched) => {
      if (pid === undefined || !isLogged(run('h'), /TrainRequest: begins/)) return false;
      process.kill(pid, 'SIGSTOP');
      return true;
    };
    await expectStopped(await interrupt(folder, ['run', 'small.yaml', '--name', 'h'], hasReached));
  });

  it('at once at the second time', async () => {
    const hasReached = ({ sidecars: [pid] }: Watched) => {
      if (pid === undefined || !isLogged(run('i'), /TrainRequest: begins/)) return false;
      // A frozen worker keeps the first Ctrl-C waiting.
      process.kill(pid, 'SIGSTOP');
      return true;
    };
    const words = ['run', 'small.yaml', '--name', 'i'];
    const ended = await interrupt(folder, words, hasReached, 2);
    expect(ended).toMatchObject({ status: 130, stderr: '' });
    for (const pid of ended.sidecars()) process.kill(pid, 'SIGCONT');
    // The sidecar notices that its controller is gone.
    await vi.waitFor(() => expect(ended.sidecars()).toEqual([]), { timeout: PATIENCE });
  });
});

describe('Ctrl-C ends', () => {
  const tmp = join(folder, 'tmp');
  const image = join(folder, 'many', 'rows', '0.pgm');
  const starts = ({ sidecars }: Watched) => sidecars.length > 0;
  beforeAll(async () => {
    const brief = ['--set', 'taskIterations=1', '--set', 'method.samplesPerTask=1'];
    const { status, stderr } = await mu2net(folder, [
      'run',
      'small.yaml',
      '--name',
      'done',
      ...brief,
    ]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  const commands = [
    [
      'predict at work',
      ['predict', ...Array(5000).fill(image), '--run', 'done'],
      () => isLogged(tmp, /PredictRequest: begins/),
    ],
    ['eval', ['eval', 'digits', '--run', 'done'], starts],
    ['predict', ['predict', ...Array(2000).fill(image), '--run', 'done'], starts],
    ['export', ['export', 'digits', '--run', 'done'], starts],
    ['pretrain-root', ['pretrain-root', 'small.yaml'], starts],
    [
      'pretrain-root at work',
      ['pretrain-root', 'small.yaml', '--steps', '100000'],
      () => isLogged(tmp, /PretrainRequest: begins/),
    ],
  ] as const;
  it.each(commands.slice(0, times(commands.length, 1)))('%s', async (_what, words, hasReached) => {
    await expectStopped(await interrupt(folder, words, hasReached));
  });
});
