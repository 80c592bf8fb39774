import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { createRecord, growToEnd } from '../../../tests/support/runs.js';
import { choicesOf, DEFAULTS } from '../../../tests/support/systems.js';
import type { ComponentName } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';

/** Returns the origins of the components of a baseline's children. */
async function originsOf(
  defaults: Partial<Hyperparameters>,
  alwaysClone: readonly ComponentName[],
) {
  const method = choicesOf({
    name: 'baseline',
    samplesPerTask: 3,
    width: 3,
    alwaysClone: ['encoder_norm', ...alwaysClone],
    defaults: { ...DEFAULTS, ...defaults },
  });
  const experiment = experimentOf({ method, taskIterations: 1 });
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  await growToEnd(ledger, pool);
  const children = ledger.children();
  expect(children).toHaveLength(9);
  expect(new Set(children.map(({ parentId }) => parentId))).toEqual(new Set([0]));
  const origins = children.map(({ components }) =>
    Object.fromEntries(components.map(({ name, origin }) => [name, origin])),
  );
  for (const each of origins) expect(each).toEqual(origins[0]);
  return origins[0];
}

const ENDS = { embedding: 'shared', cls: 'shared', posembed_input: 'shared' };

describe('the baselines of method §7', () => {
  test('fine-tune all components', async () => {
    const origins = Object.entries((await originsOf({ _mu_: 1 }, [])) ?? {});
    for (const [name, origin] of origins) expect(origin).toBe(name === 'head' ? 'fresh' : 'cloned');
  });

  test('freeze the bottom layers', async () => {
    expect(await originsOf({ _mu_: 0 }, ['encoderblock_1', 'encoderblock_2'])).toEqual({
      ...ENDS,
      encoderblock_0: 'shared',
      encoderblock_1: 'cloned',
      encoderblock_2: 'cloned',
      encoder_norm: 'cloned',
      head: 'fresh',
    });
  });

  test('train adapters in every layer', async () => {
    expect(await originsOf({ _mu_: 0, adapter_layers: [0, 1, 2] }, [])).toEqual({
      ...ENDS,
      residual_adapter_0: 'fresh',
      encoderblock_0: 'shared',
      residual_adapter_1: 'fresh',
      encoderblock_1: 'shared',
      residual_adapter_2: 'fresh',
      encoderblock_2: 'shared',
      encoder_norm: 'cloned',
      head: 'fresh',
    });
  });
});
