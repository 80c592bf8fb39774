import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { grow, type PredictionServer, type Run, type ServeOptions } from '../index.js';
import type { Pool } from '../pool/pool.js';
import { errorAnswer, predictAnswer, tasksAnswer } from './documents.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);
let run: Run;

beforeAll(async () => {
  run = await grow(experiment, { folder: temporaryFolder(), pool });
});

async function serve(options: ServeOptions = {}): Promise<PredictionServer> {
  const server = await run.serve({ port: 0, pool, ...options });
  onTestFinished(() => server.close());
  return server;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const post = (
  { url }: PredictionServer,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const predictionsOf = async (response: Promise<Response>) =>
  predictAnswer.parse(await (await response).json()).predictions;

/** The parts of an OpenAPI document that the tests read. */
interface Described {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly responses: object;
        readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
      }
    >
  >;
}

/** A pool that delays what it answers until it is told to go on, once the models are loaded. */
function slowPool(): { pool: Pool; hold: () => void; release: () => void } {
  let gate = Promise.resolve();
  let release = () => {};
  return {
    pool: {
      execute: async (request, options) => {
        await gate;
        return pool.execute(request, options);
      },
      workers: () => pool.workers(),
      close: () => pool.close(),
    },
    hold: () => {
      gate = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
  };
}

describe('a prediction server', () => {
  let server: PredictionServer;
  beforeAll(async () => {
    server = await run.serve({ port: 0, pool });
  });
  afterAll(() => server.close());

  test('predicts by JSON and by form alike: by image, then by task as asked', async () => {
    const images = ['one', 'two'];
    const byJson = await predictionsOf(
      post(server, { images: images.map(base64), tasks: ['c', 'a'], top: 1 }),
    );
    const order = byJson.map(({ image, task }) => `${image} ${task}`);
    expect(order).toEqual(['0 c', '0 a', '1 c', '1 a']);
    const body = new FormData();
    for (const image of images) body.append('image', new Blob([image]), `${image}.png`);
    for (const task of ['c', 'a']) body.append('task', task);
    body.append('top', '1');
    const byForm = fetch(`${server.url}/v1/predict`, { method: 'POST', body });
    expect(await predictionsOf(byForm)).toEqual(byJson);
    const all = await predictionsOf(post(server, { images: [base64('one')] }));
    expect(all.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(all[2]).toEqual(byJson[0]);
  });

  test('answers each of many requests with its own predictions', async () => {
    const requests = Array.from({ length: 60 }, (_, nth) => ({
      images: Array.from({ length: 1 + (nth % 3) }, (_, at) => base64(`${nth} ${at}`)),
      tasks: [['a'], ['b', 'c'], ['c', 'b']][nth % 3],
    }));
    const together = await Promise.all(requests.map((each) => predictionsOf(post(server, each))));
    for (const [nth, each] of requests.entries()) {
      expect(together[nth]).toEqual(await predictionsOf(post(server, each)));
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1]);
    expect(value('mu2net_serve_batch_images_sum')).toBeGreaterThanOrEqual(240);
    expect(value('mu2net_serve_batch_images_count')).toBeLessThan(240);
    expect(value('mu2net_serve_ready')).toBe(1);
    expect(metrics).toContain('mu2net_serve_answers_total{status="200"}');
  });

  test('lists its tasks, and says how it is', async () => {
    const { run: name, tasks } = tasksAnswer.parse(
      await (await fetch(`${server.url}/v1/tasks`)).json(),
    );
    expect([name, tasks.map((task) => task.name)]).toEqual(['test', ['a', 'b', 'c']]);
    for (const path of ['healthz', 'readyz']) {
      const response = await fetch(`${server.url}/${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  test('describes itself: what it serves is in the document, and nothing else', async () => {
    const response = await fetch(`${server.url}/openapi.json`);
    const document = (await response.json()) as Described;
    expect(document.openapi).toBe('3.1.0');
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const { status } = await fetch(`${server.url}${path}`, { method: method.toUpperCase() });
        expect(Object.keys(responses)).toContain(String(status));
      }
    }
    const { content } = document.paths['/v1/predict']?.post?.requestBody ?? {};
    expect(content?.['application/json']?.schema).toMatchObject({
      required: ['images'],
      properties: { images: { items: { type: 'string', contentEncoding: 'base64' } } },
    });
    const page = await (await fetch(`${server.url}/`)).text();
    expect(page).toContain('POST /v1/predict');
  });

  const ok = { images: [base64('x')] };
  test.each<[string, unknown, number, string, RegExp]>([
    ['a body that is not JSON', '{', 400, 'REQUEST_INVALID', /not JSON/],
    ['no image', { images: [] }, 400, 'REQUEST_INVALID', /^images: /],
    ['what is not base64', { images: ['a*b'] }, 400, 'REQUEST_INVALID', /^images\.0: .*base64/],
    ['an unknown field', { ...ok, topp: 1 }, 400, 'REQUEST_INVALID', /topp/],
    ['a wrong number', { ...ok, top: 0 }, 400, 'REQUEST_INVALID', /^top: /],
    ['a task twice', { ...ok, tasks: ['a', 'a'] }, 400, 'REQUEST_INVALID', /once/],
    ['too many images', { images: Array(65).fill('eA==') }, 400, 'REQUEST_INVALID', /64 at most/],
    ['an unknown task', { ...ok, tasks: ['z'] }, 422, 'TASK_UNKNOWN', /'z'.*a, b, c/],
  ])('refuses %s in one line', async (_, body, status, code, message) => {
    const response = await post(server, body);
    const { error } = errorAnswer.parse(await response.json());
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  test('refuses other types, paths and methods', async () => {
    const { url } = server;
    const codeOf = async (path: string, init: RequestInit) => {
      const response = await fetch(`${url}${path}`, init);
      return [response.status, errorAnswer.parse(await response.json()).error.code];
    };
    expect(await codeOf('/v1/predict', { method: 'POST', body: 'x' })).toEqual([
      415,
      'MEDIA_TYPE_UNKNOWN',
    ]);
    expect(await codeOf('/v1/predict', { method: 'GET' })).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(await codeOf('/v2', { method: 'GET' })).toEqual([404, 'NOT_FOUND']);
    const broken = { 'content-type': 'multipart/form-data; boundary=x' };
    const form = { method: 'POST', headers: broken, body: 'no form' };
    expect(await codeOf('/v1/predict', form)).toEqual([400, 'REQUEST_INVALID']);
  });

  test('an unreadable image fails its own request only', async () => {
    const body = new FormData();
    body.append('image', new Blob(['good']), 'a.png');
    body.append('image', new Blob([]), 'b.png');
    const [bad, good] = await Promise.all([
      fetch(`${server.url}/v1/predict`, { method: 'POST', body }),
      post(server, ok),
    ]);
    const { error } = errorAnswer.parse(await bad.json());
    expect([bad.status, error.code]).toEqual([422, 'IMAGE_UNDECODABLE']);
    expect(error.message).toMatch(/^images\.1: /);
    expect(good.status).toBe(200);
  });

  test('does not listen where another does', async () => {
    const port = Number(new URL(server.url).port);
    await expect(run.serve({ port, pool })).rejects.toMatchObject({ code: 'SERVE_FAILED' });
    await expect(run.serve({ port: 0, pool, tasks: ['z'] })).rejects.toMatchObject({
      code: 'TASK_UNKNOWN',
    });
  });
});

test('a body that is too large is refused, with its length said or not', async () => {
  const server = await serve({ maxBodyBytes: 1000 });
  const body = JSON.stringify({ images: [base64('x'.repeat(2000))] });
  const said = await post(server, body);
  const streamed = await fetch(`${server.url}/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Blob([body]).stream(),
    duplex: 'half',
  } as RequestInit);
  for (const response of [said, streamed]) {
    expect(response.status).toBe(413);
    expect(errorAnswer.parse(await response.json()).error.code).toBe('BODY_TOO_LARGE');
  }
});

test('everything but health needs the token, if there is one', async () => {
  const server = await serve({ token: 'secret' });
  const body = { images: [base64('x')] };
  expect((await post(server, body)).status).toBe(401);
  expect((await post(server, body, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await post(server, body, { authorization: 'Bearer secret' })).status).toBe(200);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test('a full queue refuses with 429, and what waits is answered', async () => {
  const slow = slowPool();
  const server = await serve({ pool: slow.pool, maxWaiting: 4, maxBatch: 1 });
  slow.hold();
  let refused = 0;
  const statuses = await Promise.all(
    Array.from({ length: 10 }, async (_, nth) => {
      const response = await post(server, { images: [base64(String(nth))], tasks: ['a'] });
      if (response.status === 429) {
        expect(response.headers.get('retry-after')).toBe('1');
        refused++;
      }
      // One is computed and four wait.
      if (refused === 5) slow.release();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
});

test('closing finishes what is in flight, and then nothing listens', async () => {
  const slow = slowPool();
  const server = await run.serve({ port: 0, pool: slow.pool });
  slow.hold();
  const inFlight = post(server, { images: [base64('x')] });
  await setTimeout(100);
  const closed = server.close();
  await setTimeout(50);
  slow.release();
  expect((await inFlight).status).toBe(200);
  await closed;
  await expect(post(server, { images: [base64('x')] })).rejects.toThrow('fetch failed');
});

test('what is still in flight after the grace is told so; a late request, too', async () => {
  const slow = slowPool();
  const server = await run.serve({ port: 0, pool: slow.pool, graceSeconds: 0.1 });
  slow.hold();
  const inFlight = post(server, { images: [base64('x')] });
  await setTimeout(100);
  await server.close();
  const response = await inFlight;
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(errorAnswer.parse(await response.json()).error.code).toBe('CLOSING');
  slow.release();

  const late = await serve({ pool: slow.pool, timeoutSeconds: 0.1 });
  slow.hold();
  const answer = await post(late, { images: [base64('x')] });
  expect(errorAnswer.parse(await answer.json()).error.code).toBe('TIMED_OUT');
  slow.release();
});

test('without a worker it is not ready, and says when to come back', async () => {
  let workers = pool.workers();
  const lonely: Pool = {
    execute: (request, options) => pool.execute(request, options),
    workers: () => workers,
    close: async () => {},
  };
  const server = await serve({ pool: lonely });
  workers = [];
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'recovering' }]);
  const response = await post(server, { images: [base64('x')] });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('what a client that is gone has asked for waits no longer', async () => {
  const slow = slowPool();
  const server = await serve({ pool: slow.pool, maxBatch: 1 });
  slow.hold();
  const waiting = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return /^mu2net_serve_waiting_images (.*)$/m.exec(metrics)?.[1];
  };
  const first = post(server, { images: [base64('x')] });
  const gone = new AbortController();
  const second = fetch(`${server.url}/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ images: [base64('y'), base64('z')] }),
    signal: gone.signal,
  });
  await expect.poll(waiting).toBe('2');
  gone.abort();
  await expect(second).rejects.toThrow('aborted');
  await expect.poll(waiting).toBe('0');
  slow.release();
  expect((await first).status).toBe(200);
});

test('the start can be cancelled, and nothing listens then', async () => {
  const slow = slowPool();
  slow.hold();
  const stop = new AbortController();
  const starting = run.serve({ port: 0, pool: slow.pool, signal: stop.signal });
  stop.abort();
  slow.release();
  await expect(starting).rejects.toMatchObject({ code: 'CANCELLED' });
});
