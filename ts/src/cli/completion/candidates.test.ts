import { expect, it } from 'vitest';
import { createProgram } from '../program.js';
import { candidatesFor, type Names } from './candidates.js';

const NAMES: Names = {
  runs: () => ['first', 'first:wide', 'second'],
  branches: () => ['main', 'wide'],
  learnedTasks: ({ options }) => (options.get('--run') === 'second' ? ['emnist'] : ['mnist']),
  catalogueTasks: () => ['cifar100', 'clevr/count_all'],
};
const program = createProgram();

/** Returns the candidates for a command line, whose last word is being typed. */
function completed(line: string): readonly string[] {
  return candidatesFor(program, line.split(' '), NAMES).map(({ word }) => word);
}

it.each([
  ['lea', ['leaderboard']],
  ['ex', ['export']],
  ['tasks ', ['list', 'show', 'doctor', 'prepare', 'help']],
  ['tasks sh', ['show']],
  ['tasks show c', ['cifar100', 'clevr/count_all']],
  ['tasks prepare cifar100 cl', ['clevr/count_all']],
  ['status f', ['first', 'first:wide']],
  ['status first:', ['first:wide']],
  ['compare first s', ['second']],
  ['compare first second first:', ['first:wide']],
  ['eval ', ['mnist']],
  ['eval --run second ', ['emnist']],
  ['eval --run=second ', ['emnist']],
  ['eval --run s', ['second']],
  ['eval --split ', ['train', 'validation', 'test']],
  ['eval --split=t', ['--split=train', '--split=test']],
  ['eval digits --sp', ['--split']],
  ['export --json --format s', ['stablehlo']],
  ['adopt first:wide --into w', ['wide']],
  ['predict a.png --task m', ['mnist']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['run ', []],
  ['run --name x ', []],
  ['nosuch ', []],
  ['status first ', []],
])("completes '%s'", (line, expected) => {
  expect(completed(line)).toEqual(expected);
});

it('offers the options of the command and of the program, but no hidden command', () => {
  expect(completed('gc --')).toEqual(expect.arrayContaining(['--delete', '--json', '--help']));
  expect(completed('gc --')).not.toContain('--version');
  expect(completed('')).toContain('status');
  expect(completed('_')).toEqual([]);
});
