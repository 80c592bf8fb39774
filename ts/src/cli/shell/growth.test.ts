import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poolOf } from '../../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { defineExperiment, grow, Mu2NetError, openRun } from '../../index.js';
import { Stopped } from './failure.js';
import { showGrowth } from './growth.js';

const experiment = defineExperiment(
  {
    name: 'small',
    method: { samplesPerTask: 4, width: 2 },
    hyperparameters: { num_layers: 1 },
    autoTune: null,
    tasks: ['mnist', 'digits'],
    taskIterations: 1,
  },
  { dataMustExist: false },
);

let runs: string;
let printed: string;
beforeEach(() => {
  runs = temporaryFolder();
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

describe('showing the growth of a run', () => {
  it('prints a line per child, then the leaderboard and the next steps', async () => {
    await showGrowth({ runs }, (options) =>
      grow(experiment, { ...options, pool: poolOf(experiment) }),
    );
    expect(printed.match(/^mnist {2}path \d+ .*(retained|discarded)/gm)).toHaveLength(4);
    expect(printed).toMatch(
      /^task +test +baseline +validation +score +accounted +total +shared +path +lineage$/m,
    );
    expect(printed).toMatch(/^digits .* root → (mnist → )?digits$/m);
    expect(printed).toContain(`npx mu2net show digits --runs ${runs}`);
  });

  it('prints every event as a line of JSON, then the leaderboard', async () => {
    await showGrowth({ runs, json: true }, (options) =>
      grow(experiment, { ...options, pool: poolOf(experiment) }),
    );
    const lines = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const types = lines.map(({ type }) => type);
    expect(types[0]).toBe('session');
    expect(types.indexOf('started')).toBeLessThan(types.indexOf('generation'));
    expect(types.slice(-2)).toEqual(['finished', 'leaderboard']);
    expect(types.filter((type) => type === 'child')).toHaveLength(8);
    expect(lines.at(-1)).toMatchObject({
      run: 'small',
      rows: [{ task: 'mnist' }, { task: 'digits' }],
    });
  });

  it('tells how far it is with each generation', async () => {
    await showGrowth({ runs }, (options) =>
      grow(experiment, { ...options, pool: poolOf(experiment) }),
    );
    const shares = [...printed.matchAll(/generation \d of 2: 2 children {2}(\d+) %/g)];
    expect(shares.map(([, share]) => share)).toEqual(['0', '25', '50', '75']);
  });

  it('shows nothing but the result if it is quiet, and every step if it is verbose', async () => {
    const show = (level: object) => {
      printed = '';
      return showGrowth({ runs, ...level }, (options) =>
        grow(experiment, { ...options, pool: poolOf(experiment) }),
      );
    };
    await show({ quiet: true });
    expect(printed).toMatch(
      /^task .*\nmnist .*\ndigits .*\n\nmean test accuracy .*\n(the model .*\n)?$/,
    );
    await show({ verbose: true });
    expect(printed).toMatch(/^mnist {2}path \d+ {2}step \d+ of \d+$/m);
  });

  it('stops at Ctrl-C, says how to continue, and can continue', async () => {
    const stopped = showGrowth({ runs }, (options) =>
      grow(experiment, {
        ...options,
        pool: poolOf(experiment, { delayMillis: 5 }),
        onEvent(event) {
          options.onEvent?.(event);
          if (event.type === 'best') process.emit('SIGINT', 'SIGINT');
        },
      }),
    );
    await expect(stopped).rejects.toThrow(Stopped);
    await expect(stopped).rejects.toMatchObject({
      message: `stopped; 'npx mu2net resume small --runs ${runs}' continues the run`,
      exitCode: 130,
    });
    printed = '';
    await showGrowth({ runs }, async (options) => {
      const run = openRun('small', { folder: runs });
      await run.resume({ ...options, pool: poolOf(experiment) });
      return run;
    });
    expect(printed).toMatch(/^resumed small in .*: \d children to train/m);
    expect(printed).toMatch(/^digits .*→ digits$/m);
  });

  describe('with a command for the end', () => {
    /** Grows a run with a hook that writes its environment into a file, and returns that. */
    async function growWithHook(
      options: { readonly hook?: string; readonly failWith?: Mu2NetError } = {},
    ) {
      const file = join(runs, 'facts.json');
      const script = join(runs, 'hook.mjs');
      writeFileSync(
        script,
        "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], JSON.stringify(process.env));",
      );
      const { hook = `"${process.execPath}" "${script}" "${file}"`, failWith } = options;
      const growing = showGrowth({ runs, json: true, onFinish: hook }, (given) =>
        grow(experiment, {
          ...given,
          pool: poolOf(experiment),
          onEvent(event) {
            given.onEvent?.(event);
            if (event.type === 'best' && failWith) throw failWith;
          },
        }),
      );
      const error: unknown = await growing.then(
        () => null,
        (thrown) => thrown,
      );
      return { error, facts: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null };
    }

    it('gives it the facts of the finished run', async () => {
      const { error, facts } = await growWithHook();
      const { meanTestAccuracy, systemParameterCount } = openRun('small', {
        folder: runs,
      }).leaderboard();
      expect(error).toBeNull();
      expect(facts).toMatchObject({
        MU2NET_OUTCOME: 'finished',
        MU2NET_RUN: 'small',
        MU2NET_DIRECTORY: join(runs, 'small'),
        MU2NET_SECONDS: expect.stringMatching(/^\d+\.\d$/),
        MU2NET_TASKS: '2',
        MU2NET_CHILDREN_DONE: '8',
        MU2NET_CHILDREN: '8',
        MU2NET_MEAN_TEST_ACCURACY: String(meanTestAccuracy),
        MU2NET_PARAMETERS: String(systemParameterCount),
        MU2NET_ERROR_CODE: '',
        MU2NET_ERROR: '',
      });
    });

    it.each([
      ['SIDECAR_LOST', 'failed'],
      ['CANCELLED', 'stopped'],
    ] as const)('tells it of an error, which stays the result: %s', async (code, outcome) => {
      const { error, facts } = await growWithHook({ failWith: new Mu2NetError(code, 'it ended') });
      expect(error).toMatchObject({ code });
      expect(facts).toMatchObject({
        MU2NET_OUTCOME: outcome,
        MU2NET_ERROR_CODE: code,
        MU2NET_ERROR: 'it ended',
        MU2NET_CHILDREN: '8',
      });
    });

    it('is run for a run that was finished before, too', async () => {
      await growWithHook();
      const outcome = "\"require('node:fs').writeFileSync('outcome', process.env.MU2NET_OUTCOME)\"";
      const before = process.cwd();
      process.chdir(runs);
      await showGrowth({ runs, onFinish: `"${process.execPath}" -e ${outcome}` }, async (given) => {
        const run = openRun('small', { folder: runs });
        await run.resume({ ...given, pool: poolOf(experiment) });
        return run;
      }).finally(() => process.chdir(before));
      expect(readFileSync(join(runs, 'outcome'), 'utf8')).toBe('finished');
    });

    it('says that it failed, and does not fail', async () => {
      const { error } = await growWithHook({ hook: 'exit 3' });
      expect(error).toBeNull();
      const notes = vi.mocked(process.stderr.write).mock.calls.map(([text]) => text);
      expect(notes).toContain(
        'mu2net: the command of --on-finish failed (exit status 3): exit 3\n',
      );
      expect(JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        type: 'leaderboard',
      });
    });
  });

  it('ends at once at the second signal', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((status) => {
      throw new Error(`exit ${status}`);
    });
    const ended = showGrowth({ runs }, (options) =>
      grow(experiment, {
        ...options,
        pool: poolOf(experiment),
        onEvent(event) {
          if (event.type !== 'generation') return;
          process.emit('SIGINT', 'SIGINT');
          process.emit('SIGTERM', 'SIGTERM');
        },
      }),
    );
    await expect(ended).rejects.toThrow('exit 143');
    expect(exit).toHaveBeenCalledOnce();
  });

  it.each([
    ['SIDECAR_LOST', "; 'npx mu2net resume small --runs RUNS' continues the run"],
    ['OUT_OF_MEMORY', ''],
  ] as const)(
    'tells how to continue after an error, unless it would recur: %s',
    async (code, added) => {
      const failing = showGrowth({ runs }, (options) =>
        grow(experiment, {
          ...options,
          pool: poolOf(experiment),
          onEvent(event) {
            options.onEvent?.(event);
            if (event.type === 'best') throw new Mu2NetError(code, 'it failed');
          },
        }),
      );
      await expect(failing).rejects.toMatchObject({
        code,
        message: `it failed${added.replace('RUNS', runs)}`,
      });
    },
  );
});
