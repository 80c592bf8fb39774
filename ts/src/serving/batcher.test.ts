import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.js';

const LIMITS = { capacity: 12, maxBatch: 3, maxBatchBytes: 1000, waitMillis: 1 };
const never = new AbortController().signal;

const submission = fc.record({
  key: fc.constantFrom('a', 'b'),
  inputs: fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }),
  isGone: fc.boolean(),
});

test('each submission is answered once: by its own outputs, or by why there are none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(submission, { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (submissions, lanes) => {
        let running = 0;
        const batcher = new Batcher<number, string>({
          limits: LIMITS,
          lanes: () => lanes,
          compute: async (key, inputs) => {
            expect(++running).toBeLessThanOrEqual(lanes);
            await setTimeout((inputs[0] ?? 0) % 3);
            running--;
            // Whatever is with it fails, and nothing else.
            if (inputs.includes(13)) throw new Error('unlucky');
            return inputs.map((input) => `${key}${input}`);
          },
        });
        const answers = await Promise.allSettled(
          submissions.map(async ({ key, inputs, isGone }) => {
            const gone = new AbortController();
            const entries = inputs.map((value) => ({ value, bytes: 1 }));
            const answer = batcher.submit(key, entries, isGone ? gone.signal : never);
            gone.abort(new Error('gone'));
            return answer;
          }),
        );
        for (const [nth, answer] of answers.entries()) {
          const { key = '', inputs = [], isGone } = submissions[nth] ?? {};
          if (answer.status === 'fulfilled') {
            expect(isGone).toBe(false);
            expect(answer.value).toEqual(inputs.map((input) => `${key}${input}`));
          } else if (answer.reason.message === 'gone') expect(isGone).toBe(true);
          else expect(answer.reason.message).toMatch(/^unlucky$|12 images wait/);
        }
        expect(batcher.waiting).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});
