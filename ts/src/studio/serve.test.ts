import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { temporaryFolder } from '../../../tests/support/runs.js';
import { ask, enter } from '../../../tests/support/studio.js';
import { grow } from '../api/grow.js';
import { recordFileOf } from '../state/directory.js';
import { type Studio, serveStudio } from './serve.js';

const experiment = experimentOf({ taskIterations: 1 });
const folder = temporaryFolder();
const opened: string[] = [];
let studio: Studio;
let headers: { readonly cookie: string };

beforeAll(async () => {
  const run = await grow(experiment, { folder, pool: poolOf(experiment) });
  await run.branch('wide', { at: 'a' });
  studio = await serveStudio({ folder, onOpened: (url) => opened.push(url) });
  headers = await enter(studio);
});

afterAll(() => studio.close());

const read = async (path: string) => {
  const reply = await ask(studio, path, headers);
  return { status: reply.status, document: JSON.parse(reply.text) };
};

describe('access to a studio', () => {
  test('needs the cookie, which is for this site alone and hidden from scripts', async () => {
    const { pathname, search } = new URL(studio.url);
    const { status, headers: sent } = await ask(studio, `${pathname}${search}`);
    expect(status).toBe(200);
    expect(sent['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict$/)]);
    expect((await ask(studio, '/api/overview')).status).toBe(401);
    expect((await ask(studio, '/api/events')).status).toBe(401);
    expect((await ask(studio, '/', { cookie: `${headers.cookie}x` })).status).toBe(401);
    expect((await ask(studio, '/api/overview', headers)).status).toBe(200);
  });

  test('is given for a token once', async () => {
    const { pathname, search } = new URL(studio.url);
    const path = `${pathname}${search}`;
    expect((await ask(studio, path)).status).toBe(200);
    expect(opened.at(-1)).toBe(studio.url);
    const again = await ask(studio, path);
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
    expect(again.text).toMatch(/^this address was used already, or is wrong; .*\n$/);
  });

  test('is refused at a name that leads here, and to pages of others', async () => {
    const evil = { ...headers, host: `evil.example:${studio.port}` };
    const refused = await ask(studio, '/api/overview', evil);
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([403, 'HOST_REFUSED']);
    // A forwarded port has another number.
    expect((await ask(studio, '/api/overview', { ...headers, host: 'localhost:1' })).status).toBe(
      200,
    );
    const elsewhere = { ...headers, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' };
    expect((await ask(studio, '/api/overview', elsewhere)).status).toBe(403);
  });

  test('is only to read', async () => {
    expect((await ask(studio, '/api/overview', headers, 'POST')).status).toBe(405);
    expect((await ask(studio, '/api/overview', headers, 'DELETE')).status).toBe(405);
  });

  test('never leads out of the folder of runs', async () => {
    for (const path of ['/../package.json', '/..%2fpackage.json', '/assets/../../package.json']) {
      expect((await ask(studio, path, headers)).status).toBe(404);
    }
    const outside = encodeURIComponent(join(folder, 'test'));
    for (const name of [outside, '..%2Ftest', '.', '..', 'test%2F.', '%00']) {
      const { status, document } = await read(`/api/runs/${name}`);
      expect([name, status, document.error.code]).toEqual([name, 404, 'RUN_UNKNOWN']);
    }
  });

  test('lets no other page use or frame it', async () => {
    const { headers: sent } = await ask(studio, '/api/overview', headers);
    expect(sent['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(sent['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(sent).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('a document', () => {
  test('that takes long to read holds up no other request', async () => {
    const order: string[] = [];
    const asked = async (path: string) => {
      const { status } = await ask(studio, path, headers);
      order.push(path);
      return status;
    };
    const comparison = `/api/compare?run=test&run=${Array(40).fill('test:wide').join('&run=')}`;
    const statuses = await Promise.all([asked(comparison), asked('/api/overview')]);
    expect(statuses).toEqual([200, 200]);
    expect(order).toEqual(['/api/overview', comparison]);
  });

  test('is compressed, and is not sent again while it stays the same', async () => {
    const path = '/api/runs/test/children';
    const plain = await ask(studio, path, headers);
    const small = await ask(studio, path, { ...headers, 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.body).toString()).toBe(plain.text);
    const tag = String(plain.headers.etag);
    const same = await ask(studio, path, { ...headers, 'if-none-match': `"x", ${tag}` });
    expect([same.status, same.text]).toEqual([304, '']);
  });

  test.each([
    ['/api/runs/other', 404, 'RUN_UNKNOWN'],
    ['/api/runs/test:other', 404, 'BRANCH_UNKNOWN'],
    ['/api/runs/test/tasks/other', 404, 'TASK_UNKNOWN'],
    ['/api/runs/test/children/9999', 404, 'PATH_UNKNOWN'],
    ['/api/runs/test/children/x', 400, 'BAD_REQUEST'],
    ['/api/runs/test/children?since=-1', 400, 'BAD_REQUEST'],
    ['/api/runs/test/pictures/other', 404, 'NOT_FOUND'],
    ['/api/runs/%E0%A4%A', 400, 'BAD_REQUEST'],
    ['/api/compare', 400, 'BAD_REQUEST'],
    ['/api/other', 404, 'NOT_FOUND'],
    ['/api/runs/other/events', 404, 'RUN_UNKNOWN'],
  ])('that does not exist has one line that says so: %s', async (path, status, code) => {
    const failed = await read(path);
    expect([failed.status, failed.document.error.code]).toEqual([status, code]);
    expect(failed.document.error.message).toMatch(/^[^\n]{10,}$/);
  });

  test('of a damaged record says so, and hides no other run', async () => {
    const damaged = await grow(experiment, { folder, name: 'damaged', pool: poolOf(experiment) });
    writeFileSync(recordFileOf(damaged.directory), 'not a record at all'.repeat(1000));
    const failed = await read('/api/runs/damaged');
    expect([failed.status, failed.document.error.code]).toEqual([500, 'RUN_CORRUPT']);
    const { document } = await read('/api/overview');
    const kinds = document.runs.map((each: { run: string; kind: string }) => [each.run, each.kind]);
    expect(kinds).toEqual([
      ['damaged', 'unreadable'],
      ['test', 'branch'],
      ['test:wide', 'branch'],
    ]);
    rmSync(damaged.directory, { recursive: true });
    const after = await read('/api/overview');
    expect(after.document.runs).toHaveLength(2);
  });

  test('of a run that grew on is new', async () => {
    const grown = await grow(experiment, { folder, name: 'growing', pool: poolOf(experiment) });
    const before = await read('/api/runs/growing:more/children').catch(() => null);
    expect(before?.status).toBe(404);
    const more = await grown.branch('more', { at: 'a' });
    const early = await read('/api/runs/growing:more/children');
    await more.resume({ pool: poolOf(experiment) });
    const late = await read('/api/runs/growing:more/children');
    expect(late.document.pathId.length).toBeGreaterThan(early.document.pathId.length);
    const rest = await read(
      `/api/runs/growing:more/children?since=${early.document.pathId.at(-1) + 1}`,
    );
    expect([...early.document.pathId, ...rest.document.pathId]).toEqual(late.document.pathId);
    rmSync(grown.directory, { recursive: true });
  });
});

describe('a studio', () => {
  test('names the way out when its port is busy', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    const { port } = busy.address() as AddressInfo;
    await expect(serveStudio({ folder, port })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringMatching(/another program uses it; choose another one with --port/),
    });
    await new Promise((resolve) => busy.close(resolve));
  });

  test('shows a folder that does not exist yet as empty', async () => {
    const empty = await serveStudio({ folder: join(folder, 'none') });
    const { text } = await ask(empty, '/api/overview', await enter(empty));
    expect(JSON.parse(text).runs).toEqual([]);
    await empty.close();
  });

  test('says how to build a page that is missing, and how to get in', async () => {
    const { text } = await ask(studio, '/');
    expect(text).toMatch(/^open the address that 'mu2net studio' printed last/);
    if (studio.hasPage) return;
    expect((await ask(studio, '/', headers)).text).toMatch(/^the page is not built; 'npm run/);
  });

  test('ends its connections when it stops', async () => {
    const ending = await serveStudio({ folder });
    const cookie = await enter(ending);
    const waiting = ask(ending, '/api/events', cookie);
    await ask(ending, '/api/overview', cookie);
    await ending.close();
    expect((await waiting).status).toBe(200);
  });
});
