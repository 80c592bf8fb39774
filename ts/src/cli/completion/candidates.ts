import type { Argument, Command, Option } from 'commander';

/** A word that can come next, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/**
 * The names that a record or the catalogue has. Each lists them for the words typed so far, and
 * returns none if it cannot read them.
 */
export interface Names {
  /** Runs, and their branches as `run:branch`. */
  runs(typed: Typed): readonly string[];
  /** Branches of the run that is named. */
  branches(typed: Typed): readonly string[];
  /** Tasks that the run has learned. */
  learnedTasks(typed: Typed): readonly string[];
  /** Tasks of the catalogue. */
  catalogueTasks(typed: Typed): readonly string[];
}

/** The complete words of a command line, without the word that is being typed. */
export interface Typed {
  /** Names of the command and its parents, such as `['tasks', 'show']`. */
  readonly command: readonly string[];
  readonly operands: readonly string[];
  /** Last values of options, by their long name. */
  readonly options: ReadonlyMap<string, string>;
}

/** The names that fit a value, by the word that the help has for it: `<run>`, `--task <task...>`. */
const FITTING: Readonly<Record<string, keyof Names>> = {
  run: 'runs',
  'run:branch': 'runs',
  first: 'runs',
  others: 'runs',
  a: 'runs',
  b: 'runs',
  branch: 'branches',
  task: 'learnedTasks',
  'path|task': 'learnedTasks',
  names: 'learnedTasks',
  point: 'learnedTasks',
};

/**
 * Returns the words that can come next on a command line. None means that a file may come.
 *
 * @param words the words after the name of the program; the last is being typed and may be empty.
 */
export function candidatesFor(
  program: Command,
  words: readonly string[],
  names: Names,
): readonly Candidate[] {
  const last = words.at(-1) ?? '';
  const { command, typed, awaiting } = readWords(program, words.slice(0, -1));
  const begun = (found: readonly Candidate[]) => found.filter(({ word }) => word.startsWith(last));
  const [, flag, value] = /^(--[\w-]+)=(.*)$/.exec(last) ?? [];
  if (flag !== undefined && value !== undefined) {
    const option = optionsOf(command).find((each) => each.long === flag);
    const fitting = option ? valuesOf(option, typed, names) : [];
    return begun(fitting.map(({ word, meaning }) => ({ word: `${flag}=${word}`, meaning })));
  }
  if (awaiting?.isRequired) return begun(valuesOf(awaiting.option, typed, names));
  if (last.startsWith('-')) return begun(optionsOf(command).map(optionCandidate));
  const optional = awaiting ? valuesOf(awaiting.option, typed, names) : [];
  return begun([
    ...optional,
    ...(typed.operands.length > 0 ? [] : subcommandsOf(command).map(commandCandidate)),
    ...operandsOf(command, typed, names),
  ]);
}

interface Reading {
  readonly command: Command;
  readonly typed: Typed;
  readonly awaiting: Awaiting | null;
}

/** An option whose value comes next, or may come next. */
interface Awaiting {
  readonly option: Option;
  readonly isRequired: boolean;
}

/** Reads complete words: the command, its operands, and the values of options. */
function readWords(program: Command, words: readonly string[]): Reading {
  let command = program;
  let awaiting: Awaiting | null = null;
  const path: string[] = [];
  const operands: string[] = [];
  const options = new Map<string, string>();
  for (const word of words) {
    if (word.startsWith('-')) {
      const [name = word, value] = word.split(/=(.*)/s);
      const option = optionsOf(command).find(({ long, short }) => long === name || short === name);
      const isOpen = value === undefined && option && !option.isBoolean();
      awaiting = isOpen ? { option, isRequired: option.required } : null;
      if (value !== undefined) options.set(name, value);
      continue;
    }
    if (awaiting) {
      const { option }: Awaiting = awaiting;
      options.set(option.long ?? '', word);
      // An option that takes several values is still open.
      awaiting = option.variadic ? { option, isRequired: false } : null;
      continue;
    }
    const next = operands.length === 0 && subcommandsOf(command).find((e) => e.name() === word);
    if (next) {
      command = next;
      path.push(word);
    } else operands.push(word);
  }
  return { command, typed: { command: path, operands, options }, awaiting };
}

/** The options of a command and its parents, and --help. */
function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command).concat(parentOptions(command));
}

function parentOptions(command: Command): Option[] {
  const { parent } = command;
  return parent ? [...parent.options.filter(isOwn), ...parentOptions(parent)] : [];
}

/** The version is of the program alone. */
const isOwn = ({ long, hidden }: Option) => long !== '--version' && !hidden;

function optionCandidate({ long, short, description }: Option): Candidate {
  return { word: long ?? short ?? '', meaning: description };
}

function commandCandidate(command: Command): Candidate {
  return { word: command.name(), meaning: command.description() };
}

function subcommandsOf(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

/** Values of the operand that comes next. */
function operandsOf(command: Command, typed: Typed, names: Names): readonly Candidate[] {
  const declared = command.registeredArguments;
  const at = typed.operands.length;
  const last = declared.at(-1);
  const next = declared[at] ?? (last?.variadic ? last : undefined);
  return next ? valuesOf(next, typed, names) : [];
}

/** The values that an argument or an option may have, as far as they are known. */
function valuesOf(given: Argument | Option, typed: Typed, names: Names): readonly Candidate[] {
  const meaning = '';
  if (given.argChoices) return given.argChoices.map((word) => ({ word, meaning }));
  const kind = kindOf(wordOf(given), typed);
  return kind ? names[kind](typed).map((word) => ({ word, meaning })) : [];
}

function kindOf(word: string, { command }: Typed): keyof Names | undefined {
  if (command[0] === 'tasks' && word === 'task') return 'catalogueTasks';
  return Object.hasOwn(FITTING, word) ? FITTING[word] : undefined;
}

/** The word of the help for a value, without brackets: `task` of `--task <task...>`. */
function wordOf(given: Argument | Option): string {
  const shown = 'flags' in given ? (/[<[](.+)[>\]]/.exec(given.flags)?.[1] ?? '') : given.name();
  return shown.replace(/\.\.\.$/, '');
}
