import { afterEach, expect, test } from 'vitest';
import type { LeaseEvent } from '../../ts/src/pool/leases/lease-event.js';
import { NullPool } from '../../ts/src/pool/null.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { servePool } from '../../ts/src/standing/serve.js';
import { NullWorker } from '../support/null-worker.js';
import { DIGITS, DIGITS_FACTS, trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Reads the samples of a page of metrics, by name and labels. */
async function read(url: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await (await fetch(url)).text()).split('\n');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]),
  );
}

async function serve() {
  const folder = temporaryFolder();
  const events: LeaseEvent[] = [];
  const pool = await servePool({
    ...{ listen: 'tcp://127.0.0.1:0', folder, metrics: '0' },
    onLease: (event) => events.push(event),
  });
  closing.push(() => pool.stop(0));
  return { folder, events, url: pool.metrics ?? '' };
}

test('a standing pool tells Prometheus what waits, runs and was done, and what it is for', async () => {
  const { folder, events, url } = await serve();
  const before = await read(url);
  expect(before.get('mu2net_pool_workers{state="idle"}')).toBe(0);
  expect(before.get('mu2net_pool_requests_total{outcome="done"}')).toBe(0);

  const pool = new NullPool({ facts: new Map([[DIGITS.name, DIGITS_FACTS]]) });
  const worker = new NullWorker(folder, 'a', pool);
  closing.push(() => worker.kill());
  const remote = await openPool(folder, { controller: 'ada', checksObjects: false });
  closing.push(() => remote.close());
  const context = { run: 'quickstart', traceparent: null };
  const request = trainRequest('/store', [1, 2]);
  await remote.execute(request, { context });

  const after = await read(url);
  const { batchSize, batchesBetweenValidations, validations } = request.budget;
  const images = 2 * batchSize * batchesBetweenValidations * validations;
  expect(Object.fromEntries(after)).toMatchObject({
    mu2net_pool_requests_waiting: 0,
    mu2net_pool_leases_running: 0,
    'mu2net_pool_workers{state="idle"}': 1,
    'mu2net_pool_requests_total{outcome="done"}': 1,
    mu2net_pool_leases_granted_total: 1,
    mu2net_pool_leases_retried_total: 0,
    'mu2net_pool_children_total{outcome="trained"}': 2,
    mu2net_pool_images_total: images,
    mu2net_pool_controllers: 1,
    mu2net_pool_utilisation_ratio: 0,
    'mu2net_pool_worker_events_total{event="ready"}': 1,
  });
  expect(after.get('mu2net_pool_busy_seconds_total')).toBeGreaterThan(0);

  expect(events.map(({ type }) => type)).toEqual([
    ...['queued', 'granted', 'measured', 'measured', 'released', 'done'],
  ]);
  const [{ lease }] = events as [LeaseEvent];
  const subject = { lease, owner: 'ada', run: 'quickstart', request: 'train', task: DIGITS.name };
  for (const event of events) expect(event).toMatchObject(subject);
  expect(events[1]).toMatchObject({ worker: 'a', attempt: 1, children: [1, 2], beside: null });
  expect(events[2]).toMatchObject({ worker: 'a', child: 1, images: images / 2 });
});

test('counts a worker that is lost, and the attempt after it', async () => {
  const { folder, url } = await serve();
  const pool = new NullPool({ facts: new Map([[DIGITS.name, DIGITS_FACTS]]) });
  const never: typeof pool.execute = () => new Promise(() => {});
  const stuck = new NullWorker(folder, 'a', {
    execute: never,
    workers: () => [],
    close: () => pool.close(),
  });
  const remote = await openPool(folder, { checksObjects: false });
  closing.push(() => remote.close());
  const answer = remote.execute(trainRequest('/store', [1]));
  while ((await read(url)).get('mu2net_pool_leases_running') !== 1);
  expect((await read(url)).get('mu2net_pool_utilisation_ratio')).toBe(1);
  stuck.kill();
  const worker = new NullWorker(folder, 'b', pool);
  closing.push(() => worker.kill());
  await answer;
  expect(Object.fromEntries(await read(url))).toMatchObject({
    'mu2net_pool_worker_events_total{event="lost"}': 1,
    mu2net_pool_leases_granted_total: 2,
    mu2net_pool_leases_retried_total: 1,
  });
});

test('has nothing beside the metrics, and one line for an address that cannot be used', async () => {
  const { url } = await serve();
  expect((await fetch(new URL('/', url))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  const { port } = new URL(url);
  const listen = 'tcp://127.0.0.1:0';
  for (const metrics of [port, 'nowhere']) {
    const serving = servePool({ listen, folder: temporaryFolder(), metrics });
    await expect(serving).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  }
});
