import { type Command, Option } from 'commander';
import { type CatalogueTask, locateTask, nextSteps } from '../../catalogue/index.js';
import { imageText } from '../../documents/tasks-page.js';
import { count, percent, plural, UNKNOWN } from '../../text/format.js';
import { pairs, table } from '../../text/table.js';
import {
  BENCHMARK_CHOICES,
  labelText,
  outsidePapers,
  recordOf,
  type TaskFilter,
  type TaskRecord,
  taskNamed,
  tasksLike,
} from '../render/tasks.js';
import { type Verdict, verdictLines } from '../render/verdict.js';
import { optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';
import { addTasksPrepare } from './tasks-prepare.js';

export function addTasks(program: Command): void {
  const tasks = program.command('tasks').description('the catalogue of tasks, and their data here');
  addList(tasks);
  addShowTask(tasks);
  addTasksDoctor(tasks);
  addTasksPrepare(tasks);
}

function addList(tasks: Command): void {
  tasks
    .command('list', { isDefault: true })
    .description("the papers' tasks, or those whose name or title has a text in it")
    .argument('[text]', 'part of a name or title')
    .addOption(
      new Option(
        '--benchmark <name>',
        "tasks of one of the papers' benchmarks, or of none",
      ).choices(BENCHMARK_CHOICES),
    )
    .option('--ready', 'only tasks whose data is on this machine')
    .action((text: string | undefined, _own: object, command: Command) => {
      const { json, ...filter } = optionsOf<TaskFilter>(command);
      const found = tasksLike({ ...filter, text }).map(recordOf);
      const records = filter.ready ? found.filter(({ ready }) => ready) : found;
      if (json) printJson(records);
      else print(...listLines(records, filter, colorsOf(process.stdout)));
    });
}

function addShowTask(tasks: Command): void {
  tasks
    .command('show')
    .description('all that is known of a task: its data, splits, terms, published results')
    .argument('<task>', 'for example clevr/count_all or cifar100/1k')
    .action((name: string, _own: object, command: Command) => {
      const record = recordOf(taskNamed(name));
      if (optionsOf(command).json) printJson(record);
      else print(...taskLines(record, colorsOf(process.stdout)));
    });
}

function addTasksDoctor(tasks: Command): void {
  tasks
    .command('doctor')
    .description('is the data of tasks here; if not, what is missing and what to do')
    .argument('[task...]', 'names (default: every task)')
    .action((names: readonly string[], _own: object, command: Command) => {
      const chosen =
        names.length > 0 ? names.map(taskNamed) : [...tasksLike({}), ...outsidePapers()];
      const verdicts = examine(chosen);
      const unready = verdicts.filter(({ ready }) => !ready).length;
      // Asked of all tasks, it is a survey; asked of some, they are wanted.
      if (names.length > 0 && unready > 0) process.exitCode = 1;
      if (optionsOf(command).json) return printJson({ ready: unready === 0, tasks: verdicts });
      const sum = `${count(verdicts.length - unready)} of ${plural(verdicts.length, 'task')} ready`;
      print(...verdicts.flatMap((each) => verdictLines(each, colorsOf(process.stdout))), '', sum);
    });
}

function examine(tasks: readonly CatalogueTask[]): readonly Verdict[] {
  return tasks.map((task) => {
    const found = locateTask(task);
    const { missing } = found;
    return {
      task: task.name,
      ready: missing === null,
      missing,
      next: nextSteps(task, found),
    };
  });
}

function listLines(
  records: readonly TaskRecord[],
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
    records.map(({ name, benchmark: of, facts, image, ready }) => [
      name,
      of ?? UNKNOWN,
      count(facts.numClasses),
      count(facts.examples.train),
      imageText(image),
      ready ? green('yes') : dim('no'),
    ]),
  );
  const ready = records.filter((record) => record.ready).length;
  const others = outsidePapers().map(({ name }) => name);
  return [
    dim(titles),
    ...rows,
    '',
    `${plural(records.length, 'task')}, ${count(ready)} ready here`,
    ...(benchmark === undefined
      ? [dim(`besides, of neither paper: ${others.join(', ')} (--benchmark none)`)]
      : []),
  ];
}

function taskLines(record: TaskRecord, { bold, dim }: Colors): readonly string[] {
  const { data, facts, splits, published } = record;
  const datasets = data.kind === 'tfds' ? [data.dataset, ...data.others] : [];
  return [
    `${bold(record.name)}  ${record.title}`,
    ...pairs([
      ['benchmark', record.benchmark ?? 'none'],
      ...datasets.map(({ name, version }) => ['TFDS', `${name} ${version}`] as const),
      ...(data.kind === 'tfds' ? [['label', labelText(data.label)] as const] : []),
      ['classes', count(facts.numClasses)],
      ['image', imageText(record.image)],
      ...(['train', 'validation', 'test'] as const).map(
        (split) => [split, `${count(facts.examples[split])}  ${dim(splits[split])}`] as const,
      ),
      ...published.map(
        ({ paper, accuracy }) =>
          ['published', `${percent(accuracy)} (${paper}, ViT-L/16)`] as const,
      ),
      ['homepage', record.homepage],
      ['licence', record.licence ?? 'not ascertained; see its homepage'],
      ['here', record.ready ? 'ready' : `${record.missing}`],
    ]).map((line) => `  ${line}`),
    ...(record.ready ? [] : [dim(`npx mu2net tasks doctor ${record.name}`)]),
  ];
}
