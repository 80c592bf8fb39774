import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../../tests/paper/claims.js';
import { experimentOf, poolOf, taskOf } from '../../../../tests/support/experiments.js';
import {
  createRecord,
  growToEnd,
  interceptRequests,
  recordOf,
  uninterruptedRecord,
} from '../../../../tests/support/runs.js';
import { choicesOf } from '../../../../tests/support/systems.js';
import { methodOf } from '../../config/index.js';
import type { Digest } from '../../domain/component.js';
import { type Experiment, iterationsOf } from '../../domain/experiment.js';
import type { Path } from '../../domain/path.js';
import { componentsOf, type System } from '../../domain/system.js';
import { accountedParameters, locksDuring, streamsOf } from '../../evolution/index.js';
import type { Ledger } from '../../state/record/ledger.js';
import { recallSystem } from '../../state/record/recall.js';
import type { IterationRecord } from '../../state/record/records.js';
import type { RunEvent } from '../events/events.js';

/** Collects the system after each call of the ledger's `recordIteration`. */
function systemsOf(ledger: Ledger): System[] {
  const systems: System[] = [];
  const end = ledger.recordIteration.bind(ledger);
  ledger.recordIteration = (...row) => {
    end(...row);
    systems.push(recallSystem(ledger));
  };
  return systems;
}

const digests = (path: Path, system: System) =>
  componentsOf(path, system).map(
    ({ paramsDigest, traceDigest }) => `${paramsDigest} ${traceDigest}`,
  );

/** Returns the digests of all components of a system. */
const reachable = (system: System) =>
  new Set(
    [...system.components.values()].flatMap(({ paramsDigest, traceDigest }): Digest[] =>
      traceDigest === null ? [paramsDigest] : [paramsDigest, traceDigest],
    ),
  );

/** Returns the task of every task iteration, in order. */
const visits = ({ tasks, taskIterations, cycles }: Experiment) =>
  Array.from({ length: taskIterations }, () =>
    tasks.flatMap(({ name }) => Array<string>(cycles).fill(name)),
  ).flat();

/** Returns the best path of a task before an iteration; -1 for none. */
const bestBefore = (iterations: readonly IterationRecord[], id: number, task: string) =>
  iterations.findLast((each) => each.id < id && each.task === task)?.bestPathId ?? -1;

const anyExperiment = fc
  .record({
    seed: fc.nat(),
    width: fc.integer({ min: 1, max: 4 }),
    generations: fc.integer({ min: 1, max: 3 }),
    tasks: fc.integer({ min: 1, max: 4 }),
    secret: fc.nat({ max: 6 }),
    taskIterations: fc.integer({ min: 1, max: 2 }),
    cycles: fc.integer({ min: 1, max: 2 }),
    name: fc.constantFrom('mu2net', 'mu2net+'),
    maxTaskPopulation: fc.constantFrom(null, 1, 3),
    flopsReference: fc.constantFrom(null, 100_000),
    adaptersMutate: fc.boolean(),
    adaptersRemovable: fc.boolean(),
    base: fc.constantFrom(1, 0.95, 0.5),
    mu: fc.constantFrom(0.1, 0.3, 0.5),
    num_layers: fc.integer({ min: 0, max: 3 }),
  })
  .map((drawn): Experiment => {
    const { seed, width, generations, taskIterations, cycles, base, mu } = drawn;
    const { name, maxTaskPopulation, flopsReference, adaptersMutate, adaptersRemovable } = drawn;
    const { method, tasks: _, ...rest } = experimentOf();
    return {
      ...rest,
      seed,
      taskIterations,
      cycles,
      tasks: Array.from({ length: drawn.tasks }, (_, at) =>
        taskOf(`task ${at}`, { isPrivate: at === drawn.secret }),
      ),
      method: {
        ...method,
        name,
        maxTaskPopulation,
        width,
        samplesPerTask: width * generations,
        adaptersMutate,
        adaptersRemovable,
        score: { base, parametersReference: 3000, flopsReference },
        defaults: { ...method.defaults, _mu_: mu, num_layers: drawn.num_layers },
        ranges: { ...method.ranges, num_layers: [0, 1, 2, 3] },
      },
    };
  });

