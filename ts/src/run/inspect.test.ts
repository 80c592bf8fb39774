import { describe, expect, it } from 'vitest';
import type { ResultOf } from '../../../protocol/index.js';
import { taskOf } from '../../../tests/support/experiments.js';
import { cancellable } from '../pool/cancellable.js';
import { NullPool } from '../pool/null.js';
import type { Pool } from '../pool/pool.js';
import { inspectTasks } from './inspect.js';

const FACTS = { numClasses: 5, examples: { train: 640, validation: 100, test: 1000 } };
const SPLITS = { train: 'train', validation: 'validation', test: 'test' };
const open = taskOf('a', { splits: null, facts: null });

/** A null pool that answers every inspection with some other values. */
function poolWith(values: Partial<ResultOf<'inspect'>>): Pool {
  const pool = new NullPool({ facts: new Map([['a', FACTS]]) });
  const execute: Pool['execute'] = async (request, options) => ({
    ...(await pool.execute(request, options)),
    ...values,
  });
  return { workers: () => pool.workers(), close: () => pool.close(), execute };
}

describe('inspectTasks', () => {
  it('chooses the splits that are not given', async () => {
    const [task] = await inspectTasks([open], poolWith({}));
    expect(task).toMatchObject({ splits: SPLITS, facts: FACTS });
    const given = taskOf('a', { facts: null });
    const [kept] = await inspectTasks([given], poolWith({}));
    expect(kept?.splits).toEqual(given.splits);
  });

  it.each([
    [[{ name: 'test', examples: 9 }], /^task 'a' needs splits: .* the base splits test$/],
    [[], /the base splits \(none\)$/],
  ])('refuses data without anything to train on', async (baseSplits, message) => {
    await expect(inspectTasks([open], poolWith({ baseSplits }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
      subject: { task: 'a', key: 'splits' },
    });
  });

  it('stops when it is told to', async () => {
    const stopped = cancellable(poolWith({}), AbortSignal.abort());
    await expect(inspectTasks([open], stopped)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
