import { afterEach, expect, test, vi } from 'vitest';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { servePool } from '../../ts/src/standing/serve.js';
import { isTraced, openTracing } from '../../ts/src/tracing/open.js';
import { UNTRACED } from '../../ts/src/tracing/tracing.js';
import { Collector } from '../support/collector.js';
import { experimentOf, poolOf } from '../support/experiments.js';
import { NullWorker } from '../support/null-worker.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

test('a run and its pool record one trace for each generation, from request to lease', async () => {
  const collector = new Collector();
  closing.push(() => collector.close());
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await collector.start());

  const experiment = experimentOf({ taskIterations: 1 });
  const folder = temporaryFolder();
  const tracing = await openTracing('mu2net-pool', () => {});
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder, tracing });
  closing.push(() => serving.stop(0));
  const worker = new NullWorker(folder, 'a', poolOf(experiment));
  closing.push(() => worker.kill());
  const pool = await openPool(folder, { checksObjects: false });
  await growDirectory(experiment, { folder: temporaryFolder(), pool });
  await pool.close();
  await tracing.close();

  const spans = new Map(collector.spans.map((span) => [span.spanId, span]));
  const generations = collector.spans.filter(({ name }) => name === 'generation');
  expect(generations.length).toBeGreaterThan(1);
  expect(new Set(generations.map(({ traceId }) => traceId)).size).toBe(generations.length);
  for (const { parentSpanId, service, attributes } of generations) {
    expect(parentSpanId).toBe('');
    expect(service).toBe('mu2net');
    expect(attributes).toMatchObject({ 'mu2net.run': 'test' });
  }
  const trainings = collector.spans.filter(
    ({ name, attributes }) => name === 'lease' && attributes['mu2net.request'] === 'train',
  );
  expect(trainings.length).toBeGreaterThanOrEqual(generations.length);
  for (const lease of trainings) {
    expect(lease.service).toBe('mu2net-pool');
    expect(lease.attributes).toMatchObject({ 'mu2net.run': 'test', 'mu2net.worker': 'a' });
    const request = spans.get(lease.parentSpanId);
    expect(request).toMatchObject({ name: 'request', service: 'mu2net', traceId: lease.traceId });
    const generation = spans.get(request?.parentSpanId ?? '');
    expect(generation).toMatchObject({ name: 'generation', traceId: lease.traceId });
  }
});

test('nothing is traced unless the environment names a collector, or if it says so', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(isTraced({})).toBe(false);
  expect(isTraced(endpoint)).toBe(true);
  expect(isTraced({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/v1/traces' })).toBe(true);
  expect(isTraced({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBe(false);
  expect(isTraced({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBe(false);
});

test('a collector that is away fails nothing', async () => {
  const problems: string[] = [];
  const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  expect(await openTracing('mu2net', (line) => problems.push(line), {})).toBe(UNTRACED);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', away.OTEL_EXPORTER_OTLP_ENDPOINT);
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '100');
  const tracing = await openTracing('mu2net', (line) => problems.push(line), away);
  const span = tracing.start('generation', { run: 'test' }, null);
  expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  span.end('it failed');
  await tracing.close();
  expect(problems).toEqual([]);
});