describe('whole runs', () => {
  test(`keep the guarantees of the method for any configuration ${claim('no-forgetting', 'no-interference', 'private-tasks', 'bounded-population')}`, async () => {
    const property = fc.asyncProperty(anyExperiment, async (experiment) => {
      const pool = poolOf(experiment, { diverging: new Set([2, 5]) });
      const deleted: Digest[] = [];
      const spy = interceptRequests(pool, async (request) => {
        if (request.kind === 'collect') deleted.push(...request.digests);
      });
      const ledger = await createRecord(experiment, spy);
      const systems = systemsOf(ledger);
      const end = await growToEnd(ledger, spy).catch((error) => {
        // Only if all children of a first iteration diverged.
        expect(error.code).toBe('NO_SURVIVOR');
      });
      fc.pre(end !== undefined);
      const children = ledger.children();
      const paths = new Map(ledger.paths().map((path) => [path.id, path]));
      const iterations = ledger.iterations();

      // Children have consecutive ids, so no child is lost.
      expect(children.map(({ pathId }) => pathId)).toEqual(children.map((_, at) => at + 1));
      const { tasks } = experiment;
      const method = methodOf(experiment.method);
      expect(children).toHaveLength(method.samplesPerTask * iterationsOf(experiment));
      expect(iterations.map(({ task }) => task)).toEqual(visits(experiment));

      // No population exceeds its largest size.
      for (const { id, task } of iterations) {
        let population = paths.has(bestBefore(iterations, id, task)) ? 1 : 0;
        for (const { generation, pruned } of ledger.generations(id)) {
          const joined = children.filter(
            (each) => each.iteration === id && each.generation === generation && each.retained,
          );
          population += joined.length - pruned.length;
          expect(population).toBeLessThanOrEqual(method.maxTaskPopulation ?? Infinity);
          if (method.maxTaskPopulation === null) expect(pruned).toEqual([]);
        }
      }

      // Offspring counts agree with the recorded children.
      for (const [id, perTask] of end.offspring) {
        for (const { name } of tasks) {
          const drawn = children.filter(({ parentId, task }) => parentId === id && task === name);
          expect(perTask.get(name) ?? 0).toBe(drawn.length);
        }
      }

      const secrets = tasks.filter(({ isPrivate }) => isPrivate).map(({ name }) => name);
      for (const child of children) {
        const { pathId, parentId, task, iteration, retained } = child;
        const before = systems[iteration - 1];
        const from = paths.get(parentId);
        // Private paths are parents only for their own task.
        if (from?.task && secrets.includes(from.task)) expect(task).toBe(from.task);
        // A parent belongs to the task, or was living when the iteration started.
        if (before && from?.task !== task) expect(before.paths.has(parentId)).toBe(true);
        // Components of other tasks are never trained, only shared or cloned.
        const locked = before ? locksDuring(before, task) : undefined;
        for (const { id, origin } of child.components) {
          if (origin === 'shared') expect(locked?.has(id) ?? id.startsWith('0/')).toBe(true);
          else expect(id.startsWith(`${pathId}/`)).toBe(true);
        }
        expect(retained).toBe(paths.has(pathId));
        // A child that diverges is retained like any other: by its best validation before.
        if (child.qualityBar === null) expect(retained).toBe(true);
      }

      // A finished task's model changes only in a later iteration of that task.
      systems.forEach((system, at) => {
        const { task, bestPathId } = iterations[at] ?? {};
        const path = system.paths.get(bestPathId ?? -1);
        if (!path) throw new Error('an ended iteration has a best path');
        expect(path.task).toBe(task);
        const model = digests(path, system);
        for (const [later, then] of systems.entries()) {
          if (later < at) continue;
          if (later > at && iterations[later]?.task === task) break;
          const same = then.paths.get(path.id);
          expect(same && digests(same, then)).toEqual(model);
          expect(same?.quality).toBe(path.quality);
        }
      });

      for (const system of [...systems, end]) {
        for (const path of system.paths.values()) {
          const components = componentsOf(path, system);
          if (path.task === null) continue;
          const total = components.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
          const locks = locksDuring(system, path.task);
          expect(accountedParameters(components, path.task, locks, method)).toBeLessThanOrEqual(
            total,
          );
        }
        // The system has one path per learned task, and the root.
        const learned = [...system.paths.values()].map(({ task }) => task);
        expect(new Set(learned).size).toBe(learned.length);
      }

      // The store contains only the components of living paths.
      expect(new Set(deleted).size).toBe(deleted.length);
      const stored = new Set(
        ledger
          .components()
          .flatMap(({ paramsDigest, traceDigest }) => [paramsDigest, traceDigest ?? paramsDigest]),
      );
      for (const digest of deleted) expect(stored.delete(digest)).toBe(true);
      expect(stored).toEqual(reachable(end));
      expect(new Set(ledger.storedDigests())).toEqual(stored);

      // The record has exactly the living system.
      expect(recallSystem(ledger)).toEqual(end);
    });
    await fc.assert(property, { seed: 5, numRuns: 60 });
  });

  test(`do not depend on the workers, the cohorts or the order of children ${claim('reproducible')}`, async () => {
    const experiment = experimentOf({
      method: choicesOf({ samplesPerTask: 10, width: 5, adaptersMutate: true }),
    });
    const expected = await uninterruptedRecord(experiment);
    for (const workers of [2, 3, 9]) {
      const pool = poolOf(experiment, { workers });
      const order = streamsOf(workers).stream('order');
      const ledger = await createRecord(experiment, pool);
      const late = interceptRequests(pool, () => setTimeout(order.index(4)));
      await growToEnd(ledger, late);
      expect(recordOf(ledger)).toEqual(expected);
    }
  });

  test('with different seeds are different', async () => {
    const runs = await Promise.all(
      [1, 2].map((seed) => uninterruptedRecord(experimentOf({ seed }))),
    );
    expect(runs[0]?.children).not.toEqual(runs[1]?.children);
  });
});

