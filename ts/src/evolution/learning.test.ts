import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { childOf, originsOf, systemWithRoot } from '../../../tests/support/children.js';
import { addProbability, expectToFit, tally } from '../../../tests/support/statistics.js';
import { ROOT, systemOf } from '../../../tests/support/systems.js';
import type { ComponentName } from '../domain/component.js';

describe('what a child of µ2Net+ learns', () => {
  const method = { name: 'mu2net+', ranges: { _mu_: [0, 0.5, 1] }, adaptersMutate: true };
  const own: readonly ComponentName[] = ['head', 'cls'];
  const system = systemWithRoot(0.5, {
    id: 1,
    task: 'a',
    parent: 0,
    newComponents: own,
    hyperparameters: { num_layers: 2 },
  });
  const learned = (child: ReturnType<typeof childOf>) =>
    Object.keys(child.hyperparameters).filter((name) => name.startsWith('_mu_|'));

  test('is of the actions that were considered: not of forced clones, heads and its own', () => {
    expect(learned(childOf(system, { parent: 1, method })).sort()).toEqual([
      '_mu_|add:residual_adapter_0',
      '_mu_|add:residual_adapter_1',
      '_mu_|clone:embedding',
      '_mu_|clone:encoderblock_0',
      '_mu_|clone:encoderblock_1',
      '_mu_|clone:posembed_input',
      '_mu_|hp:_mu_',
    ]);
  });

  test('its children start from, those of other tasks too', () => {
    const before = { '_mu_|clone:cls': 1, '_mu_|clone:embedding': 0, '_mu_|hp:ds_hue_delta': 0.5 };
    const later = systemWithRoot(0, { id: 1, task: 'b', parent: 0, hyperparameters: before });
    const child = childOf(later, { parent: 1, method });
    expect(child.hyperparameters).toMatchObject(before);
    expect(originsOf(child)).toMatchObject({
      cls: 'cloned 0/cls',
      embedding: 'shared 0/embedding',
      posembed_input: 'shared 0/posembed_input',
    });
  });

  test('of the data is the generation’s before the parent’s', () => {
    const [ours, theirs] = [{ '_mu_|hp:ds_hue_delta': 1 }, { '_mu_|hp:ds_hue_delta': 0 }];
    const later = systemWithRoot(0, { id: 1, task: 'b', parent: 0, hyperparameters: theirs });
    const child = childOf(later, { parent: 1, method, data: ours });
    expect(child.hyperparameters).toMatchObject(ours);
  });

  test.each([
    ['each component by its own', 0.1],
    ['each by µ at first', undefined],
  ])(`decides: %s ${claim('learned-mutation', 'clone-or-share')}`, (_, probability) => {
    const start = { _mu_: 0.3, '_mu_|clone:cls': probability };
    const from = systemOf([{ ...ROOT, hyperparameters: start }]);
    const draw = (nth: number) => {
      // Without a range nothing moves, and what was learned stands.
      const of = originsOf(childOf(from, { parent: 0, nth, method: { name: 'mu2net+' } }));
      return `${of.cls?.split(' ')[0]} ${of.embedding?.split(' ')[0]}`;
    };
    const probabilities = new Map<string, number>();
    for (const [cls, a] of [
      ['cloned', probability ?? 0.3],
      ['shared', 1 - (probability ?? 0.3)],
    ] as const) {
      addProbability(probabilities, `${cls} cloned`, a * 0.3);
      addProbability(probabilities, `${cls} shared`, a * 0.7);
    }
    expectToFit(tally(4000, draw), probabilities);
  });
});
