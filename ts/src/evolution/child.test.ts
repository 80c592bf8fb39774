import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { childOf, NEXT, originsOf, systemWithRoot } from '../../../tests/support/children.js';
import { addProbability, expectToFit, tally } from '../../../tests/support/statistics.js';
import { type PathSpec, ROOT, systemOf, TINY } from '../../../tests/support/systems.js';
import { type ComponentName, componentNames, countParameters } from '../domain/component.js';
import { locksDuring } from './locks.js';

describe('mutate', () => {
  test('without mutation a child shares all components except the forced clone and a new head', () => {
    const child = childOf(systemWithRoot(0), { parent: 0 });
    expect(originsOf(child)).toEqual({
      embedding: 'shared 0/embedding',
      cls: 'shared 0/cls',
      posembed_input: 'shared 0/posembed_input',
      encoderblock_0: 'shared 0/encoderblock_0',
      encoderblock_1: 'shared 0/encoderblock_1',
      encoderblock_2: 'shared 0/encoderblock_2',
      encoder_norm: 'cloned 0/encoder_norm',
      head: 'fresh',
    });
    expect(child).toMatchObject({ pathId: NEXT, parentId: 0, hyperparameters: { num_classes: 5 } });
  });

  test('with µ 1 a child clones everything', () => {
    const kinds = childOf(systemWithRoot(1), { parent: 0 }).components.map(
      ({ origin }) => origin.kind,
    );
    expect(kinds).toEqual([...Array(7).fill('cloned'), 'fresh']);
  });

  test('a shared component keeps its id; all others get an id of the child', () => {
    for (let nth = 0; nth < 20; nth++) {
      for (const { id, name, origin } of childOf(systemWithRoot(0.5), { parent: 0, nth })
        .components) {
        expect(id).toBe(origin.kind === 'shared' ? origin.of.id : `${NEXT}/${name}`);
      }
    }
  });

  test(`each locked component is cloned independently with probability µ ${claim('clone-or-share')}`, () => {
    const system = systemWithRoot(0.3);
    const free: readonly ComponentName[] = ['cls', 'encoderblock_0', 'encoderblock_2'];
    const probabilities = new Map<string, number>();
    for (const a of [0, 1])
      for (const b of [0, 1])
        for (const c of [0, 1]) {
          const cloned = a + b + c;
          addProbability(probabilities, `${a}${b}${c}1`, 0.3 ** cloned * 0.7 ** (3 - cloned));
        }
    const draw = (nth: number) => {
      const of = originsOf(childOf(system, { parent: 0, nth }));
      return [...free, 'encoder_norm']
        .map((name) => Number(of[name]?.startsWith('cloned')))
        .join('');
    };
    expectToFit(tally(5000, draw), probabilities);
  });

  test('forcing a clone does not shift other draws', () => {
    const system = systemWithRoot(0.5);
    for (let nth = 0; nth < 30; nth++) {
      const forced = originsOf(childOf(system, { parent: 0, nth }));
      const alwaysClone: readonly ComponentName[] = ['cls', 'encoder_norm'];
      const more = originsOf(childOf(system, { parent: 0, nth, method: { alwaysClone } }));
      expect({ ...more, cls: null }).toEqual({ ...forced, cls: null });
      expect(more.cls).toBe('cloned 0/cls');
    }
  });

  test('the mutated µ decides about clones and adapters', () => {
    const method = { ranges: { _mu_: [0, 1] }, adaptersMutate: true };
    const seen = tally(60, (nth) => {
      const { hyperparameters, components } = childOf(systemWithRoot(1), {
        parent: 0,
        nth,
        method,
      });
      expect(hyperparameters.adapter_layers).toEqual(hyperparameters._mu_ === 1 ? [0, 1, 2] : []);
      const shared = components.filter(({ origin }) => origin.kind === 'shared');
      expect(shared).toHaveLength(hyperparameters._mu_ === 1 ? 0 : 6);
      return hyperparameters._mu_;
    });
    expect([...seen.keys()].sort()).toEqual([0, 1]);
  });

  test('the generation’s data hyperparameters replace the parent’s', () => {
    const system = systemWithRoot(0, {
      id: 1,
      task: 'b',
      parent: 0,
      hyperparameters: { ds_hue_delta: 0.2, opt_lr: 0.5 },
    });
    const { hyperparameters } = childOf(system, { parent: 1, data: { ds_hue_delta: 0.1 } });
    expect(hyperparameters).toMatchObject({ ds_hue_delta: 0.1, opt_lr: 0.5, _mu_: 0 });
  });
});

