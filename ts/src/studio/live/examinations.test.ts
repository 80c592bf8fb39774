import { beforeAll, describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../../tests/support/experiments.js';
import { interceptRequests, temporaryFolder } from '../../../../tests/support/runs.js';
import { grow } from '../../api/grow.js';
import { Mu2NetError } from '../../domain/errors.js';
import type { Address } from '../../state/runs.js';
import { Examinations } from './examinations.js';
import type { FeedEvent } from './feed.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);
let address: Address;

beforeAll(async () => {
  const { directory, branchName } = await grow(experiment, { folder: temporaryFolder(), pool });
  address = { directory, branch: branchName };
});

/** Listens to the end of an examination. */
async function listen(examinations: Examinations, task = 'a'): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = [];
  let resolve = () => {};
  const ended = new Promise<void>((done) => {
    resolve = done;
  });
  const onEvent = (event: FeedEvent) => {
    events.push(event);
    if (event.type === 'done') resolve();
  };
  const leave = examinations.listen({ address, task }, { onEvent, onEnd: resolve });
  await ended;
  leave();
  return events;
}

describe('an examination', () => {
  test('is made when somebody asks, once, and is kept', async () => {
    let requests = 0;
    const counting = interceptRequests(pool, async () => {
      requests++;
    });
    const examinations = new Examinations(counting);
    const subject = { address, task: 'a' };
    expect(examinations.known(subject)).toBeNull();
    const both = await Promise.all([listen(examinations), examinations.read(subject)]);
    const done = both[0].at(-1);
    expect(both[0][0]?.type).toBe('progress');
    expect(done?.type).toBe('done');
    expect(done?.data).toEqual(both[1]);
    expect(both[1].cells.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(examinations.known(subject)).toEqual(both[1]);
    expect((await listen(examinations)).map(({ type }) => type)).toEqual(['done']);
    expect(requests).toBe(1);
  });

  test('ends when nobody waits for it any more, and can begin again', async () => {
    const examinations = new Examinations(poolOf(experiment, { delayMillis: 30 }));
    const told: FeedEvent[] = [];
    const listener = { onEvent: (event: FeedEvent) => told.push(event), onEnd: () => {} };
    examinations.listen({ address, task: 'b' }, listener)();
    const again = await examinations.read({ address, task: 'b' });
    expect(again.task).toBe('b');
    await examinations.close();
    expect(told.map(({ type }) => type)).not.toContain('done');
  });

  test('that fails says why in one line', async () => {
    const failing = interceptRequests(pool, async () => {
      throw new Mu2NetError('DATA_MISSING', 'the file is gone; put it back');
    });
    const [failed] = (await listen(new Examinations(failing))).slice(-1);
    expect([failed?.type, failed?.data]).toEqual([
      'failed',
      { code: 'DATA_MISSING', message: 'the file is gone; put it back' },
    ]);
  });
});
