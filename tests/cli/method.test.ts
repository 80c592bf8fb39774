import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeExperiment, checkModule, loadExperiment } from '../../ts/src/config/index.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net } from './cli.js';
import { simulationShape } from './shapes.js';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/tournament.js');
const PACKAGE = pathToFileURL(join(ROOT, 'dist/ts/src/index.js')).href;
const SMALL = 'tasks: [mnist, digits]\ntaskIterations: 1\n';
const folder = temporaryFolder();
const config = (name: string, method: string) => {
  writeFileSync(join(folder, `${name}.yaml`), `name: ${name}\n${SMALL}method: ${method}\n`);
  return `${name}.yaml`;
};

describe('a user’s own method', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'methods'));
    writeFileSync(join(folder, 'methods/empty.js'), 'export const nothing = 1;\n');
    writeFileSync(join(folder, 'methods/broken.js'), 'throw new Error("it is broken");\n');
    writeFileSync(join(folder, 'methods/package.json'), '{ "type": "module" }');
    cpSync(EXAMPLE, join(folder, 'methods/lonely.mjs'));
  });

  it('is loaded from its file, and simulates with the same result each time', () => {
    const size = 'samplesPerTask: 4, width: 2';
    const file = config('own', `{ name: tournament, module: ${EXAMPLE}, ${size} }`);
    const [first, second] = [1, 2].map(() => mu2net(folder, ['simulate', file, '--json']).stdout);
    expect(simulationShape.parse(JSON.parse(first ?? '')).children).toBe(8);
    expect(second).toBe(first);
    const base = mu2net(folder, [
      'simulate',
      file,
      '--json',
      '--set',
      'method.name=mu2net+',
    ]).stdout;
    expect(base).not.toBe(first);
  });

  it('has the parameters of its base method, and can lend a policy', () => {
    const own = config('shown', `{ name: tournament, module: ${EXAMPLE} }`);
    const shown = JSON.parse(mu2net(folder, ['config', 'show', own, '--json']).stdout);
    expect(shown.method).toMatchObject({
      name: 'tournament',
      module: EXAMPLE,
      maxTaskPopulation: 7,
      warmupStart: 0.001,
      normaliseFirst: false,
    });
    const lent = config('lent', `{ module: ${EXAMPLE}, policies: { parent: tournament } }`);
    expect(mu2net(folder, ['simulate', lent])).toMatchObject({ status: 0 });
  });

  it.each([
    ['no such file', '{ module: ./absent.js }', /no method module \.\/absent\.js in .*; correct/],
    [
      'a module without a method',
      '{ module: ./methods/empty.js }',
      /empty\.js exports no method; export the result/,
    ],
    ['a module that fails', '{ module: ./methods/broken.js }', /does not load: .*it is broken/],
    [
      'a module that cannot import mu2net',
      '{ module: ./methods/lonely.mjs }',
      /does not load: .*'mu2net'/,
    ],
    [
      'a different name',
      `{ name: tourney, module: ${EXAMPLE} }`,
      /'tourney' .* there are tournament, mu2net/,
    ],
    [
      'an unknown lender',
      '{ policies: { data: mine } }',
      /method 'mine' is not known; there are mu2net, mu2net\+, baseline/,
    ],
  ])('is an error of one line: %s', (name, method, message) => {
    const file = config(name.replaceAll(' ', '-'), method);
    const load = () => loadExperiment(join(folder, file));
    expect(load).toThrow(expect.objectContaining({ code: 'METHOD_UNKNOWN' }));
    expect(load).toThrow(message);
    expect(load).toThrow(/^\S+\.yaml:4:\d+: [^\n]+$/);
  });

  it('does not change during a run, but a branch can use a changed file', () => {
    const module = join(folder, 'methods/edited.mjs');
    const text = readFileSync(EXAMPLE, 'utf8').replace("'mu2net'", JSON.stringify(PACKAGE));
    writeFileSync(module, text);
    const file = config('edited', `{ name: tournament, module: ${module} }`);
    const { experiment } = loadExperiment(join(folder, file));
    writeFileSync(module, `${text}\n// A line more.\n`);
    const changed = { code: 'METHOD_CHANGED', message: expect.stringMatching(/put it back, or/) };
    expect(() => checkModule(experiment.method.module)).toThrow(expect.objectContaining(changed));
    expect(() => changeExperiment(experiment, { seed: 2 })).toThrow(/hashes to .*; put back/);
    const taken = changeExperiment(experiment, { 'method.sha256': null });
    expect(() => checkModule(taken.method.module)).not.toThrow();
  });
});
