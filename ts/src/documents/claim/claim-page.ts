import { metric, percent, plural, points } from '../../text/format.js';
import { disagreement } from '../../views/disagreement.js';
import type { Interval } from '../../views/interval.js';
import { meanOf } from '../../views/student.js';
import {
  ARMS,
  type Arm,
  type ArmSummary,
  BASELINES,
  type Difference,
  differencesOf,
  PLAN,
  summarizeArms,
} from './comparison.js';
import { drawClaim, type FigureSource } from './figures.js';
import type { CellResult } from './results.js';

/** Returns what the page and its figures show. */
export function figureSourceOf(results: readonly CellResult[]): FigureSource {
  const differences = BASELINES.flatMap((minus) => differencesOf(results, 'mu2net', minus));
  return {
    arms: summarizeArms(results),
    differences: differences.toSorted((a, b) => a.budget - b.budget),
  };
}

/** The page docs/evolution-against-fine-tuning.md, which says what the file of results shows. */
export function claimPage(results: readonly CellResult[]): string {
  const source = figureSourceOf(results);
  return [
    '# Evolution against fine-tuning',
    '',
    'Does it pay to evolve one system, if one could fine-tune a model for each task for the same steps?',
    'This page is generated from [claim/results.jsonl](claim/results.jsonl) by',
    '`node scripts/claim-document.mjs`. A cell is one arm with one seed at one budget. This command',
    'measures the cells that the file lacks, in an order that keeps every prefix fair:',
    '',
    '```sh',
    'node examples/scripts-benchmark/compare.js --results docs/claim/results.jsonl',
    '```',
    '',
    ...outcome(source),
    ...measured(results),
    ...tables(source, results),
    ...forgotten(results),
    ...plus(results),
    ...method(results),
    '## Earlier measurements',
    '',
    '[From a weak root, and on three scripts](claim/earlier.md): smaller comparisons with other budgets.',
    '',
  ].join('\n');
}

function outcome(source: FigureSource): readonly string[] {
  const { differences } = source;
  const lines =
    differences.length === 0
      ? [
          'No seed has both evolution and a baseline yet, so this page cannot say which is better. In',
          '[earlier, smaller comparisons](claim/earlier.md), evolution lost to fine-tuning from a weak root,',
          'and was ahead from this root on three tasks with one seed.',
        ]
      : differences.map((each) => `- ${verdictOf(each)}`);
  const figures = [...drawClaim(source)].flatMap(([name, { title, subtitle }]) => [
    `![${title}: ${subtitle}.](images/claim/${name}.svg)`,
    '',
  ]);
  return ['## Outcome', '', ...lines, '', ...figures];
}

/** Says in a sentence which of two arms is better, if the interval shows it. */
export function verdictOf({ arm, minus, budget, mean }: Difference): string {
  const { value, interval, seeds, tasks } = mean;
  const [name, other] = [ARMS[arm], ARMS[minus]];
  const which =
    interval === null || (interval[0] <= 0 && interval[1] >= 0)
      ? `no difference between ${name} and ${other} is shown`
      : `**${name} is ${value > 0 ? 'better' : 'worse'} than ${other}**`;
  const number = `${points(value)} points${interval ? `, ${rangeOf(interval)}` : ''}`;
  return `Budget ×${budget}: ${which} (${number}; ${plural(seeds, 'seed')}, ${plural(tasks, 'task')}).`;
}

