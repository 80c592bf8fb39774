import { Argument } from 'commander';
import type { Amount, Change, DiffModel, SystemDifference, TaskDifference } from '../../index.js';
import { briefly, count, metric, percent, plural, quality, UNKNOWN } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import { defineCommand } from '../define-command.js';
import { changeLines } from '../render/changes.js';
import { indentedLines, tableLines } from '../render/table.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

export const diff = defineCommand<[a: string, b: string]>({
  name: 'diff',
  group: 'branch',
  description: 'show the difference of two branches or runs: settings, models, components, scores',
  arguments: [new Argument('<a>', 'a run, or run:branch'), new Argument('<b>', 'the other one')],
  run([a, b], globals) {
    const difference = openNamedRun(a, globals).diff(openNamedRun(b, globals));
    if (globals.json) printJson(difference);
    else print(...differenceLines(difference, screenOf(process.stdout)));
  },
});

function differenceLines(difference: SystemDifference, screen: Screen): readonly string[] {
  const { a, b, settings, tasks, both, onlyA, onlyB } = difference;
  const { bold, dim, width } = screen;
  const amount = ({ components, parameterCount }: Amount) =>
    `${plural(components, 'component')} of ${metric(parameterCount)} parameters`;
  if (settings.length === 0 && tasks.every(({ same }) => same)) {
    return wrapText(
      `${a} and ${b} do not differ: ${tasks.length === 0 ? 'the same settings, no task yet' : `the same settings, ${plural(tasks.length, 'equal model')} of ${amount(both)}`}`,
      screen.width,
    );
  }
  return [
    bold(`${a} → ${b}`),
    ...(settings.length === 0
      ? [dim('the same settings')]
      : [dim('settings'), ...changedLines(settings, screen)]),
    ...wrapText(
      `in both ${amount(both)}, only in ${a} ${amount(onlyA)}, only in ${b} ${amount(onlyB)}`,
      width,
    ),
    ...tasks.flatMap((task) => ['', ...taskLines(task, a, b, screen)]),
  ];
}

function changedLines(changes: readonly Change[], screen: Screen): readonly string[] {
  return indentedLines(screen, ({ width }) => changeLines(changes, width));
}

function taskLines(
  task: TaskDifference,
  nameA: string,
  nameB: string,
  screen: Screen,
): readonly string[] {
  const { bold } = screen;
  const { a, b, same, components, hyperparameters } = task;
  if (same && a) return [`${bold(task.task)}  the same model, path ${a.pathId}`];
  if (!a || !b) {
    const [model, where] = a ? [a, nameA] : [b, nameB];
    return [`${bold(task.task)}  only in ${where}, path ${model?.pathId ?? UNKNOWN}`];
  }
  const models: [string, DiffModel][] = [
    [nameA, a],
    [nameB, b],
  ];
  const named = (kind: (typeof components)[number]['kind'], words: string) => {
    const these = components.filter((each) => each.kind === kind).map(({ name }) => name);
    return these.length === 0 ? [] : [`${words}: ${briefly(these)}`];
  };
  const lists = [
    ...named('same', 'same components'),
    ...named('other', 'other components'),
    ...named('only-a', `only in ${nameA}`),
    ...named('only-b', `only in ${nameB}`),
  ];
  return [
    bold(task.task),
    ...indentedLines(screen, (narrower) => [
      ...tableLines(MODEL_COLUMNS, models.map(modelCells), narrower),
      ...lists.flatMap((text) => wrapText(text, narrower.width)),
    ]),
    ...changedLines(hyperparameters, screen),
  ];
}

const MODEL_COLUMNS = [
  { title: '' },
  { title: 'test', numeric: true },
  { title: 'validation', numeric: true },
  { title: 'score', numeric: true, leaves: 1 },
  { title: 'parameters', numeric: true },
  { title: 'path', numeric: true, leaves: 2 },
];

function modelCells([name, model]: [string, DiffModel]): readonly string[] {
  const { testAccuracy, validationAccuracy, score, parameterCount, pathId } = model;
  return [
    name,
    percent(testAccuracy),
    percent(validationAccuracy),
    quality(score),
    count(parameterCount),
    String(pathId),
  ];
}
