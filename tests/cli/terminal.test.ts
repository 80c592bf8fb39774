import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../ts/src/cli/program.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { openRun } from '../../ts/src/index.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { widthOf } from '../../ts/src/text/wrap.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net } from './cli.js';

const folder = temporaryFolder();
const runs = join(folder, 'runs');

/** Grows a run of tasks with short and long names, and a branch of it. */
beforeAll(async () => {
  const facts = { numClasses: 10, examples: { train: 600, validation: 100, test: 100 } };
  const own = (name: string) => ({
    name,
    source: { kind: 'npz' as const, path: 'none.npz' },
    splits: { train: 'train', validation: 'validation', test: 'test' },
    facts,
  });
  const { experiment } = defineExperiment(
    {
      name: 'first',
      method: { samplesPerTask: 4, width: 2 },
      hyperparameters: { num_layers: 2 },
      tasks: ['mnist', own('smallnorb/predicted_elevation'), 'digits'],
      taskIterations: 1,
    },
    { dataMustExist: false },
  );
  const pool = poolOf(experiment);
  const directory = await growDirectory(experiment, { folder: runs, pool });
  const wide = await openRun(directory).branch('wide', {
    at: 'mnist',
    set: { 'method.width': 1 },
  });
  await wide.resume({ pool });
});

/** Runs a command in a terminal; `setting` is its width, after flags of terminal.py. */
function inTerminal(setting: readonly string[], words: readonly string[]) {
  const { executable } = findPython();
  const terminal = join(import.meta.dirname, 'terminal.py');
  const command = [terminal, ...setting, process.execPath, MAIN, ...words];
  const { status, stdout } = spawnSync(executable, command, { cwd: folder, encoding: 'utf8' });
  return { status, lines: stripVTControlCharacters(stdout).trimEnd().split(/\r?\n/) };
}

/** Returns the lines that a command writes in a terminal of so many columns, without colours. */
function linesIn(columns: number, ...words: readonly string[]): readonly string[] {
  const { status, lines } = inTerminal([String(columns)], words);
  expect({ status, lines }).toEqual({ status: 0, lines: expect.anything() });
  return lines;
}

const TABLES = [
  ['leaderboard'],
  ['compare', 'first', 'first:wide'],
  ['status', '--all'],
  ['tasks'],
  ['report'],
  ['log'],
];
const OTHERS = [
  ['status'],
  ['tasks', 'show', 'mnist'],
  ['diff', 'first', 'first:wide'],
  ['show'],
  ['show', 'mnist'],
  ['gc'],
];

/** Lines that are too wide, except paths and URLs: these are not broken, so that one can copy them. */
function wideLines(columns: number, words: readonly string[]): readonly string[] {
  const lines = linesIn(columns, ...words).filter((line) => widthOf(line) > columns);
  return lines.filter((line) => !/\S*[/\\]\S{30}/.test(line));
}

it.each([...TABLES, ...OTHERS])('a result fits 80 columns: %s %s %s', (...words) => {
  expect(wideLines(80, words)).toEqual([]);
});

it.each(TABLES)('a table fits 60 columns: %s %s %s', (...words) => {
  expect(wideLines(60, words)).toEqual([]);
});

describe('a table', () => {
  it('names the columns that it leaves out', () => {
    const said = linesIn(80, 'leaderboard').join('\n');
    expect(said).toMatch(/^no room in 80 columns for [^;]*accounted[^;]*;\s--json\sshows\sall$/m);
  });

  it('is a block per row where columns do not fit', () => {
    const said = linesIn(40, 'leaderboard').join('\n');
    expect(said).toMatch(/^mnist\n {2}test +\d+\.\d\d %\n {2}baseline +.*\n {2}validation +/m);
    expect(said).toMatch(/^ {2}accounted +/m);
  });

  it('is whole in a pipe, unless COLUMNS says otherwise', async () => {
    const whole = (await mu2net(folder, ['leaderboard'])).stdout;
    expect(whole).toMatch(
      /^task +test +baseline +validation +score +accounted +total .* lineage$/m,
    );
    const narrow = (await mu2net(folder, ['leaderboard'], { COLUMNS: '60' })).stdout;
    expect(Math.max(...narrow.split('\n').map(widthOf))).toBeLessThanOrEqual(60);
  });
});

describe('the help', () => {
  it('fits 80 columns', () => {
    const all = (command: Command): readonly Command[] => [
      command,
      ...command.commands.flatMap(all),
    ];
    const lines = all(createProgram()).flatMap((each) => each.helpInformation().split('\n'));
    expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
    const printed = [...linesIn(80, '--help'), ...linesIn(80, 'completion', '--help')];
    expect(printed.filter((line) => widthOf(line) > 80)).toEqual([]);
  });
});

it('Ctrl-C ends a simulation at once, with a line and status 130', () => {
  const config = fileURLToPath(new URL('../../configs/mu2net/b-deca.yaml', import.meta.url));
  const setting = ['--interrupt', ' of 1,280 children', '80'];
  const { status, lines } = inTerminal(setting, ['simulate', config]);
  expect(status).toBe(130);
  expect(lines.at(-1)).toMatch(/mu2net: stopped$/);
});
