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
      /^task +test +validation +score +accounted +total +shared +path +lineage$/m,
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
    expect(printed).toMatch(/^task .*\nmnist .*\ndigits .*\n\nmean test accuracy .*\n$/);
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
