import { Argument, Option } from 'commander';
import { imageText } from '../../documents/tasks-page.js';
import { count, plural, UNKNOWN } from '../../text/format.js';
import { table } from '../../text/table.js';
import { defineCommand } from '../define-command.js';
import {
  BENCHMARK_CHOICES,
  describeTask,
  findTasks,
  type TaskDescription,
  type TaskFilter,
  tasksOutsidePapers,
} from '../render/tasks.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

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
    else print(...listLines(tasks, filter, colorsOf(process.stdout)));
  },
});

function listLines(
  tasks: readonly TaskDescription[],
  { benchmark }: TaskFilter,
  { dim, green }: Colors,
): readonly string[] {
  const [titles = '', ...rows] = table(
    [
      { title: 'task' },
      { title: 'benchmark' },
      { title: 'classes', numeric: true },
      { title: 'examples', numeric: true },
      { title: 'image' },
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
  );
  const ready = tasks.filter((task) => task.ready).length;
  const others = tasksOutsidePapers().map(({ name }) => name);
  return [
    dim(titles),
    ...rows,
    '',
    `${plural(tasks.length, 'task')}, ${count(ready)} ready here`,
    ...(benchmark === undefined
      ? [dim(`also, from neither paper: ${others.join(', ')} (--benchmark none)`)]
      : []),
  ];
}
