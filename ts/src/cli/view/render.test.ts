import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { render } from './render.js';
import { initialState, reduce, type ViewState } from './state.js';

const stamp = { time: new Date(0).toISOString(), run: 'quickstart', branch: 'main' };
const plain = pc.createColors(false);
const coloured = pc.createColors(true);

const state: ViewState = {
  ...initialState(0),
  run: 'quickstart',
  tasks: ['mnist', 'digits'],
  task: 'digits',
  generation: 1,
  generations: 2,
  children: [
    {
      pathId: 9,
      parentId: 3,
      parentTask: 'mnist',
      trainable: ['encoderblock_0', 'encoderblock_1', 'head'],
      trained: 1,
      qualities: [0.5, 0.9],
      state: 'retained',
    },
    {
      pathId: 10,
      parentId: 0,
      parentTask: null,
      trainable: ['head'],
      trained: 0.5,
      qualities: [0.7],
      state: 'training',
    },
    {
      pathId: 11,
      parentId: 7,
      parentTask: 'digits',
      trainable: ['head'],
      trained: 0,
      qualities: [],
      state: 'waiting',
    },
  ],
  best: new Map([['digits', { pathId: 9, quality: 0.9, score: 0.85 }]]),
  tested: new Map([['mnist', 0.951]]),
  childrenTotal: 24,
  childrenDone: 12,
  childrenBefore: 6,
  growingSince: 0,
};

describe('a frame', () => {
  it('shows the generation, its children, the best path, the tested tasks and the progress', () => {
    expect(render(state, { columns: 100, rows: 30 }, 65_000, plain)).toEqual([
      'quickstart  task 2 of 2 digits  generation 1 of 2',
      '',
      '  path  parent    training          curve  best    what it trains',
      '✓    9  3 mnist   ━━━━━━━━━━━━━━━━  ▁█     0.9000  encoderblock 0–1, head',
      '›   10  root      ━━━━━━━━────────  ▄      0.7000  head',
      '    11  7 digits  ────────────────                 head',
      '',
      'best      0.9000  path 9  score 0.8500',
      'tested    mnist 95.10 %',
      'children  ━━━━━━━━────────  12 of 24 children  1 min 5 s, 1 min 55 s left',
    ]);
  });

  it('counts task iterations if there are several', () => {
    const [head] = render({ ...state, taskIterations: 2 }, { columns: 100, rows: 30 }, 0, plain);
    expect(head).toBe('quickstart  task 2 of 2 digits  iteration 1 of 2  generation 1 of 2');
  });

  it('says what it waits for before the first generation, and that it is stopping', () => {
    const waiting = { ...initialState(0), stopping: true };
    const lines = render(waiting, { columns: 100, rows: 30 }, 3_000, plain);
    expect(lines).toEqual([
      'starting  3 s',
      'stopping at the next training step; Ctrl-C again ends at once',
    ]);
  });

  it('names the work before the first generation, and the last warning', () => {
    const starting: ViewState = {
      ...initialState(0),
      run: 'quickstart',
      phase: { type: 'phase', ...stamp, phase: 'inspecting', task: 'mnist' },
      ready: 'worker local-0 is ready: JAX 0.10.2 on cpu, float32',
      warnings: 2,
      lastWarning: 'worker local-0 is started again because it left',
    };
    expect(render(starting, { columns: 100, rows: 30 }, 3_000, plain)).toEqual([
      'quickstart  inspecting the data of mnist  3 s',
      'worker local-0 is ready: JAX 0.10.2 on cpu, float32',
      'warning   worker local-0 is started again because it left (2 warnings)',
    ]);
  });

  it('says what a generation waits for until its first child trains', () => {
    const children = state.children.map((child) => ({ ...child, state: 'waiting' as const }));
    const last = (view: ViewState) => render(view, { columns: 160, rows: 30 }, 0, plain).at(-1);
    expect(last({ ...state, children })).toMatch(/reading data and compiling programs for digits/);
    expect(last(state)).not.toMatch(/compiling/);
    expect(last({ ...state, children, ended: 'finished' })).not.toMatch(/compiling|left/);
  });

  it('draws how much of the data has travelled to a worker', () => {
    const { time, run, branch } = stamp;
    const sending = {
      type: 'sending',
      time,
      run,
      branch,
      task: 'flowers',
      mebibytes: 2,
      of: 4,
    } as const;
    const last = (view: ViewState) => render(view, { columns: 160, rows: 30 }, 0, plain).at(-1);
    const during = reduce(state, sending, 0);
    expect(last(during)).toMatch(/sending the data of flowers to a worker ━━━━──── 2 of 4 MiB$/);
    expect(last(reduce(during, { ...sending, mebibytes: 4 }, 0))).not.toMatch(/sending/);
  });

  it('keeps the children in training visible if there is no room for all', () => {
    const text = render(state, { columns: 100, rows: 12 }, 0, plain).join('\n');
    expect(text).toContain('›   10');
    expect(text).toContain('  2 more');
    expect(text).not.toContain('✓    9');
  });

  it('drops the earliest tested tasks first', () => {
    const tested = new Map(Array.from({ length: 60 }, (_, n) => [`task${n}`, n / 60]));
    const lines = render({ ...state, tested }, { columns: 60, rows: 30 }, 0, plain);
    const line = lines.find((each) => each.startsWith('tested'));
    expect(line).toMatch(/^tested {4}… {2}task5\d .* task59 98\.33 %$/);
  });

  it('fits any terminal, also in colour', () => {
    const verdict = fc.constantFrom('waiting', 'training', 'trained', 'retained', 'failed');
    const child = fc.record({
      pathId: fc.nat(),
      parentId: fc.nat(),
      parentTask: fc.option(fc.constantFrom('mnist', 'digits')),
      trainable: fc.array(fc.constantFrom('head', 'encoderblock_3', 'residual_adapter_11')),
      trained: fc.double({ min: 0, max: 1, noNaN: true }),
      qualities: fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      state: verdict,
    }) as fc.Arbitrary<ViewState['children'][number]>;
    fc.assert(
      fc.property(
        fc.array(child, { maxLength: 40 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 12, max: 60 }),
        fc.boolean(),
        (children, columns, rows, stopping) => {
          const view = { ...state, children, stopping, warnings: 2, lastWarning: 'it broke' };
          const lines = render(view, { columns, rows }, 65_000, coloured);
          expect(lines.length).toBeLessThan(rows);
          for (const line of lines) {
            const shown = stripVTControlCharacters(line);
            expect([...shown].length).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});