test('a missing method module is reported in one line', async () => {
  const experiment = experimentOf({
    method: choicesOf({ name: 'own', module: { file: '/no/such/method.js', sha256: '' } }),
  });
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  await expect(growToEnd(ledger, pool)).rejects.toMatchObject({
    code: 'METHOD_UNKNOWN',
    message: expect.stringMatching(
      /^method module \/no\/such\/method\.js .*put the module back[^\n]*$/,
    ),
  });
});

test('a finished run does not change', async () => {
  const experiment = experimentOf();
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  const end = await growToEnd(ledger, pool);
  const record = recordOf(ledger);
  const idle = interceptRequests(pool, () =>
    Promise.reject(new Error('a finished run sends no requests')),
  );
  expect(await growToEnd(ledger, idle)).toEqual(end);
  expect(recordOf(ledger)).toEqual(record);
});

test('events report each generation, each child once, each better path and each test', async () => {
  const experiment = experimentOf();
  const pool = poolOf(experiment, { diverging: new Set([2]) });
  const ledger = await createRecord(experiment, pool);
  const events: RunEvent[] = [];
  await growToEnd(ledger, pool, (event) => events.push(event));
  const of = <T extends RunEvent['type']>(type: T) =>
    events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  const children = ledger.children();
  expect(of('generation')).toHaveLength(12);
  expect(of('generation')[11]).toMatchObject({
    task: 'c',
    taskIteration: 2,
    generation: 2,
    generations: 2,
  });
  expect(of('generation').flatMap((event) => event.children.map(({ pathId }) => pathId))).toEqual(
    children.map(({ pathId }) => pathId),
  );
  expect(of('child').map(({ pathId, retained }) => ({ pathId, retained }))).toEqual(
    children.map(({ pathId, retained }) => ({ pathId, retained })),
  );
  expect(of('child')[1]).toMatchObject({ pathId: 2, retained: true, failure: /diverge/ });
  const last = new Map(of('best').map(({ task, pathId }) => [task, pathId]));
  for (const { task, bestPathId } of ledger.iterations().slice(3))
    expect(last.get(task)).toBe(bestPathId);
  expect(of('tested').map(({ pathId, correct }) => ({ pathId, correct }))).toEqual(
    ledger.evaluations().map(({ pathId, correct }) => ({ pathId, correct })),
  );
});
