import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  experiment,
  finished,
  otherMethod,
  pool,
  reachOfBranch,
  stoppedAfter,
} from '../../../tests/support/branches.js';
import { resumeRun } from '../run/session.js';
import { storeOf } from '../state/directory.js';
import { Ledger, readRun } from '../state/record/ledger.js';
import { parseAddress } from '../state/runs.js';
import { readStore } from '../state/store.js';
import { createBranch, dropBranch } from './branch.js';
import { collectGarbage } from './collect-garbage.js';

describe('drop and gc', () => {
  /** Puts a file for every recorded object in the store, as sidecars do. */
  function fillStore(directory: string): void {
    for (const digest of readRun(parseAddress(directory), (ledger) => ledger.storedDigests())) {
      const file = join(storeOf(directory), digest.slice(0, 2), `${digest}.safetensors`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, digest);
    }
  }
  const held = (directory: string) =>
    new Set(readStore(storeOf(directory)).files.map(({ digest }) => digest));

  test('delete what only the dropped branch reached, and never what another one reaches', async () => {
    const choices = fc.record({
      first: fc.constantFrom('0', 'a', 'b'),
      second: fc.constantFrom('0', 'a', 'b'),
      grow: fc.boolean(),
      drops: fc.subarray(['one', 'two']),
      same: fc.boolean(),
    });
    const property = fc.asyncProperty(choices, async ({ first, second, grow, drops, same }) => {
      const directory = await finished();
      createBranch(parseAddress(directory), 'one', { at: first, experiment: otherMethod });
      createBranch(parseAddress(directory), 'two', {
        at: second,
        experiment: same ? experiment : otherMethod,
      });
      await resumeRun(parseAddress(`${directory}:one`), { pool });
      if (grow) await resumeRun(parseAddress(`${directory}:two`), { pool });
      fillStore(directory);
      const everything = held(directory);
      for (const name of drops) dropBranch(parseAddress(`${directory}:${name}`));
      const names = readRun(parseAddress(directory), (ledger) => ledger.branches()).map(
        ({ name }) => name,
      );
      const reached = new Set(names.flatMap((name) => [...reachOfBranch(`${directory}:${name}`)]));
      const found = await collectGarbage(parseAddress(directory));
      expect(held(directory)).toEqual(everything);
      const deleted = await collectGarbage(parseAddress(directory), { delete: true });
      expect(deleted).toEqual({ ...found, deleted: true });
      expect(held(directory)).toEqual(reached);
      expect(new Set(readRun(parseAddress(directory), (ledger) => ledger.storedDigests()))).toEqual(
        reached,
      );
      expect(everything.size).toBe(reached.size + found.unreferenced.files);
      expect((await collectGarbage(parseAddress(directory))).unreferenced.files).toBe(0);
    });
    await fc.assert(property, { seed: 2, numRuns: 12 });
  });

  test('find orphans and interrupted writes, and keep objects that are not committed yet', async () => {
    const directory = await stoppedAfter(1);
    const waiting = 'a'.repeat(64);
    const component = {
      name: 'head',
      parameterCount: 1,
      paramsDigest: waiting,
      traceDigest: null,
    } as const;
    const ledger = Ledger.open(directory);
    await ledger.recordMeasurement({
      kind: 'trained',
      pathId: ledger.nextPathId(),
      qualities: [],
      components: [component],
      trainSeconds: 0,
      compilations: 0,
    });
    ledger.close();
    fillStore(directory);
    const folder = join(storeOf(directory), 'aa');
    mkdirSync(folder, { recursive: true });
    const orphan = `aa${'b'.repeat(62)}`;
    for (const name of [
      `${waiting}.safetensors`,
      `${orphan}.safetensors`,
      `../${'0123'.repeat(8)}.tmp`,
      'notes.txt',
      '../notes.tmp',
    ]) {
      writeFileSync(join(folder, name), 'four');
    }
    const report = await collectGarbage(parseAddress(directory), { delete: true });
    expect(report).toMatchObject({
      unreferenced: { files: 0 },
      orphans: { files: 1, bytes: 4 },
      temporary: { files: 1, bytes: 4 },
    });
    expect(held(directory)).toContain(waiting);
    expect(held(directory)).not.toContain(orphan);
    expect(held(directory)).not.toContain(null);
  });

  test('leave odd entries of the store alone, and name them', async () => {
    const directory = await finished();
    fillStore(directory);
    const store = storeOf(directory);
    const folder = join(store, 'ab');
    mkdirSync(folder, { recursive: true });
    const strange = [
      join(folder, `ab${'0'.repeat(62)}.safetensors`),
      join(folder, `ab${'1'.repeat(62)}.safetensors`),
      join(folder, 'notes.txt'),
      join(store, 'cd'),
      join(store, `${'0123'.repeat(8)}.tmp`),
      join(store, 'other'),
    ];
    const [object = '', link = '', notes = '', prefix = '', temporary = '', other = ''] = strange;
    for (const path of [object, temporary, other]) mkdirSync(path);
    symlinkSync(join(folder, 'missing'), link);
    for (const path of [notes, prefix]) writeFileSync(path, 'mine');
    const report = await collectGarbage(parseAddress(directory), { delete: true });
    expect(report.strange.toSorted()).toEqual(strange.toSorted());
    expect([report.orphans.files, report.temporary.files]).toEqual([0, 0]);
    for (const path of strange.filter((each) => each !== link)) {
      expect(existsSync(path)).toBe(true);
    }
  });
});
