import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { grow } from '../../ts/src/api/grow.js';
import { experimentOf, poolOf } from '../support/experiments.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';

const folder = temporaryFolder();
const experiment = experimentOf({ taskIterations: 1 });

beforeAll(async () => {
  await grow(experiment, { folder: `${folder}/runs`, pool: poolOf(experiment) });
});

describe('mu2net studio', () => {
  it.each([
    ['overview', 'runs'],
    ['runs/test', 'board'],
    ['runs/test/pictures/growth', 'reading'],
    ['runs/test/children', 'qualities'],
    ['runs/test/children/1', 'reason'],
    ['runs/test/graph', 'depth'],
    ['runs/test/tasks/a', 'model'],
    ['runs/test/workers', 'work'],
    ['compare?run=test&run=test', 'comparison'],
    ['pool', 'kind'],
  ])('prints the document %s', async (view, key) => {
    const { status, stdout, stderr } = await mu2net(folder, ['studio', view]);
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toHaveProperty(key);
  });

  it('prints a picture', async () => {
    const { stdout } = await mu2net(folder, ['studio', 'runs/test/pictures/lineage.svg']);
    expect(stdout).toMatch(/^<svg /);
  });

  it.each([
    [['runs/other'], 'RUN_UNKNOWN', /^there is no run 'other' in /],
    [['runs/test:other'], 'BRANCH_UNKNOWN', /has no branch 'other'/],
    [['other'], 'USAGE', /no document is named 'other'; docs/],
    [['--port', '99999'], 'USAGE', /from 0 to 65535/],
  ])('says in one line what is wrong with %j', async (words, code, message) => {
    const answer = await mu2net(folder, ['studio', ...words, '--json']);
    expect(answer.status).not.toBe(0);
    expect(reported(answer)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('does not begin on a busy port', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    const { port } = busy.address() as AddressInfo;
    const answer = await mu2net(folder, ['studio', '--port', String(port), '--json']);
    expect(reported(answer).code).toBe('PORT_BUSY');
    await new Promise((resolve) => busy.close(resolve));
  });
});
