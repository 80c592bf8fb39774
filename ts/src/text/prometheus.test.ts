import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prometheusText } from './prometheus.js';

test('writes help, type and samples', () => {
  const text = prometheusText([
    { name: 'queue_length', help: 'Its length.', type: 'gauge', samples: [{ value: 3 }] },
    {
      name: 'wait_seconds',
      help: 'How long\nit \\ waits.',
      type: 'histogram',
      samples: [
        { suffix: '_bucket', labels: { le: '+Inf', of: 'a"b\\c\nd' }, value: 2 },
        { suffix: '_sum', value: Number.POSITIVE_INFINITY },
      ],
    },
  ]);
  expect(text).toBe(`# HELP queue_length Its length.
# TYPE queue_length gauge
queue_length 3
# HELP wait_seconds How long\\nit \\\\ waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="+Inf",of="a\\"b\\\\c\\nd"} 2
wait_seconds_sum +Inf
`);
});

test('keeps every label on one line, from which it can be read', () => {
  fc.assert(
    fc.property(fc.string(), fc.double(), (label, value) => {
      const samples = [{ labels: { label }, value }];
      const text = prometheusText([{ name: 'm', help: 'h', type: 'gauge', samples }]);
      const found = /^m\{label="(.*)"\} (\S+)$/.exec(text.split('\n')[2] ?? '');
      const read = found?.[1]?.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
      expect(read).toBe(label);
      const number = (found?.[2] ?? '').replace('Inf', 'Infinity');
      expect(Number(number)).toBe(value === 0 ? 0 : value);
    }),
  );
});
