import { expect, test } from 'vitest';
import { DIGITS, trainRequest } from '../../../tests/support/requests.js';
import { NullPool, type NullPoolOptions } from './null.js';

const PATHS = Array.from({ length: 50 }, (_, path) => path);

async function trained(request = trainRequest('/store', PATHS), options: NullPoolOptions = {}) {
  const { measurements } = await new NullPool(options).execute(request);
  return measurements;
}

async function meanBest(request: ReturnType<typeof trainRequest>): Promise<number> {
  const measurements = await trained(request);
  const best = measurements.map(({ qualities }) => Math.max(...qualities));
  return best.reduce((sum, quality) => sum + quality, 0) / best.length;
}

function withChildren(change: (child: ReturnType<typeof trainRequest>['children'][0]) => object) {
  const request = trainRequest('/store', PATHS);
  return { ...request, children: request.children.map((each) => ({ ...each, ...change(each) })) };
}

test('qualities rise over the validations, and stay in (0, 1)', async () => {
  for (const { qualities } of await trained()) {
    expect(qualities).toEqual([...qualities].sort());
    expect(qualities.every((quality) => quality > 0 && quality < 1)).toBe(true);
  }
});

test('paths differ, in quality and in what they store', async () => {
  const measurements = await trained();
  expect(new Set(measurements.map(({ qualities }) => qualities.at(-1))).size).toBeGreaterThan(3);
  const digests = measurements.flatMap((each) =>
    each.kind === 'trained'
      ? (each.components ?? []).flatMap(({ paramsDigest, traceDigest }) => [
          paramsDigest,
          traceDigest,
        ])
      : [],
  );
  expect(new Set(digests).size).toBe(PATHS.length * 3 * 2);
});

test('more that trains, and a sensible learning rate, help a little', async () => {
  const plain = await meanBest(trainRequest('/store', PATHS));
  const all = withChildren(({ components }) => ({
    components: components.map((each) => ({ ...each, trainable: true })),
  }));
  const timid = withChildren(({ optimizer }) => ({
    optimizer: { ...optimizer, learningRate: 1e-4 },
  }));
  expect(await meanBest(all)).toBeGreaterThan(plain);
  expect(await meanBest(timid)).toBeLessThan(plain);
});

test('paths diverge that are told to', async () => {
  const [first, second] = await trained(trainRequest('/store', [1, 2]), {
    diverging: new Set([2]),
  });
  expect(first?.kind).toBe('trained');
  expect(second).toMatchObject({ kind: 'diverged', pathId: 2, qualities: [expect.any(Number)] });
});

test('data without facts is missing', async () => {
  const inspecting = new NullPool().execute({ kind: 'inspect', task: DIGITS });
  await expect(inspecting).rejects.toMatchObject({ code: 'DATA_MISSING' });
});

test('a delay is a delay of every validation, and cancelling ends it', async () => {
  const pool = new NullPool({ delayMillis: 60_000 });
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const training = pool.execute(trainRequest('/store', [1]), { signal });
  cancelling.abort();
  await expect(training).rejects.toMatchObject({ code: 'CANCELLED' });
});
