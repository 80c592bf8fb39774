import { Argument } from 'commander';
import type { Amount, SystemDifference, TaskDifference } from '../../index.js';
import { briefly, count, metric, percent, plural, quality, UNKNOWN } from '../../text/format.js';
import { table } from '../../text/table.js';
import { defineCommand } from '../define-command.js';
import { changeLines } from '../render/changes.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';
import { openNamedRun } from '../shell/run.js';

export const diff = defineCommand<[a: string, b: string]>({
  name: 'diff',
  group: 'branch',
  description: 'show the difference of two branches or runs: settings, models, components, scores',
  arguments: [new Argument('<a>', 'a run, or run:branch'), new Argument('<b>', 'the other one')],
  run([a, b], globals) {
    const difference = openNamedRun(a, globals).diff(openNamedRun(b, globals));
    if (globals.json) printJson(difference);
    else print(...differenceLines(difference, colorsOf(process.stdout)));
  },
});

function differenceLines(difference: SystemDifference, colors: Colors): readonly string[] {
  const { a, b, settings, tasks, both, onlyA, onlyB } = difference;
  const { bold, dim } = colors;
  const amount = ({ components, parameterCount }: Amount) =>
    `${plural(components, 'component')} of ${metric(parameterCount)} parameters`;
  if (settings.length === 0 && tasks.every(({ same }) => same)) {
    return [
      `${a} and ${b} do not differ: ${tasks.length === 0 ? 'the same settings, no task yet' : `the same settings, ${plural(tasks.length, 'equal model')} of ${amount(both)}`}`,
    ];
  }
  return [
    bold(`${a} → ${b}`),
    ...(settings.length === 0
      ? [dim('the same settings')]
      : [dim('settings'), ...changeLines(settings).map((line) => `  ${line}`)]),
    `in both ${amount(both)}, only in ${a} ${amount(onlyA)}, only in ${b} ${amount(onlyB)}`,
    ...tasks.flatMap((task) => ['', ...taskLines(task, a, b, colors)]),
  ];
}

function taskLines(
  task: TaskDifference,
  nameA: string,
  nameB: string,
  { bold, dim }: Colors,
): readonly string[] {
  const { a, b, same, components, hyperparameters } = task;
  if (same && a) return [`${bold(task.task)}  the same model, path ${a.pathId}`];
  if (!a || !b) {
    const [model, where] = a ? [a, nameA] : [b, nameB];
    return [`${bold(task.task)}  only in ${where}, path ${model?.pathId ?? UNKNOWN}`];
  }
  const [titles = '', ...rows] = table(
    [
      { title: '' },
      { title: 'test', numeric: true },
      { title: 'validation', numeric: true },
      { title: 'score', numeric: true },
      { title: 'parameters', numeric: true },
      { title: 'path', numeric: true },
    ],
    [
      [nameA, a],
      [nameB, b],
    ].map(([name, model]) => {
      const {
        testAccuracy,
        validationAccuracy,
        score,
        parameterCount: totalParams,
        pathId,
      } = model as typeof a;
      return [
        String(name),
        percent(testAccuracy),
        percent(validationAccuracy),
        quality(score),
        count(totalParams),
        String(pathId),
      ];
    }),
  );
  const named = (kind: (typeof components)[number]['kind'], words: string) => {
    const these = components.filter((each) => each.kind === kind).map(({ name }) => name);
    return these.length === 0 ? [] : [`  ${words}: ${briefly(these)}`];
  };
  return [
    bold(task.task),
    `  ${dim(titles)}`,
    ...rows.map((row) => `  ${row}`),
    ...named('same', 'same components'),
    ...named('other', 'other components'),
    ...named('only-a', `only in ${nameA}`),
    ...named('only-b', `only in ${nameB}`),
    ...changeLines(hyperparameters).map((line) => `  ${line}`),
  ];
}
