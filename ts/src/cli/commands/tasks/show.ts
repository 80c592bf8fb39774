import { Argument } from 'commander';
import { imageText } from '../../../documents/tasks-page.js';
import { count, percent } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { pairLines } from '../../render/table.js';
import { describeTask, findTask, labelText, type TaskDescription } from '../../render/tasks.js';
import { print, printJson } from '../../shell/output.js';
import { type Screen, screenOf } from '../../shell/screen.js';

export const tasksShow = defineCommand<[task: string]>({
  name: 'show',
  description: 'show a task: its data, splits, licence, published results',
  arguments: [new Argument('<task>', 'for example clevr/count_all or cifar100/1k')],
  run([name], { json }) {
    const task = describeTask(findTask(name));
    if (json) printJson(task);
    else print(...taskLines(task, screenOf(process.stdout)));
  },
});

/** The first classes by name; empty if the catalogue has no names. */
function classNamesText({ classNames }: TaskDescription): string {
  if (!classNames) return '';
  return `: ${classNames.slice(0, 10).join(', ')}${classNames.length > 10 ? ', …' : ''}`;
}

function taskLines(task: TaskDescription, screen: Screen): readonly string[] {
  const { bold, dim } = screen;
  const { data, facts, splits, published } = task;
  const datasets = data.kind === 'tfds' ? [data.dataset, ...data.others] : [];
  return [
    `${bold(task.name)}  ${task.title}`,
    ...pairLines(
      [
        ['benchmark', task.benchmark ?? 'none'],
        ...datasets.map(({ name, version }) => ['TFDS', `${name} ${version}`] as const),
        ...(data.kind === 'tfds' ? [['label', labelText(data.label)] as const] : []),
        ['classes', `${count(facts.numClasses)}${classNamesText(task)}`],
        ['image', imageText(task.image)],
        ...(['train', 'validation', 'test'] as const).map(
          (split) => [split, `${count(facts.examples[split])}  ${dim(splits[split])}`] as const,
        ),
        ...published.map(
          ({ paper, accuracy }) =>
            ['published', `${percent(accuracy)} (${paper}, ViT-L/16)`] as const,
        ),
        ['homepage', task.homepage],
        ['licence', task.licence ?? 'unknown; see its homepage'],
        ['here', task.ready ? 'ready' : `${task.missing}`],
      ],
      screen,
    ),
    ...(task.ready ? [] : [dim(`npx mu2net tasks doctor ${task.name}`)]),
  ];
}