describe('the search for an ancestor’s component', () => {
  test(`a head of another task or of the root is never inherited ${claim('own-head')}`, () => {
    const system = systemWithRoot(0, {
      id: 1,
      task: 'b',
      parent: 0,
      newComponents: ['head', 'encoder_norm'],
    });
    expect(originsOf(childOf(system, { parent: 1 }))).toMatchObject({
      encoder_norm: 'cloned 1/encoder_norm',
      head: 'fresh',
    });
  });

  test('the task’s own head is cloned, even past a path of another task', () => {
    const system = systemWithRoot(
      0,
      { id: 1, task: 'a', parent: 0, newComponents: ['head', 'encoder_norm'] },
      { id: 2, task: 'b', parent: 1, newComponents: ['head', 'encoder_norm'] },
    );
    expect(originsOf(childOf(system, { parent: 1 })).head).toBe('cloned 1/head');
    expect(originsOf(childOf(system, { parent: 2 }))).toMatchObject({
      head: 'cloned 1/head',
      encoder_norm: 'cloned 2/encoder_norm',
    });
    expect(originsOf(childOf(system, { parent: 2, task: 'c' })).head).toBe('fresh');
  });

  test('a trainable component is cloned; one that another task uses is shared', () => {
    const system = systemWithRoot(
      0,
      { id: 1, task: 'a', parent: 0, newComponents: ['head', 'encoderblock_0', 'encoderblock_1'] },
      { id: 2, task: 'b', parent: 1, newComponents: ['head', 'encoderblock_1'] },
    );
    expect(originsOf(childOf(system, { parent: 1 }))).toMatchObject({
      encoderblock_0: 'shared 1/encoderblock_0',
      encoderblock_1: 'cloned 1/encoderblock_1',
      encoderblock_2: 'shared 0/encoderblock_2',
    });
  });

  test('a position embedding that does not fit is replaced by an ancestor’s or a resampled one', () => {
    const small: PathSpec = {
      id: 1,
      task: 'b',
      parent: 0,
      newComponents: ['posembed_input', 'head'],
      hyperparameters: { ds_image_size: 8 },
    };
    const system = systemWithRoot(0, small, {
      id: 2,
      task: 'c',
      parent: 1,
      newComponents: ['head'],
    });
    const posembed = (ds_image_size: number) => {
      const child = childOf(system, { parent: 2, data: { ds_image_size } });
      expect(child.hyperparameters.ds_image_size).toBe(ds_image_size);
      return originsOf(child).posembed_input;
    };
    expect(posembed(8)).toBe('shared 1/posembed_input');
    expect(posembed(11)).toBe('shared 1/posembed_input');
    expect(posembed(16)).toBe('shared 0/posembed_input');
    expect(posembed(32)).toBe('resampled 0/posembed_input');
  });

  test('an adapter that does not fit is replaced by an ancestor’s or a new one', () => {
    const wide: PathSpec = {
      id: 1,
      task: 'b',
      parent: 0,
      newComponents: ['residual_adapter_0'],
      hyperparameters: { adapter_dim: 8, adapter_layers: [0] },
    };
    const narrow: PathSpec = {
      id: 2,
      task: 'c',
      parent: 1,
      newComponents: ['residual_adapter_0', 'residual_adapter_1'],
      hyperparameters: { _mu_: 0.5, adapter_dim: 4, adapter_layers: [0, 1] },
    };
    const system = systemWithRoot(0, wide, narrow);
    const method = { ranges: { adapter_dim: [2, 4, 8] }, alwaysClone: [] };
    const seen = new Map<number, Set<string>>();
    for (let nth = 0; nth < 200; nth++) {
      const child = childOf(system, { parent: 2, nth, method });
      const { residual_adapter_0, residual_adapter_1 } = originsOf(child);
      const { adapter_dim } = child.hyperparameters;
      seen.set(
        adapter_dim,
        (seen.get(adapter_dim) ?? new Set()).add(`${residual_adapter_0}, ${residual_adapter_1}`),
      );
    }
    const combined = (...pairs: readonly (readonly [string, string])[]) =>
      new Set(pairs.map((pair) => pair.join(', ')));
    const [one, other] = ['2/residual_adapter_0', '2/residual_adapter_1'];
    expect(seen).toEqual(
      new Map([
        [2, combined(['fresh', 'fresh'])],
        [
          4,
          combined(
            [`shared ${one}`, `shared ${other}`],
            [`shared ${one}`, `cloned ${other}`],
            [`cloned ${one}`, `shared ${other}`],
            [`cloned ${one}`, `cloned ${other}`],
          ),
        ],
        [
          8,
          combined(
            ['shared 1/residual_adapter_0', 'fresh'],
            ['cloned 1/residual_adapter_0', 'fresh'],
          ),
        ],
      ]),
    );
  });

  test('layers that the parent lacks come from an ancestor, or are new', () => {
    const root: PathSpec = { ...ROOT, hyperparameters: { _mu_: 1, num_layers: 2 } };
    const system = systemOf([
      root,
      { id: 1, task: 'b', parent: 0, hyperparameters: { num_layers: 1 } },
    ]);
    const ranges = { num_layers: [0, 1, 2, 3] };
    const layers = (parent: number) => {
      const seen = new Set<string>();
      for (let nth = 0; nth < 30; nth++) {
        const of = originsOf(childOf(system, { parent, nth, method: { ranges } }));
        seen.add([0, 1, 2].map((layer) => of[`encoderblock_${layer}`] ?? 'none').join(', '));
      }
      return [...seen].sort();
    };
    const [first, second] = ['cloned 0/encoderblock_0', 'cloned 0/encoderblock_1'];
    expect(layers(1)).toEqual([`${first}, ${second}, none`, 'none, none, none']);
    expect(layers(0)).toEqual([`${first}, ${second}, fresh`, `${first}, none, none`]);
  });

  test(`a clone copies the momentum trace; each new component has its own seed ${claim('inherited-momentum')}`, () => {
    const system = systemWithRoot(1, { id: 1, task: 'b', parent: 0, newComponents: ['cls'] });
    const { components } = childOf(system, {
      parent: 1,
      method: { adaptersMutate: true },
    });
    const cls = components.find(({ name }) => name === 'cls');
    expect(cls?.origin).toMatchObject({ kind: 'cloned', of: { traceDigest: 'trace of 1/cls' } });
    const seeds = components.flatMap(({ origin }) =>
      origin.kind === 'fresh' ? [origin.seed] : [],
    );
    expect(seeds).toHaveLength(4);
    expect(new Set(seeds).size).toBe(4);
  });

  test('any child has all names in forward order, fitting shapes and no locked trainable component', () => {
    const anyNames = fc.subarray<ComponentName>([
      'embedding',
      'cls',
      'posembed_input',
      'encoderblock_0',
      'encoderblock_1',
      'residual_adapter_0',
      'encoder_norm',
    ]);
    const anyPath = fc.record({
      parent: fc.nat(),
      task: fc.constantFrom('a', 'b', 'c'),
      own: anyNames,
      adapters: fc.subarray([0, 1, 2]),
    });
    const property = fc.property(
      fc.array(anyPath, { maxLength: 6 }),
      fc.nat(),
      fc.constantFrom(0, 0.3, 1),
      fc.constantFrom(8, 16, 32),
      (paths, parent, mu, ds_image_size) => {
        const specs: PathSpec[] = [{ ...ROOT, hyperparameters: { _mu_: mu } }];
        for (const { parent, task, own, adapters } of paths) {
          const hyperparameters = { adapter_layers: adapters };
          const id = specs.length;
          specs.push({
            id,
            task,
            parent: parent % id,
            newComponents: [...own, 'head'],
            hyperparameters,
          });
        }
        const system = systemOf(specs);
        const locks = locksDuring(system, 'a');
        const child = childOf(system, {
          parent: parent % specs.length,
          data: { ds_image_size },
          method: {
            adaptersMutate: true,
            ranges: { _mu_: [0, 0.3, 1], num_layers: [0, 1, 2, 3], adapter_dim: [2, 4, 8] },
          },
        });
        const { hyperparameters, components } = child;
        expect(components.map(({ name }) => name)).toEqual(componentNames(hyperparameters));
        for (const { name, parameterCount, origin } of components) {
          expect(parameterCount).toBe(countParameters(name, TINY, hyperparameters));
          if (origin.kind === 'shared') expect(locks.has(origin.of.id)).toBe(true);
          if (origin.kind === 'shared' || origin.kind === 'cloned') {
            expect(origin.of.name).toBe(name);
            expect(origin.of.parameterCount).toBe(
              name === 'head' ? origin.of.parameterCount : parameterCount,
            );
          }
          if (name === 'encoder_norm') expect(origin.kind).not.toBe('shared');
          if (name === 'head') expect(['fresh', 'cloned']).toContain(origin.kind);
        }
      },
    );
    fc.assert(property, { seed: 3, numRuns: 200 });
  });
});
