import type { ImageFacts } from '../catalogue/dataset.js';
import {
  BENCHMARK_TITLES,
  benchmarkTasks,
  catalogueTasks,
  PAPER_TASKS,
} from '../catalogue/index.js';
import { PAPERS, type Paper, publishedOf } from '../catalogue/published.js';
import { BENCHMARKS, type CatalogueTask } from '../catalogue/task.js';

const count = (value: number) => value.toLocaleString('en');
const code = (text: string) => `\`${text}\``;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [row(titles), row(titles.map(() => '---')), ...rows.map(row)];
}

/** Describes the images of a task: `28×28, grey`, `any size`. */
export function imageText({ size, channels }: ImageFacts): string {
  const extent = size === null ? 'any size' : size.join('×');
  return channels === 1 ? `${extent}, grey` : extent;
}

function publishedText({ name }: CatalogueTask, paper: Paper): string {
  const value = publishedOf(name).find((result) => result.paper === paper)?.value;
  return value === undefined ? '' : (100 * value).toFixed(2);
}

function taskRow(task: CatalogueTask): readonly string[] {
  const { name, title, data, facts, splits, image, homepage, licence, obtain } = task;
  const datasets = data.kind === 'tfds' ? [data.dataset, ...data.others] : [];
  return [
    code(name),
    `[${title}](${homepage})`,
    datasets.map((each) => `${each.name} ${each.version}`).join(', '),
    count(facts.numClasses),
    (['train', 'validation', 'test'] as const)
      .map((split) => `${count(facts.examples[split])} ${code(splits[split])}`)
      .join(', '),
    imageText(image),
    obtain.kind,
    licence ?? '–',
    publishedText(task, 'mu2net'),
    publishedText(task, 'mu2net+'),
  ];
}

const TITLES = [
  'task',
  'shows',
  'TFDS data set',
  'classes',
  'train, validation, test',
  'image',
  'obtained',
  'licence',
  PAPERS.mu2net.title,
  PAPERS['mu2net+'].title,
];

/** Tasks whose data is obtained in a way; those cut to 1000 examples share it with the full ones. */
const tasksObtained = (kind: CatalogueTask['obtain']['kind']) =>
  PAPER_TASKS.filter(({ obtain, name }) => obtain.kind === kind && !name.endsWith('/1k'));

/** The page docs/tasks.md, which shows the whole catalogue. */
export function tasksPage(): string {
  return [
    '# The catalogue of tasks',
    '',
    `The ${PAPER_TASKS.length} tasks of µ2Net ([arXiv ${PAPERS.mu2net.arxiv}](https://arxiv.org/abs/${PAPERS.mu2net.arxiv}))`,
    `and µ2Net+ ([arXiv ${PAPERS['mu2net+'].arxiv}](https://arxiv.org/abs/${PAPERS['mu2net+'].arxiv})).`,
    '`npm run generate` generates this page from `ts/src/catalogue`.',
    '',
    '- `npx mu2net tasks` lists the tasks, and `npx mu2net tasks show <task>` shows one.',
    '- `npx mu2net tasks doctor <task>` says whether its data is here and what to do if it is not.',
    '- `npx mu2net tasks prepare <task>` lets TFDS download and prepare the data, and decodes it once.',
    '',
    'A configuration names a task, a task after `private:`, or a benchmark:',
    '`tasks: { benchmark: vtab-full }`.',
    '',
    'Splits are slices of the data set in the syntax of',
    '[TFDS](https://www.tensorflow.org/datasets/splits). Classes, sizes and images are those of the TFDS',
    'catalogue. *automatic*: TFDS downloads the data; *manual* and *broken* are explained below. A',
    'licence is given where its text was found at the source; – means that none was found, so see the',
    'homepage. The last two columns are published test accuracies (ViT-L/16, top-1, in per cent).',
    '',
    ...BENCHMARKS.flatMap((benchmark) => [
      `## ${BENCHMARK_TITLES[benchmark]} (\`${benchmark}\`, ${benchmarkTasks(benchmark).length})`,
      '',
      ...table(TITLES, benchmarkTasks(benchmark).map(taskRow)),
      '',
    ]),
    '## In neither paper',
    '',
    ...table(
      TITLES,
      catalogueTasks()
        .filter(({ benchmark }) => benchmark === null)
        .map(taskRow),
    ),
    '',
    '## Obtained by hand',
    '',
    "Files go into TFDS's manual folder, `downloads/manual` in `$TFDS_DATA_DIR` (or `~/tensorflow_datasets`).",
    '',
    ...tasksObtained('manual').flatMap(({ name, obtain }) =>
      obtain.kind === 'manual' ? [`- ${code(name)}: ${obtain.instructions}.`] : [],
    ),
    '',
    '## Broken upstream',
    '',
    ...tasksObtained('broken').flatMap(({ name, obtain }) =>
      obtain.kind === 'broken' ? [`- ${code(name)}: ${obtain.problem}; ${obtain.remedy}.`] : [],
    ),
    '',
  ].join('\n');
}
