import { Argument, InvalidArgumentError, Option } from 'commander';
import {
  type CatalogueTask,
  type Located,
  locateSource,
  locateTask,
  nextSteps,
  prepareCommand,
  preparingSteps,
  tfdsSource,
} from '../../../catalogue/index.js';
import { sourcesOf } from '../../../config/index.js';
import { type DataSource, Mu2NetError, type TfdsSource } from '../../../index.js';
import { findConfig } from '../../../installation/shipped-config.js';
import {
  type PrepareOptions,
  type PrepareProgress,
  prepareSource,
} from '../../../sidecar/prepare.js';
import { parseStorePlace } from '../../../state/store-url.js';
import { didYouMean } from '../../../text/did-you-mean.js';
import { count, plural } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { findTask } from '../../render/tasks.js';
import { type Verdict, verdictLines } from '../../render/verdict.js';
import { parsePositiveNumber } from '../../shell/arguments.js';
import type { Globals } from '../../shell/globals.js';
import { runStoppable } from '../../shell/interrupt.js';
import { colorsOf, print, printJson } from '../../shell/output.js';
import { doneText, type Progress, startProgress } from '../../shell/progress.js';
import { publishData } from '../../shell/publish-data.js';

interface Options {
  readonly config?: string;
  readonly builder?: string;
  readonly decodedLimit?: number;
  readonly to?: string;
}

export const tasksPrepare = defineCommand<[names: readonly string[]], Options>({
  name: 'prepare',
  description: 'download and prepare the data of tasks with TFDS, and decode it once',
  arguments: [new Argument('[task...]', 'names (default: every task of the configuration)')],
  options: [
    new Option('--config <file>', 'YAML file that has the tasks'),
    new Option(
      '--builder <path>',
      "your own TFDS builder: its .py file, or the folder that 'tfds new' creates",
    ),
    new Option(
      '--decoded-limit <GB>',
      'size limit of decoded images; larger data sets stay as they are (default: 50)',
    ).argParser(parsePositiveNumber),
    new Option(
      '--to <url>',
      'publish the data in a folder or at a URL such as s3://bucket/data, where workers fetch them',
    ).argParser(parseStorePlace),
  ],
  async run([names], { config, builder, decodedLimit, to: url, ...globals }) {
    const { json } = globals;
    if (names.length === 0 && config === undefined) {
      throw new InvalidArgumentError('name a task, or a configuration with --config');
    }
    const wanted = wantedTasks(config, [...new Set(names)]);
    const shown = progressLines(globals);
    const onProgress = json ? printProgress : shown.onProgress;
    const verbose = !json && process.stderr.isTTY;
    const verdicts = await runStoppable((signal) =>
      prepareAll(wanted, { builder, decodedLimit, onProgress, verbose, signal }),
    ).finally(shown.clear);
    const published = wanted.filter((_, at) => url !== undefined && verdicts[at]?.ready);
    await runStoppable(async (signal) => {
      for (const { name: task, look } of published) {
        const { source } = look();
        if (source.kind !== 'digits') {
          await publishData({ task, source, url: url ?? '' }, globals, signal);
        }
      }
    });
    const ready = verdicts.filter((verdict) => verdict.ready).length;
    const all = ready === verdicts.length;
    if (!all) process.exitCode = 1;
    if (json) return printJson({ type: 'prepared', ready: all, tasks: verdicts });
    const lines = verdicts.flatMap((each) => verdictLines(each, colorsOf(process.stdout)));
    print(...lines, '', `${count(ready)} of ${plural(verdicts.length, 'task')} ready`);
  },
});

const printProgress = (progress: PrepareProgress) => printJson({ type: 'progress', ...progress });

/** A task whose data the command prepares. */
interface Wanted {
  readonly name: string;
  /** The source that TFDS prepares; null if the task has other data. */
  readonly tfds: TfdsSource | null;
  /** Where its data is, and what is missing. */
  look(): Located;
  /** The steps that make the data ready. */
  next(found: Located): readonly string[];
}

