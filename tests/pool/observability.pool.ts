import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import { SMALL } from '../e2e/support.js';
import { Collector, type ReceivedSpan } from '../support/collector.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const collector = new Collector();
let directory: string;

beforeAll(async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await collector.start());
  vi.stubEnv('MU2NET_LOG_FORMAT', 'json');
  const folder = temporaryFolder();
  const { experiment } = defineExperiment({ ...SMALL }, { baseDirectory: folder });
  directory = await growDirectory(experiment, { name: 'seen', folder });
}, 300_000);

afterAll(() => {
  vi.unstubAllEnvs();
  collector.close();
});

test('one trace has the spans of both sides, each below the one that it is a part of', () => {
  const spans = new Map(collector.spans.map((span) => [span.spanId, span]));
  const above = ({ parentSpanId }: ReceivedSpan) => spans.get(parentSpanId);
  const stores = collector.spans.filter(({ name }) => name === 'store');
  expect(stores.length).toBeGreaterThan(0);
  for (const store of stores) {
    const chain: ReceivedSpan[] = [];
    for (let at: ReceivedSpan | undefined = store; at; at = above(at)) chain.push(at);
    expect(chain.map(({ service, name }) => `${service} ${name}`)).toEqual([
      'mu2net-sidecar store',
      'mu2net-sidecar execute',
      'mu2net lease',
      'mu2net request',
      'mu2net generation',
    ]);
    expect(new Set(chain.map(({ traceId }) => traceId)).size).toBe(1);
    const [, execute, lease] = chain;
    expect(execute?.attributes['mu2net.lease']).toBe(lease?.attributes['mu2net.lease']);
  }
  const trained = collector.spans.filter(({ name }) => name === 'train');
  const childrenOf = (each: readonly ReceivedSpan[]) =>
    each.map(({ attributes }) => Number(attributes['mu2net.child'])).sort((a, b) => a - b);
  expect(childrenOf(trained)).toEqual(childrenOf(stores));
});

test('the log of a worker names run, lease and child, and no secret', () => {
  const text = readFileSync(join(directory, 'local-0.log'), 'utf8');
  expect(text).not.toContain('secret');
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const about = lines.filter(({ child }) => child !== undefined);
  expect(about.length).toBeGreaterThan(0);
  for (const line of about) {
    expect(line).toMatchObject({ worker: 'local-0', run: 'seen', request: 'train' });
    expect(line.lease).toMatch(/^[0-9a-f]{8}-\d+$/);
  }
});
