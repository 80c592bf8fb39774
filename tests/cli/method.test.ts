import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeExperiment, loadExperiment, methodOf } from '../../ts/src/config/index.js';
import { componentsOf } from '../../ts/src/domain/system.js';
import { accountedParameters, locksDuring, scoreOf } from '../../ts/src/evolution/index.js';
import { resumeRun } from '../../ts/src/run/session.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { recallModels } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { mu2net, reported, spawnMu2net } from './cli.js';
import { checkedShape, simulationShape } from './shapes/experiment.js';
import { leaderboardShape } from './shapes/run.js';

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

  it('is loaded from its file, and simulates with the same result each time', async () => {
    const size = 'samplesPerTask: 4, width: 2';
    const file = config('own', `{ name: tournament, module: ${EXAMPLE}, ${size} }`);
    const first = (await mu2net(folder, ['simulate', file, '--json'])).stdout;
    const second = (await mu2net(folder, ['simulate', file, '--json'])).stdout;
    expect(simulationShape.parse(JSON.parse(first)).children).toBe(8);
    expect(second).toBe(first);
    const base = (
      await mu2net(folder, ['simulate', file, '--json', '--set', 'method.name=mu2net+'])
    ).stdout;
    expect(base).not.toBe(first);
  });

  it('has the parameters of its base method, and can lend a policy', async () => {
    const own = config('shown', `{ name: tournament, module: ${EXAMPLE} }`);
    const words = ['config', 'show', own, '--json', '--load-module'];
    const shown = JSON.parse((await mu2net(folder, words)).stdout);
    expect(shown.method).toMatchObject({
      name: 'tournament',
      module: EXAMPLE,
      maxTaskPopulation: 7,
      warmupStart: 0.001,
      normaliseFirst: false,
    });
    const lent = config('lent', `{ module: ${EXAMPLE}, policies: { parent: tournament } }`);
    expect(await mu2net(folder, ['simulate', lent])).toMatchObject({ status: 0 });
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
    expect(load).toThrow(/^.+\.yaml:4:\d+: [^\n]+$/);
  });

  it('does not change during a run, but a branch can use a changed file', () => {
    const module = join(folder, 'methods/edited.mjs');
    const text = readFileSync(EXAMPLE, 'utf8').replace("'mu2net'", JSON.stringify(PACKAGE));
    writeFileSync(module, text);
    const file = config('edited', `{ name: tournament, module: ${module} }`);
    const { experiment } = loadExperiment(join(folder, file));
    writeFileSync(module, `${text}\n// A line more.\n`);
    const changed = { code: 'METHOD_CHANGED', message: expect.stringMatching(/put it back, or/) };
    expect(() => methodOf(experiment.method)).toThrow(expect.objectContaining(changed));
    expect(() => changeExperiment(experiment, { seed: 2 })).toThrow(/hashes to .*; put back/);
    const taken = changeExperiment(experiment, { 'method.sha256': null });
    expect(() => methodOf(taken.method)).not.toThrow();
  });
});

