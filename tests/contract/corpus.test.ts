import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  brokerMessage,
  controllerMessage,
  poolMessage,
  workerMessage,
} from '../../protocol/index.js';
import { decode, encode, MalformedMessage } from '../../ts/src/pool/wire/codec.js';

// The sidecar's codec runs the same corpus in py/tests/wire/test_corpus.py.
const corpus = new URL('../../protocol/corpus/', import.meta.url);
const SENDERS = ['worker', 'broker', 'controller', 'pool'] as const;
const SCHEMAS: Readonly<Record<(typeof SENDERS)[number], z.ZodType>> = {
  worker: workerMessage,
  broker: brokerMessage,
  controller: controllerMessage,
  pool: poolMessage,
};
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** Decodes the bytes of an example from base64; a reviver of JSON. */
const reviveBytes = (key: string, value: unknown) => {
  if (key === 'contents' && Array.isArray(value))
    return value.map((each) => Buffer.from(each, 'base64'));
  return ['outcomes', 'data', 'png'].includes(key) && typeof value === 'string'
    ? Buffer.from(value, 'base64')
    : value;
};
const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, corpus), 'utf8'), reviveBytes);

/** Reads the examples, named `sender/name`. */
function examples(verdict: 'accept' | 'reject'): readonly [string, z.ZodType, unknown][] {
  return SENDERS.flatMap((sender) =>
    readdirSync(new URL(`${verdict}/${sender}/`, corpus))
      .map((file) => `${sender}/${file.replace(/\.json$/, '')}`)
      .sort()
      .map((name): [string, z.ZodType, unknown] => [
        name,
        SCHEMAS[sender],
        read(`${verdict}/${name}.json`),
      ]),
  );
}

/** Reverses the fields of a value, except those of the map `files`, whose order is data. */
function reverseFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseFields);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, key === 'files' ? each : reverseFields(each)]),
  );
}

const accepted = examples('accept');
const rejected = examples('reject');

// UPDATE_GOLDEN=1 npx vitest run tests/contract/corpus.test.ts rewrites the bytes. A change to the
// bytes of an existing message breaks peers, so it needs a new major version.
if (process.env.UPDATE_GOLDEN) {
  const bytes = accepted.map(([name, schema, message]) => [
    name,
    encode(schema, message).toString('hex'),
  ]);
  const text = `${JSON.stringify(Object.fromEntries(bytes), null, 2)}\n`;
  writeFileSync(new URL('golden.json', corpus), text);
}
const golden = read('golden.json') as Readonly<Record<string, string>>;

describe('the corpus', () => {
  it('has golden bytes for every accepted message', () => {
    expect(Object.keys(golden).sort()).toEqual(accepted.map(([name]) => name).sort());
  });

  it.each(accepted)('accepts %s, in golden bytes', (name, schema, message) => {
    const payload = encode(schema, message);
    expect(payload.toString('hex')).toBe(golden[name]);
    expect(decode(schema, payload)).toEqual(message);
  });

  it.each(accepted)(
    'encodes %s to the same bytes for any order of its fields',
    (name, schema, message) => {
      expect(encode(schema, reverseFields(message)).toString('hex')).toBe(golden[name]);
    },
  );

  it.each(rejected)('rejects %s', (_name, schema, example) => {
    const { message, msgpack } = example as { message?: unknown; msgpack?: string };
    const payload = msgpack === undefined ? packr.pack(message) : Buffer.from(msgpack, 'hex');
    expect(() => decode(schema, payload)).toThrow(MalformedMessage);
    if (msgpack === undefined) expect(() => encode(schema, message)).toThrow(MalformedMessage);
  });

  it('has an accepted message of every type and kind', () => {
    const messages = JSON.stringify(accepted);
    for (const schema of Object.values(SCHEMAS)) {
      const json = JSON.stringify(schema.toJSONSchema({ unrepresentable: 'any' }));
      for (const literal of json.matchAll(/"const":"(\w+)"/g)) {
        expect(messages).toContain(`"${literal[1]}"`);
      }
    }
  });
});

/** Decodes bytes; fails if the result is neither a message nor a {@link MalformedMessage}. */
function checkDecoding(payload: Uint8Array): void {
  for (const schema of Object.values(SCHEMAS)) {
    try {
      const message = decode(schema, payload);
      expect(decode(schema, encode(schema, message))).toEqual(message);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedMessage);
    }
  }
}

describe('the codec', () => {
  const payloads = Object.values(golden).map((hex) => Buffer.from(hex, 'hex'));

  it('rejects garbage as malformed, and still encodes afterwards', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        checkDecoding(garbage);
        const [name, schema, message] = accepted[garbage.length % accepted.length] ?? [];
        if (schema) expect(encode(schema, message).toString('hex')).toBe(golden[name ?? '']);
      }),
    );
  });

  it('decodes a damaged message to another message, or rejects it as malformed', () => {
    const damaged = fc
      .constantFrom(...payloads)
      .chain((payload) =>
        fc.tuple(fc.constant(payload), fc.nat(payload.length - 1), fc.nat({ max: 255 })),
      );
    fc.assert(
      fc.property(damaged, ([payload, at, byte]) => {
        const copy = Buffer.from(payload);
        copy[at] = byte;
        checkDecoding(copy);
        checkDecoding(copy.subarray(0, at));
      }),
      { numRuns: 300 },
    );
  });
});
