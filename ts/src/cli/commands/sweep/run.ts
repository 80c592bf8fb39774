import { Argument, InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { type Axes, type RunEvent, type SweepSummary, sweep } from '../../../index.js';
import { defineCommand } from '../../define-command.js';
import { differenceLines } from '../../render/sweep.js';
import { parseRunName, parseSeed } from '../../shell/arguments.js';
import { SIDECAR_OPTIONS, type SidecarFlags, sessionOptionsOf } from '../../shell/engine.js';
import { readExperiment } from '../../shell/experiment.js';
import { Stopped } from '../../shell/failure.js';
import { nextCommand, runsFolderOf } from '../../shell/globals.js';
import { runInterruptible } from '../../shell/interrupt.js';
import { note, print, printJson } from '../../shell/output.js';
import { doneText, type Progress, withProgress } from '../../shell/progress.js';
import { screenOf } from '../../shell/screen.js';

interface Options extends SidecarFlags {
  readonly name?: string;
  readonly seeds: readonly number[];
  readonly set: Axes;
}

/** Most seeds of one range. */
const MOST_SEEDS = 1000;

/** Parses seeds: numbers and ranges, separated by commas. */
function parseSeeds(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(part.trim()) ?? [];
    if (first === undefined || last === undefined) return [parseSeed(part.trim())];
    const [from, to] = [parseSeed(first), parseSeed(last)];
    if (to < from || to - from >= MOST_SEEDS) {
      throw new InvalidArgumentError(`a range goes up, by at most ${MOST_SEEDS} seeds: 1..5.`);
    }
    return Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
  });
}

/** Adds the values of a key; they are a list in YAML, without its brackets. */
function addAxis(assignment: string, axes: Axes = {}): Axes {
  const [, key, values] = /^([^=]+)=(.+)$/s.exec(assignment) ?? [];
  if (key === undefined || values === undefined) {
    throw new InvalidArgumentError("write it as key.path=value,value: 'method.width=2,4'.");
  }
  try {
    return { ...axes, [key.trim()]: parse(`[${values}]`) };
  } catch {
    throw new InvalidArgumentError('its values are not valid YAML.');
  }
}

export const sweepRun = defineCommand<[config: string], Options>({
  name: 'run',
  description: 'grow a run for each setting and seed; the same command goes on after a stop',
  arguments: [new Argument('<config>', 'YAML file, for example configs/quickstart.yaml')],
  options: [
    new Option('--seeds <seeds>', 'seeds of each setting: 1..5 or 1,2,7')
      .argParser(parseSeeds)
      .default([1, 2, 3], '1..3'),
    new Option(
      '--set <key.path=values>',
      'values of a key of the configuration, with commas between them; repeatable',
    )
      .argParser(addAxis)
      .default({}, 'none'),
    new Option(
      '--name <name>',
      "name of the sweep (default: the configuration's, with -sweep)",
    ).argParser(parseRunName),
    ...SIDECAR_OPTIONS,
  ],
  async run([config], { name: given, seeds, set: settings, ...flags }) {
    const name = given ?? `${readExperiment(config, { set: {} }).name}-sweep`;
    const summary = await withProgress(`sweeping ${config}`, flags, (progress) =>
      runInterruptible(
        (signal) =>
          sweep((set) => readExperiment(config, { set }), {
            ...{ name, seeds, settings, signal },
            folder: runsFolderOf(flags),
            onEvent: flags.json ? printJson : progressOf(progress),
            ...sessionOptionsOf(flags),
          }),
        () => note('stopping'),
        (exitCode) => new Stopped('stopped; the same command goes on with the sweep', exitCode),
      ),
    );
    printSummary(summary, flags.json === true);
    if (!flags.json) print('', nextCommand(`sweep show ${name}`, flags));
  },
});

/** Prints the results of a sweep. */
export function printSummary(summary: SweepSummary, json: boolean): void {
  const screen = screenOf(process.stdout);
  if (json) printJson(summary);
  else print(screen.bold(summary.sweep), ...differenceLines(summary.settings, screen));
}

/** Shows which run of a sweep grows, and how many of its children are done. */
function progressOf(progress: Progress): (event: RunEvent) => void {
  let [done, total] = [0, 0];
  return (event) => {
    if (event.type === 'started') [done, total] = [event.childrenDone, event.children];
    if (event.type === 'child') done++;
    progress.show(`growing ${event.run}: ${doneText(done, total, 'children')}`);
  };
}