/** Returns tasks of a configuration, all if none is named, or else tasks of the catalogue. */
function wantedTasks(config: string | undefined, names: readonly string[]): readonly Wanted[] {
  if (config === undefined) return names.map((name) => catalogueTaskOf(findTask(name)));
  const sources = sourcesOf(findConfig(config));
  const known = [...sources.keys()];
  return (names.length > 0 ? names : known).map((name) => {
    const source = sources.get(name);
    if (source) return configuredTaskOf(name, source, config);
    if (source === null) return catalogueTaskOf(findTask(name));
    const near = didYouMean(name, known) || `; it has ${known.join(', ')}`;
    throw new Mu2NetError('TASK_UNKNOWN', `${config} has no task '${name}'${near}`, {
      task: name,
      file: config,
    });
  });
}

function catalogueTaskOf(task: CatalogueTask): Wanted {
  return {
    name: task.name,
    tfds: task.data.kind === 'tfds' ? tfdsSource(task.data) : null,
    look: () => locateTask(task),
    next: (found) => nextSteps(task, found),
  };
}

const OWN_BUILDER = 'with --builder <path> if TFDS has no builder for it';

function configuredTaskOf(name: string, source: DataSource, config: string): Wanted {
  const tfds = source.kind === 'tfds' ? source : null;
  return {
    name,
    tfds,
    look: () => locateSource(source),
    next: (found) =>
      tfds
        ? preparingSteps(found, `${prepareCommand(name, config)} (${OWN_BUILDER})`)
        : [`correct its path in ${config}`],
  };
}

/** Prepares the sources that are not ready, each once and in turn; returns a verdict per task. */
async function prepareAll(
  wanted: readonly Wanted[],
  options: PrepareOptions,
): Promise<readonly Verdict[]> {
  // The failure of each source; null if there was none.
  const outcomes = new Map<string, string | null>();
  for (const { tfds, look: find } of wanted) {
    const { missing, damaged, source } = find();
    const elsewhere = missing === null && source.kind !== 'tfds';
    const key = JSON.stringify(tfds);
    if (tfds === null || elsewhere || damaged !== null || outcomes.has(key)) continue;
    outcomes.set(key, await waitForFailure(prepareSource(tfds, options)));
  }
  return wanted.map(({ name, tfds, look: find, next }) => {
    const found = find();
    const failure = outcomes.get(JSON.stringify(tfds)) ?? null;
    const missing = failure ?? found.missing;
    const steps = found.missing === null ? [] : next(found);
    // A failure says itself what to do; to repeat this command alone would only fail again.
    const isRepeat = failure !== null && steps.length === 1;
    return { task: name, ready: missing === null, missing, next: isRepeat ? [] : steps };
  });
}

/**
 * Waits for work, and returns its failure; null if there was none.
 * @throws Mu2NetError CANCELLED
 */
async function waitForFailure(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof Mu2NetError) || error.code === 'CANCELLED') throw error;
    return error.message;
  }
}

const DONE = { decode: 'decoded', check: 'checked', label: 'labelled' } as const;

/** Prints a line for each prepared data set and each split that is read. */
function progressLines(globals: Globals) {
  let line: Progress | null = null;
  const clear = () => {
    line?.clear();
    line = null;
  };
  const onProgress = (progress: PrepareProgress) => {
    const { stage, what } = progress;
    if (stage === 'prepare') {
      clear();
      const text = `preparing ${what} with TFDS`;
      print(text);
      // TFDS shows its own progress on a terminal.
      if (!process.stderr.isTTY) line = startProgress(text, globals);
      return;
    }
    const { done, total } = progress;
    const text = doneText(done, total, `images of ${what} ${DONE[stage]}`);
    line ??= startProgress(text, globals);
    line.show(text);
    if (done < total) return;
    clear();
    print(`${DONE[stage]} ${what}: ${plural(total, 'image')}`);
  };
  return { onProgress, clear };
}
