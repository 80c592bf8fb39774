import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadExperiment } from '../config/index.js';
import type { Experiment } from '../domain/experiment.js';
import { simulate } from '../run/simulate.js';
import { metric, plural } from '../text/format.js';

/** A configuration of this package, and what its header says. */
export interface SurveyedConfig {
  /** Relative to the folder of configurations: `mu2net/ti0-cmaterdb.yaml`. */
  readonly path: string;
  /** First sentence of the header. */
  readonly title: string;
  readonly experiment: Experiment;
  /** Digest of everything that the simulated figures depend on; it shows which are out of date. */
  readonly digest: string;
  /** Figures of a simulation in the header; null when it has none. */
  readonly simulated: string | null;
}

/** Figures begin with a number; a header without figures says `not yet`. */
const SIMULATED = /^# Simulated: (?:(\d.*)|.*)$/m;

/** Reads all configurations below a folder, ordered by path; optional tasks are always included. */
export function surveyConfigs(folder: string): readonly SurveyedConfig[] {
  const options = { dataMustExist: false, leaveOut: false };
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      const { experiment } = loadExperiment(join(folder, path), {}, options);
      const simulated = SIMULATED.exec(text)?.[1] ?? null;
      return { path, title: titleOf(text), experiment, digest: digestOf(experiment), simulated };
    });
}

function titleOf(text: string): string {
  const [header = ''] = text.split(/\n#?\n/);
  const [title = ''] = header
    .replaceAll(/^# /gm, '')
    .replaceAll('\n', ' ')
    .split(/(?<=\.) (?=\w)/);
  return title;
}

/** Digest of what a simulation depends on; places of data and names of classes are left out. */
function digestOf(experiment: Experiment): string {
  const { seed, architecture, method, training, taskIterations, cycles } = experiment;
  const tasks = experiment.tasks.map(({ source: _, classNames: __, ...task }) => task);
  const text = JSON.stringify([
    seed,
    architecture,
    method,
    training,
    tasks,
    taskIterations,
    cycles,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** Simulates an experiment and writes its figures as the headers do. */
export async function figuresOf(experiment: Experiment): Promise<string> {
  const { children, flops, system } = await simulate(experiment);
  const size = metric(system.systemParameterCount);
  return `${plural(children, 'child', 'children')}, ${metric(flops, 'FLOP')}, ${size} parameters`;
}

/** Replaces the simulated figures in the header of a configuration. */
export function withFigures(text: string, figures: string): string {
  return text.replace(SIMULATED, `# Simulated: ${figures}`);
}

const FOLDERS: Readonly<Record<string, string>> = {
  '': 'To start with.',
  mu2net: 'Experiments of µ2Net ([arXiv 2205.12755](https://arxiv.org/abs/2205.12755)).',
  'mu2net-plus': 'Experiments by µ2Net+ ([arXiv 2209.07326](https://arxiv.org/abs/2209.07326)).',
  baselines:
    'Baselines: every task is trained by itself from the root, with as many training steps as in evolution and without mutation.',
  scripts:
    'The benchmark of scripts, which comes with mu2net, by both methods and by baselines with as many training steps. `examples/scripts-benchmark/compare.js` compares them.',
  small:
    'Small versions of each family for two CPU cores, on data that comes with the set-up. The headers give the results of those that were run.',
};

/** The page docs/experiments.md, which lists all configurations. */
export function experimentsPage(configs: readonly SurveyedConfig[]): string {
  const folderOf = ({ path }: SurveyedConfig) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return [
    '# Experiments',
    '',
    'The configurations that come with mu2net; `npm run experiments` generates this page from',
    '[configs/](../configs).',
    '',
    'The experiments of the papers need data that must be obtained first (`npx mu2net tasks doctor`);',
    '`npx mu2net simulate` needs no data. Each header names the part of the notebook that the',
    'configuration reproduces, and the published figures of its tasks if there are any;',
    '`npx mu2net report` shows them beside those of a run. Your own configuration may build on one:',
    '`extends: configs/mu2net/ti3-chars.yaml`.',
    '',
    'The figures are those of `npx mu2net simulate`. It makes every decision on synthetic qualities, so',
    'the components that are cloned, and with them the cost, are estimates. The operations are counted,',
    'not measured; how long they take depends on the machine. The parameters are those of the whole',
    'system at the end. The last column is a digest of everything that the figures depend on; when it',
    'changes, the row is simulated again.',
    '',
    ...Object.entries(FOLDERS).flatMap(([folder, words]) => [
      `## configs/${folder}`,
      '',
      words,
      '',
      '| file | what | tasks | children, operations, size | digest |',
      '| --- | --- | --- | --- | --- |',
      ...configs
        .filter((config) => folderOf(config) === folder)
        .map(({ path, title, experiment, simulated, digest }) => {
          const link = `[${path.slice(folder === '' ? 0 : folder.length + 1)}](../configs/${path})`;
          const tasks = experiment.tasks.length;
          return `| ${link} | ${title} | ${tasks} | ${simulated ?? '–'} | ${digest} |`;
        }),
      '',
    ]),
  ].join('\n');
}
