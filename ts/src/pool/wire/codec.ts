import { Packr, Unpackr } from 'msgpackr';
import type { z } from 'zod';

/** The error of bytes or a value that are not a message of this protocol; says where and why. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

// Plain msgpack: maps rather than records, nil rather than an extension for undefined.
const options = { useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/**
 * Validates a value, and returns it with its fields in the order of the schema.
 * @throws MalformedMessage
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedMessage(`${issue?.path.join('.') || 'message'}: ${issue?.message}`);
}

/** Encodes a message. @throws MalformedMessage when it breaks its schema. */
export function encode<T>(schema: z.ZodType<T>, message: T): Buffer {
  return packr.pack(validate(schema, message));
}

/** Decodes a message. @throws MalformedMessage, and no other error, for any other bytes. */
export function decode<T>(schema: z.ZodType<T>, payload: Uint8Array): T {
  let value: unknown;
  try {
    value = unpackr.unpack(payload);
  } catch (error) {
    throw new MalformedMessage(`not msgpack: ${error instanceof Error ? error.message : error}`);
  }
  return validate(schema, value);
}
