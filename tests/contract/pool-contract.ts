import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Measurement } from '../../protocol/index.js';
import type { ComponentName } from '../../ts/src/domain/component.js';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import { forwardFlops } from '../../ts/src/domain/flops.js';
import type { Pool, Progress } from '../../ts/src/pool/pool.js';
import {
  DIGITS,
  DIGITS_FACTS,
  evaluateRequest,
  initialiseRequest,
  trainRequest,
} from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';

const expectCode = (expected: string) => (error: unknown) => {
  expect(error).toBeInstanceOf(Mu2NetError);
  expect((error as Mu2NetError).code).toBe(expected);
  expect((error as Mu2NetError).message).not.toMatch(/\n/);
};
const expectFailure = (work: Promise<unknown>, expected: string) =>
  work.then(() => expect.fail(`it did not fail with ${expected}`), expectCode(expected));

/**
 * Tests what every pool does. `open` creates one that knows the digits of
 * tests/support/requests.ts.
 */
export function poolContract(name: string, open: () => Promise<Pool>): void {
  describe(name, () => {
    const store = temporaryFolder();
    let pool: Pool;
    beforeAll(async () => {
      pool = await open();
    });
    afterAll(() => pool?.close());

    test('has workers that describe themselves', () => {
      expect(pool.workers().length).toBeGreaterThan(0);
      const [worker] = pool.workers();
      expect(worker?.name).not.toBe('');
      expect(worker?.busy).toBe(false);
      for (const version of Object.values(worker?.versions ?? {})) expect(version).not.toBe('');
    });

    test('inspects a task', async () => {
      const { numClasses, examples } = DIGITS_FACTS;
      expect(await pool.execute({ kind: 'inspect', task: DIGITS })).toEqual({
        kind: 'inspect',
        numClasses,
        classNames: null,
        baseSplits: expect.any(Array),
        examples,
      });
    });

    test('names the base splits of a task whose splits are not chosen', async () => {
      const task = { ...DIGITS, splits: null };
      const { numClasses, baseSplits, examples } = await pool.execute({ kind: 'inspect', task });
      const { train, validation, test } = DIGITS_FACTS.examples;
      const total = baseSplits.reduce((sum, split) => sum + split.examples, 0);
      expect({ numClasses, examples }).toEqual({ numClasses: 10, examples: null });
      expect(total).toBe(train + validation + test);
    });

    test('initialises the same root model for the same seed', async () => {
      const request = initialiseRequest(store);
      const { components } = await pool.execute(request);
      expect(components.map((component) => component.name)).toEqual(request.components);
      // The model has hidden size 16, 4 patches of 4 pixels, MLP 32, 10 classes.
      const sizes = [4 * 4 * 3 * 16 + 16, 16, 5 * 16, 2224, 32, 170];
      expect(components.map(({ parameterCount }) => parameterCount)).toEqual(sizes);
      expect(components.every(({ traceDigest }) => traceDigest === null)).toBe(true);
      expect(await pool.execute(request)).toEqual({ kind: 'initialise', components });
      const other = await pool.execute({ ...request, seed: 8 });
      expect(other.components.map(({ paramsDigest }) => paramsDigest)).not.toEqual(
        components.map(({ paramsDigest }) => paramsDigest),
      );
    });

    test('trains children in order, and reports each one', async () => {
      const request = trainRequest(store, [21, 22]);
      const told: Measurement[] = [];
      const progress: Progress[] = [];
      const { measurements } = await pool.execute(request, {
        onMeasured: (measurement) => told.push(measurement),
        onProgress: (each) => progress.push(each),
      });
      expect(measurements.map(({ pathId }) => pathId)).toEqual([21, 22]);
      expect(told).toEqual(measurements);
      for (const measurement of measurements) {
        expect(measurement.kind).toBe('trained');
        if (measurement.kind !== 'trained') continue;
        expect(measurement.qualities).toHaveLength(2);
        for (const quality of measurement.qualities) {
          // Each quality is a number of correct examples divided by the number of validated ones.
          expect(quality * 180).toBeCloseTo(Math.round(quality * 180), 9);
        }
        const trained = request.children[0]?.components.filter(({ trainable }) => trainable);
        expect(measurement.components?.map((each) => each.name)).toEqual(
          trained?.map((each) => each.name),
        );
        expect(measurement.components?.every(({ traceDigest }) => traceDigest !== null)).toBe(true);
        const beats = progress.filter(({ pathId }) => pathId === measurement.pathId);
        expect(beats.at(-1)?.qualities).toEqual(measurement.qualities);
        expect(beats.map(({ step }) => step)).toEqual(beats.map(({ step }) => step).sort());
        expect(beats.every(({ steps }) => steps === 8)).toBe(true);
      }
    });

    test('gives the same answer to the same request', async () => {
      const timeless = async () => {
        const { measurements } = await pool.execute(trainRequest(store, [31]));
        return measurements.map((each) => ({ ...each, trainSeconds: 0, compilations: 0 }));
      };
      expect(await timeless()).toEqual(await timeless());
    });

    test('keeps a child if and only if it reaches its bar', async () => {
      const [first] = (await pool.execute(trainRequest(store, [41]))).measurements;
      const best = Math.max(...(first?.qualities ?? []));
      const again = async (bar: number) => {
        const [child] = (await pool.execute(trainRequest(store, [41], 8, bar))).measurements;
        return child?.kind === 'trained' ? child.components : undefined;
      };
      expect(await again(best)).not.toBeNull();
      expect(await again(best + 1e-9)).toBeNull();
    });

    test('evaluates a path with the same result twice', async () => {
      const { components } = await pool.execute(initialiseRequest(store));
      const request = evaluateRequest(store, components);
      const { correct, total, outcomes } = await pool.execute(request);
      expect(total).toBe(DIGITS_FACTS.examples.test);
      expect(outcomes).toHaveLength(Math.ceil(total / 8));
      const bits = [...outcomes].flatMap((byte) => [...byte.toString(2).padStart(8, '0')]);
      expect(bits.filter((bit) => bit === '1')).toHaveLength(correct);
      expect(bits.slice(total)).not.toContain('1');
      expect(await pool.execute(request)).toEqual({ kind: 'evaluate', correct, total, outcomes });
    });

    test('counts operations as the controller does', async () => {
      const { architecture, components } = initialiseRequest(store);
      const names = [...components, 'residual_adapter_0'];
      const shapes = { ds_image_size: 8, num_classes: 10, adapter_dim: 4 };
      const counted = names
        .map((each) => forwardFlops(each as ComponentName, { ...architecture, depth: 1 }, shapes))
        .reduce((a, b) => a + b, 0);
      names.splice(3, 0, ...names.splice(-1));
      const answer = await pool.execute({ kind: 'flops', architecture, components: names });
      expect(answer).toEqual({ kind: 'flops', flops: counted });
    });

    test('copies and collects objects', async () => {
      const { components } = await pool.execute(initialiseRequest(store));
      const digests = components.map(({ paramsDigest }) => paramsDigest);
      const other = temporaryFolder();
      const copy = { kind: 'copy', store: other, from: store, digests } as const;
      expect(await pool.execute({ ...copy, digests })).toEqual({
        kind: 'copy',
        copied: digests.length,
      });
      expect(await pool.execute({ kind: 'collect', store: other, digests })).toEqual({
        kind: 'collect',
        deleted: digests.length,
      });
    });

    test('answers more requests than it has workers', async () => {
      const asked = Array.from({ length: 5 }, () =>
        pool.execute({ kind: 'collect', store, digests: [] }),
      );
      expect(await Promise.all(asked)).toEqual(Array(5).fill({ kind: 'collect', deleted: 0 }));
    });

    test('stops when cancelled, and continues with other work', async () => {
      const cancelling = new AbortController();
      const { signal } = cancelling;
      const options = { signal, onProgress: () => cancelling.abort() };
      await expectFailure(pool.execute(trainRequest(store, [51], 100_000), options), 'CANCELLED');
      await expectFailure(pool.execute({ kind: 'inspect', task: DIGITS }, { signal }), 'CANCELLED');
      expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
    });

    test('fails a request whose caller throws', async () => {
      const onMeasured = () => {
        throw new Error('the disk is full');
      };
      const request = trainRequest(store, [61, 62]);
      await expect(pool.execute(request, { onMeasured })).rejects.toThrow('the disk is full');
      expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
    });

    test('says in one line what is wrong with the data', async () => {
      const task = { ...DIGITS, name: 'moved', source: { kind: 'npz', path: '/no/such.npz' } };
      const request = { kind: 'inspect', task } as Parameters<typeof pool.execute<'inspect'>>[0];
      await expectFailure(pool.execute(request), 'DATA_MISSING');
    });

    test('cancels requests in progress and refuses new ones when closed', async () => {
      let closed: Promise<void> | undefined;
      const onProgress = () => {
        closed ??= pool.close();
      };
      await expectFailure(
        pool.execute(trainRequest(store, [71], 100_000), { onProgress }),
        'CANCELLED',
      );
      await closed;
      await expectFailure(pool.execute({ kind: 'inspect', task: DIGITS }), 'CANCELLED');
      expect(pool.workers()).toEqual([]);
    });
  });
}