describe('a module', () => {
  const marker = join(folder, 'it-ran');
  const module = join(folder, 'methods/marking.mjs');
  /** A method with a cost and an accounting of its own, whose module leaves a mark when it runs. */
  const text = `
import { writeFileSync } from 'node:fs';
import { defineMethod } from ${JSON.stringify(PACKAGE)};
writeFileSync(${JSON.stringify(marker)}, 'ran');
export const marking = defineMethod({
  name: 'marking',
  policies: {
    accounting: ({ tasks }) => (tasks + 1) ** 2,
    cost: ({ accountedParameters }) => 1 / (1 + accountedParameters / 1e6),
  },
});
`;
  const runs = join(folder, 'runs');
  const directory = join(runs, 'marked');
  const file = () =>
    config(
      'marked',
      `{ name: marking, module: ${module}, samplesPerTask: 4, width: 2 }\nhyperparameters: { num_layers: 2 }`,
    );
  const options = { dataMustExist: false };
  const load = () => loadExperiment(join(folder, file()), {}, options).experiment;

  const ran = (words: readonly string[]) => {
    rmSync(marker, { force: true });
    // A process loads a module once.
    const answer = spawnMu2net(folder, words);
    return { ...answer, ran: existsSync(marker) };
  };

  /** Changes the experiments of a record. */
  const editRecord = (name: string, set: string) => {
    const database = new Database(join(runs, name, 'system.db'));
    database.exec(`UPDATE experiments SET experiment = json_set(experiment, ${set})`);
    database.close();
  };

  /** Grows a run, and stops it before its first generation. */
  const growStopped = async (name: string) => {
    const stopping = new AbortController();
    const experiment = load();
    const growing = growDirectory(experiment, {
      ...{ folder: runs, name, pool: poolOf(experiment), signal: stopping.signal },
      onEvent({ type }) {
        if (type === 'generation') stopping.abort();
      },
    });
    await expect(growing).rejects.toMatchObject({ code: 'CANCELLED' });
  };

  beforeAll(async () => {
    writeFileSync(module, text);
    const experiment = load();
    await growDirectory(experiment, { folder: runs, pool: poolOf(experiment) });
  });

  it.each([
    [['leaderboard', 'marked']],
    [['report', 'marked']],
    [['status', 'marked']],
    [['status', '--all']],
    [['log', 'marked']],
    [['show', 'digits', '--run', 'marked']],
    [['show', '--svg', 'marked.svg', '--run', 'marked']],
    [['diff', 'marked', 'marked']],
    [['compare', 'marked', 'marked']],
    [['gc', 'marked']],
  ])('does not run when a record is read: %o', async (words) => {
    expect(ran(words)).toMatchObject({ ran: false, status: 0 });
  });

  it('is not needed to read a record', async () => {
    const before = ran(['leaderboard', 'marked', '--json']).stdout;
    rmSync(module);
    expect(ran(['leaderboard', 'marked', '--json'])).toMatchObject({
      status: 0,
      stdout: before,
    });
    writeFileSync(module, text);
  });

  it('gave the leaderboard its scores', async () => {
    const { stdout } = ran(['leaderboard', 'marked', '--json']);
    const method = methodOf(load().method);
    const expected = readRun(parseAddress(directory), (ledger) => {
      const system = recallModels(ledger);
      return [...system.paths.values()].flatMap((path) => {
        if (path.task === null) return [];
        const locks = locksDuring(system, path.task);
        const accounted = accountedParameters(componentsOf(path, system), path.task, locks, method);
        return [[path.task, scoreOf(path, system, locks, method), accounted]];
      });
    });
    const { rows } = leaderboardShape.parse(JSON.parse(stdout));
    expect(rows.map((row) => [row.task, row.score, row.accountedParameterCount])).toEqual(expected);
    expect(expected).toHaveLength(2);
  });

  it('has no scores where none were recorded, until the run goes on', async () => {
    const experiment = load();
    const pool = poolOf(experiment);
    const older = await growDirectory(experiment, { folder: runs, name: 'older', pool });
    const whole = leaderboardShape.parse(
      JSON.parse(ran(['leaderboard', 'older', '--json']).stdout),
    );
    const database = new Database(join(older, 'system.db'));
    database.exec(
      'DROP TABLE scores; DROP TABLE store; DROP TABLE baselines; PRAGMA user_version = 3',
    );
    database.close();
    const answer = ran(['leaderboard', 'older', '--json']);
    const { rows } = leaderboardShape.parse(JSON.parse(answer.stdout));
    expect(rows.map(({ score }) => score)).toEqual([null, null]);
    expect(ran(['leaderboard', 'older'])).toMatchObject({ ran: false, status: 0 });
    await resumeRun(parseAddress(older), { pool });
    // Baselines are measured before the test of a model, which is over.
    const unknown = { majorityAccuracy: null, probeAccuracy: null, isBetterThanBaseline: null };
    expect(JSON.parse(ran(['leaderboard', 'older', '--json']).stdout)).toEqual({
      ...whole,
      rows: whole.rows.map((row) => ({ ...row, ...unknown })),
    });
  });

  it('does not lend its scores to another method', async () => {
    await mu2net(folder, ['branch', 'marked', 'dear', '--set', 'method.score.base=0.5']);
    await mu2net(folder, ['branch', 'marked', 'same', '--set', 'seed=5']);
    const scoresOf = async (name: string) => {
      const { stdout } = ran(['leaderboard', name, '--json']);
      return leaderboardShape.parse(JSON.parse(stdout)).rows.map(({ score }) => score);
    };
    expect(await scoresOf('marked:dear')).toEqual([null, null]);
    expect(await scoresOf('marked:same')).toEqual(await scoresOf('marked'));
  });

  it('runs for a branch only if the branch may name another method', async () => {
    expect(ran(['branch', 'marked', 'wide', '--set', 'method.width=1'])).toMatchObject({
      ran: false,
      status: 0,
    });
    expect(ran(['branch', 'marked', 'other', '--set', 'method.name=mu2net'])).toMatchObject({
      ran: true,
      status: 0,
    });
  });

  it('does not run before its hash is checked', async () => {
    const changed = join(folder, 'methods/changed.mjs');
    writeFileSync(changed, `${text}\n// Changed.\n`);
    const pool = poolOf(load());
    await growStopped('changed');
    editRecord('changed', `'$.method.module.file', '${changed}'`);
    rmSync(marker, { force: true });
    await expect(resumeRun(parseAddress(join(runs, 'changed')), { pool })).rejects.toMatchObject({
      code: 'METHOD_CHANGED',
    });
    expect(existsSync(marker)).toBe(false);
  });

  it('without a hash in the record is refused, until a branch takes it as it is', async () => {
    const unhashed = join(folder, 'methods/unhashed.mjs');
    writeFileSync(unhashed, text);
    const pool = poolOf(load());
    await growStopped('unhashed');
    editRecord('unhashed', `'$.method.module', json('{"file":"${unhashed}","sha256":null}')`);
    rmSync(marker, { force: true });
    const refusal = { code: 'METHOD_UNVERIFIED', message: expect.stringMatching(/no hash.*--set/) };
    await expect(resumeRun(parseAddress(join(runs, 'unhashed')), { pool })).rejects.toMatchObject(
      refusal,
    );
    const branch = ['branch', 'unhashed', 'b', '--set'];
    const refused = ran([...branch, 'seed=2', '--json']);
    expect(reported(refused)).toMatchObject(refusal);
    expect(refused.ran).toBe(false);
    expect(existsSync(marker)).toBe(false);
    expect(ran(['leaderboard', 'unhashed'])).toMatchObject({ ran: false, status: 0 });
    expect(ran([...branch, 'method.sha256=null'])).toMatchObject({ status: 0 });
    await expect(
      resumeRun(parseAddress(`${join(runs, 'unhashed')}:b`), { pool }),
    ).resolves.toBeUndefined();
  });

  it('does not run when a configuration is checked or shown, unless asked', async () => {
    const name = file();
    const check = ran(['config', 'check', name]);
    expect(check).toMatchObject({ ran: false, status: 0 });
    expect(check.stdout).toContain(`module ${module} was not run; --load-module runs it`);
    const listed = ran(['config', 'check', name, '--json']).stdout;
    expect(checkedShape.parse(JSON.parse(listed))[0]).toMatchObject({ moduleNotRun: module });
    expect(ran(['config', 'check', name, '--load-module'])).toMatchObject({
      ran: true,
      status: 0,
    });
    const shown = ran(['config', 'show', name, '--json']);
    expect(shown).toMatchObject({ ran: false, status: 0 });
    expect(shown.stderr).toContain(`module ${module} was not run`);
    const { method } = JSON.parse(shown.stdout);
    expect(method).toMatchObject({ name: 'marking', module, score: {} });
    expect(method).not.toHaveProperty('warmupStart');
    expect(ran(['config', 'show', name, '--load-module'])).toMatchObject({
      ran: true,
      stderr: '',
    });
  });

  it('is named by a simulation, which runs it', async () => {
    const { stderr, ran: did } = ran(['simulate', file()]);
    expect({ stderr, did }).toEqual({
      stderr: `mu2net: the simulation runs the method module ${module}\n`,
      did: true,
    });
  });

  it('with another hash than the configuration expects does not run', async () => {
    const wrong = config(
      'wrong',
      `{ name: marking, module: ${module}, sha256: ${'0'.repeat(64)} }`,
    );
    expect(ran(['run', wrong, '--json'])).toMatchObject({ ran: false, status: 1 });
    expect(ran(['config', 'check', wrong, '--load-module'])).toMatchObject({
      ran: false,
      status: 1,
    });
  });
});
