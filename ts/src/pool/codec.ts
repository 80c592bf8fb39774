import { Packr, Unpackr } from 'msgpackr';
import type { z } from 'zod';

/** Bytes, or a value, that are no message of this protocol; says where and why. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

// Plain msgpack: maps rather than records, nil rather than an extension for undefined.
const options = { useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/**
 * The value, its fields in the order of the schema.
 * @throws MalformedMessage
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedMessage(`${issue?.path.join('.') || 'message'}: ${issue?.message}`);
}

/** @throws MalformedMessage when the message breaks its schema. */
export function encode<T>(schema: z.ZodType<T>, message: T): Buffer {
  return packr.pack(checked(schema, message));
}

/** @throws MalformedMessage, and nothing else, whatever the bytes. */
export function decode<T>(schema: z.ZodType<T>, payload: Uint8Array): T {
  let value: unknown;
  try {
    value = unpackr.unpack(payload);
  } catch (error) {
    throw new MalformedMessage(`not msgpack: ${error instanceof Error ? error.message : error}`);
  }
  return checked(schema, value);
}