/** The table of cells that are measured, and of those that are not. */
function measured(results: readonly CellResult[]): readonly string[] {
  const { seeds, budgets } = PLAN;
  const names = Object.keys(ARMS);
  const countOf = (seed: number, budget: number) =>
    results.filter((each) => each.seed === seed && each.budget === budget && each.arm in ARMS);
  const all = seeds.length * budgets.length * names.length;
  const done = seeds.flatMap((seed) => budgets.flatMap((budget) => countOf(seed, budget))).length;
  return [
    '## Measured and not measured',
    '',
    `${done} of ${all} cells are measured. The table has the number of arms, ${names.length} at most.`,
    '',
    `| seed | ${budgets.map((budget) => `×${budget}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(budgets.length)}`,
    ...seeds.map((seed) => {
      const row = budgets.map((budget) => countOf(seed, budget).length || 'not yet');
      return `| ${seed} | ${row.join(' | ')} |`;
    }),
    '',
    'This is an estimate of the time, at the rate of the quickstart (7.92 TFLOP in 118 s on two cores):',
    'a seed takes 12 minutes at budget ×1, five seeds take an hour, and all cells take 15 hours.',
    '`--budgets 1` measures the first column alone.',
    '',
  ];
}

function tables({ arms, differences }: FigureSource, results: readonly CellResult[]) {
  if (arms.length === 0) return [];
  return [
    '## Accuracy and size',
    '',
    'Mean test accuracy over seeds and tasks. The parameters are those of the whole system: all models',
    'together, what they share counted once. Operations are those of training and validation.',
    '',
    '| budget | arm | seeds | accuracy | parameters | operations |',
    '| --- | --- | --- | --- | --- | --- |',
    ...arms.map((each) => {
      const size = `${metric(each.systemParameterCount)} | ${metric(each.trainingFlops, 'FLOP')}`;
      return `| ×${each.budget} | ${ARMS[each.arm]} | ${each.accuracy.seeds} | ${percent(each.accuracy.value)} | ${size} |`;
    }),
    '',
    ...differenceTable(differences, results),
    ...taskTable(arms),
    ...addedTable(arms),
  ];
}

/** Evolution minus baselines, with both intervals and the images that decide. */
function differenceTable(
  differences: readonly Difference[],
  results: readonly CellResult[],
): readonly string[] {
  if (differences.length === 0) return [];
  return [
    '## Paired differences',
    '',
    'Accuracy of the first arm minus that of the second, in points, on the same seeds, tasks and test',
    'images. Seeds and tasks are crossed, because every seed learns the same tasks: *other seeds* is',
    "Student's interval of the means of the seeds, for these tasks; *other seeds and tasks* is that of",
    'the two-way analysis of variance with both random, and with one seed it covers other tasks only. The',
    'last columns are tasks on which the first arm is ahead, and images that only one of both gets right.',
    '',
    '| budget | first − second | seeds | difference | other seeds | other seeds and tasks | ahead | only first : only second |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...differences.map((each) => {
      const { budget, arm, minus, mean } = each;
      const ahead = mean.byTask.filter((value) => value > 0).length;
      return [
        `| ×${budget} | ${ARMS[arm]} − ${ARMS[minus]} | ${mean.seeds} | ${points(mean.value)}`,
        rangeOf(mean.seedInterval),
        rangeOf(mean.interval),
        `${ahead} of ${mean.tasks}`,
        `${imagesOf(each, results)} |`,
      ].join(' | ');
    }),
    '',
  ];
}

/** Counts the images that only one of two arms gets right, over common seeds and tasks. */
function imagesOf({ budget, arm, minus }: Difference, results: readonly CellResult[]): string {
  let [first, second] = [0, 0];
  for (const ours of results.filter((each) => each.arm === arm && each.budget === budget)) {
    const theirs = results.find(
      (each) => each.arm === minus && each.budget === budget && each.seed === ours.seed,
    );
    for (const { task, outcomes } of ours.tasks) {
      const other = theirs?.tasks.find((each) => each.task === task);
      if (!other) continue;
      const only = disagreement(bitsOf(outcomes), bitsOf(other.outcomes));
      first += only.onlyFirst;
      second += only.onlyOther;
    }
  }
  return `${first} : ${second}`;
}

const bitsOf = (outcomes: string) => new Uint8Array(Buffer.from(outcomes, 'base64'));

/** Accuracy of each task at the smallest budget, mean over seeds. */
function taskTable(arms: readonly ArmSummary[]): readonly string[] {
  const own = smallestOf(arms);
  const [cell] = own[0]?.cells ?? [];
  if (!cell) return [];
  const probes = meanOf(cell.tasks.map(({ probe, total }) => probe / total))?.value ?? null;
  return [
    `## Task by task, budget ×${cell.budget}`,
    '',
    'Mean over seeds. `probe` is a linear classifier on the features of the root, fitted to the end.',
    '',
    `| task | ${own.map(({ arm }) => ARMS[arm]).join(' | ')} | probe |`,
    `| --- |${' --- |'.repeat(own.length + 1)}`,
    ...cell.tasks.map(({ task, probe, total }, nth) => {
      const row = own.map(({ accuracy }) => percent(accuracy.byTask[nth] ?? null));
      return `| ${task} | ${row.join(' | ')} | ${percent(probe / total)} |`;
    }),
    `| mean | ${own.map(({ accuracy }) => percent(accuracy.value)).join(' | ')} | ${percent(probes)} |`,
    '',
  ];
}

