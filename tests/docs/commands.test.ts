import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../ts/src/cli/program.js';
import { blocksOf, inlineCodeOf, type Page, readPages } from './markdown.js';

const root = createProgram();

/** Returns the words of each mu2net command line that a page shows. */
function shownCommands(text: string): readonly (readonly string[])[] {
  const lines = [...blocksOf(text, ['sh', '']).flatMap((block) => block.split('\n'))];
  return [...lines, ...inlineCodeOf(text)]
    .map((line) => /^\s*(?:npx )?mu2net ([a-z-].*)$/.exec(line.replace(/\s+#.*$/, ''))?.[1])
    .filter((rest) => rest !== undefined)
    .map((rest) => rest.split(/\s+/));
}

/** Returns why a command line is invalid; undefined if it is valid. */
function objectionTo(words: readonly string[]): string | undefined {
  const path: Command[] = [root];
  for (const word of words) {
    const { commands } = path.at(-1) ?? root;
    if (commands.length === 0 || word.startsWith('-')) break;
    if (/^[<[]/.test(word)) return undefined;
    const next = commands.find((command) => command.name() === word);
    if (next === undefined) return `there is no command '${namesOf(path, word)}'`;
    path.push(next);
  }
  const known = ['--help', ...path.flatMap(({ options }) => options.map(({ long }) => long))];
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
  const unknown = options.find((option) => !known.includes(option));
  return unknown && `'${namesOf(path)}' has no option ${unknown}`;
}

const namesOf = (path: readonly Command[], ...words: readonly string[]) =>
  [...path.map((command) => command.name()), ...words].join(' ');

const wrongCommands = ({ path, text }: Page) =>
  shownCommands(text).flatMap((words) => {
    const objection = objectionTo(words);
    return objection ? [`${path}: ${objection}`] : [];
  });

describe('the documentation', () => {
  const pages = readPages();

  it('shows only commands and options that exist', () => {
    expect(pages.flatMap(wrongCommands)).toEqual([]);
  });

  it('shows every command', () => {
    const shown = new Set(pages.flatMap(({ text }) => shownCommands(text)).map(([name]) => name));
    const missing = root.commands
      .map((command) => command.name())
      // The hidden command of completion.
      .filter((name) => !name.startsWith('__') && !shown.has(name));
    expect(missing).toEqual([]);
  });

  it.each([
    ['`mu2net frobnicate`', "there is no command 'mu2net frobnicate'"],
    ['`npx mu2net tasks nowhere`', "there is no command 'mu2net tasks nowhere'"],
    ['```sh\nnpx mu2net status --nowhere   # text\n```', "'mu2net status' has no option --nowhere"],
  ])('is checked: %s', (text, objection) => {
    expect(wrongCommands({ path: 'a.md', text })).toEqual([`a.md: ${objection}`]);
  });

  it.each(['`mu2net status --json`', '`mu2net <command>`', '`mu2net/3`', '`mu2net --help`'])(
    'accepts %s',
    (text) => {
      expect(wrongCommands({ path: 'a.md', text })).toEqual([]);
    },
  );
});
