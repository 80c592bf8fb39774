import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PUBLISHED } from '../catalogue/index.js';
import { iterationsOf } from '../domain/experiment.js';
import {
  experimentsPage,
  figuresOf,
  type SurveyedConfig,
  surveyConfigs,
  withFigures,
} from './experiments-page.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const configs = surveyConfigs(join(root, 'configs'));
const header = (path: string) =>
  readFileSync(join(root, 'configs', path), 'utf8').split('\n\n')[0] ?? '';

it('docs/experiments.md tells of the configurations as they stand: npm run experiments', () => {
  const page = readFileSync(join(root, 'docs/experiments.md'), 'utf8');
  expect(page).toBe(experimentsPage(configs));
});

describe.each(configs.map((config) => [config.path, config] as const))('%s', (path, config) => {
  it('has the name of its place, and says whose experiment it is and what it costs', () => {
    expect(config.experiment.name).toBe(path.replace('.yaml', '').replaceAll('/', '-'));
    expect(header(path)).toMatch(/^(# \S.*\n)+#\n# Paper: {5}\S/);
    expect(config.simulated).toMatch(/^\d[\d,]* children, \S+ \S*FLOP, \S.* parameters$/);
  });

  it('gives the published figures of its tasks, or says that there are none', () => {
    const given = /^# Published: (.*(\n# {12}.*)*)/m.exec(header(path))?.[1] ?? 'no figure';
    if (given.startsWith('no figure')) return;
    const { tasks, method } = config.experiment;
    const names = new Set(tasks.map(({ name }) => name));
    const published = PUBLISHED.filter(
      (each) => each.paper === method.name && names.has(each.task),
    );
    const figures = [...given.replaceAll(/\n#\s+/g, ' ').matchAll(/([\w/]+) (\d+\.\d\d)/g)];
    expect(new Map(figures.map(([, task, value]) => [task, Number(value)]))).toEqual(
      new Map(published.map(({ task, value }) => [task, Number((100 * value).toFixed(2))])),
    );
  });
});

/** Those that take seconds; a change to evolution that shows in any shows in some of these. */
function isQuick({ experiment }: SurveyedConfig): boolean {
  return iterationsOf(experiment) * experiment.method.samplesPerTask <= 400;
}

it.each(configs.filter(isQuick).map((config) => [config.path, config] as const))(
  '%s costs what its header says: npm run experiments -- --all',
  async (_, { experiment, simulated }) => {
    expect(await figuresOf(experiment)).toBe(simulated);
  },
  30_000,
);

it('writes figures where the old ones were', () => {
  const text = '# A title.\n#\n# Simulated: old, figures\n\nname: x\n';
  expect(withFigures(text, 'new')).toBe('# A title.\n#\n# Simulated: new\n\nname: x\n');
});
