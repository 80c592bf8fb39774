import { Argument, Option } from 'commander';
import { imageText } from '../../../documents/tasks-page.js';
import { count, plural, UNKNOWN } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { noteLines, tableLines } from '../../render/table.js';
import {
  BENCHMARK_CHOICES,
  describeTask,
  findTasks,
  type TaskDescription,
  type TaskFilter,
  tasksOutsidePapers,
} from '../../render/tasks.js';
import { print, printJson } from '../../shell/output.js';
import { type Screen, screenOf } from '../../shell/screen.js';

export const tasksList = defineCommand<[text?: string], TaskFilter>({
  name: 'list',
  isDefault: true,
  description: "list the papers' tasks, or those with a text in their name or title",
  arguments: [new Argument('[text]', 'part of a name or title')],
  options: [
    new Option(
      '--benchmark <name>',
      "only tasks of one of the papers' benchmarks, or of none",
    ).choices(BENCHMARK_CHOICES),
    new Option('--ready', 'only tasks whose data is on this machine'),
  ],
  run([text], { json, ...filter }) {
    const found = findTasks({ ...filter, text }).map(describeTask);
    const tasks = filter.ready ? found.filter(({ ready }) => ready) : found;
    if (json) printJson(tasks);
    else print(...listLines(tasks, filter, screenOf(process.stdout)));
  },
});

function listLines(
  tasks: readonly TaskDescription[],
  { benchmark }: TaskFilter,
  screen: Screen,
): readonly string[] {
  const { dim, green } = screen;
  const lines = tableLines(
    [
      { title: 'task' },
      { title: 'benchmark' },
      { title: 'classes', numeric: true },
      { title: 'examples', numeric: true, leaves: 2 },
      { title: 'image', leaves: 1 },
      { title: 'ready' },
    ],
    tasks.map(({ name, benchmark: of, facts, image, ready }) => [
      name,
      of ?? UNKNOWN,
      count(facts.numClasses),
      count(facts.examples.train),
      imageText(image),
      ready ? green('yes') : dim('no'),
    ]),
    screen,
  );
  const ready = tasks.filter((task) => task.ready).length;
  const others = tasksOutsidePapers().map(({ name }) => name);
  return [
    ...lines,
    '',
    `${plural(tasks.length, 'task')}, ${count(ready)} ready here`,
    ...(benchmark === undefined
      ? noteLines(`also, from neither paper: ${others.join(', ')} (--benchmark none)`, screen)
      : []),
  ];
}