function addedTable(arms: readonly ArmSummary[]): readonly string[] {
  const own = smallestOf(arms);
  const halves = own.map(({ arm, added }) => {
    const middle = Math.floor(added.length / 2);
    const meanIn = (some: readonly number[]) => metric(meanOf(some)?.value ?? null);
    return `| ${ARMS[arm]} | ${added.map((each) => metric(each)).join(' | ')} | ${meanIn(added.slice(0, middle))} | ${meanIn(added.slice(middle))} |`;
  });
  const tasks = own[0]?.added ?? [];
  return [
    '## Parameters that each task adds',
    '',
    `In the order of learning, mean over seeds, budget ×${own[0]?.budget}; then the means of the first and the second half.`,
    '',
    `| arm | ${tasks.map((_, nth) => nth + 1).join(' | ')} | first half | second half |`,
    `| --- |${' --- |'.repeat(tasks.length + 2)}`,
    ...halves,
    '',
  ];
}

/** The arms at the smallest budget that was measured. */
function smallestOf(arms: readonly ArmSummary[]): readonly ArmSummary[] {
  const least = Math.min(...arms.map(({ budget }) => budget));
  return arms.filter(({ budget }) => budget === least);
}

function forgotten(results: readonly CellResult[]): readonly string[] {
  const models = results
    .filter(({ arm }) => arm === 'mu2net' || arm === 'mu2net-plus')
    .flatMap(({ tasks }) => tasks);
  if (models.length === 0) return [];
  const same = models.filter(({ isUnchanged }) => isUnchanged).length;
  const images = models.reduce((sum, { total }) => sum + total, 0);
  return [
    '## Nothing forgotten',
    '',
    `When a system had learned its last task, every model was tested again. ${same} of the`,
    `${plural(models.length, 'model')} were right and wrong on the same of ${plural(images, 'test image')} as when their task had ended.`,
    '',
  ];
}

function plus(results: readonly CellResult[]): readonly string[] {
  const added = differencesOf(results, 'mu2net-plus', 'mu2net');
  return [
    '## The extensions of µ2Net+',
    '',
    'µ2Net+ learns the probability of each mutation, and its score has a price on operations too, which',
    'are equal here because no depth changes. [The method](method.md) has its other rules.',
    '',
    ...(added.length === 0
      ? ['No seed has both methods yet.']
      : added.map((each) => `- ${verdictOf(each)}`)),
    '',
  ];
}

function method(results: readonly CellResult[]): readonly string[] {
  const versions = [
    ...new Set(
      results.map(
        ({ versions: { mu2net, python, jax }, device }) =>
          `mu2net ${mu2net}, Python ${python}, jax ${jax} on ${device}`,
      ),
    ),
  ].sort();
  const names: readonly Arm[] = ['finetune-tuned', 'finetune-once', 'head'];
  const dates = results.map((each) => each.measured).sort();
  return [
    '## How it is measured',
    '',
    '- **Root**: the one that comes with mu2net, which knows printed characters of 79 other scripts.',
    '- **Tasks**: the first ten of the benchmark `scripts`, in its order: 800 images to train, 200 to',
    '  validate, 500 to test, in fonts that no one learned from.',
    '- **Budget ×1**: 8 children for a task, 4 validations for a child, 25 steps of 32 images before each.',
    '  A budget multiplies the validations, and with them the steps, of every child.',
    '- **Evolution**: `configs/scripts/mu2net.yaml` and `mu2net-plus.yaml`, one system for all tasks.',
    `- **Baselines**: ${names.map((arm) => `\`${arm}.yaml\``).join(', ')}. Each task`,
    '  starts from the root. *Tuned* has the same children and mutations of learning rate and momentum;',
    '  *once* and *head alone* have one child with all the steps.',
    '- The best validation decides everywhere; test images decide nothing. No difference is corrected for',
    '  the number of comparisons.',
    ...(versions.length === 0
      ? []
      : [
          `- **Versions**: ${versions.join('; ')}. Measured ${[...new Set([dates[0], dates.at(-1)])].join(' to ')}.`,
        ]),
    '',
  ];
}

/** An interval of accuracies in points; a dash without one. */
function rangeOf(interval: Interval | null): string {
  return interval === null ? '–' : `${points(interval[0])} to ${points(interval[1])}`;
}
