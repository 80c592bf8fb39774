import type { z } from 'zod';
import { predictBody, predictFields } from './documents.js';
import { Refusal } from './refusal.js';

/** The limits of one request of a client. */
export interface RequestLimits {
  /** Bytes of a body. */
  readonly maxBodyBytes: number;
  readonly maxImages: number;
}

/** A request for predictions. */
export interface Query {
  /** Contents of image files. */
  readonly images: readonly Uint8Array[];
  /** Null for all tasks that are served. */
  readonly tasks: readonly string[] | null;
  readonly top: number;
}

/**
 * Reads a request for predictions: JSON with base64, or a form with files.
 * @throws Refusal
 */
export async function readQuery(request: Request, limits: RequestLimits): Promise<Query> {
  const header = request.headers.get('content-type') ?? '';
  const type = header.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && type !== 'multipart/form-data') {
    throw new Refusal(
      'MEDIA_TYPE_UNKNOWN',
      `the content type is '${type}'; send application/json or multipart/form-data`,
    );
  }
  const body = await readBody(request, limits.maxBodyBytes);
  const query = type === 'application/json' ? readJson(body) : await readForm(body, header);
  return checkCount(query, limits);
}

/** Reads a body, and no more of it than is allowed. */
async function readBody(request: Request, maxBodyBytes: number): Promise<Buffer<ArrayBuffer>> {
  const tooLarge = () =>
    new Refusal(
      'BODY_TOO_LARGE',
      `the body has more than ${maxBodyBytes} bytes; send fewer or smaller images`,
    );
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > maxBodyBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function readJson(body: Buffer): Query {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('REQUEST_INVALID', 'the body is not JSON; see /openapi.json');
  }
  const { images, tasks, top } = parse(predictBody, value);
  return { images: images.map(decodeBase64), tasks: tasks ?? null, top };
}

async function readForm(body: Buffer<ArrayBuffer>, type: string): Promise<Query> {
  const response = new Response(body, { headers: { 'content-type': type } });
  const form = await response.formData().catch(() => {
    throw new Refusal('REQUEST_INVALID', 'the body is not a form as its content type says');
  });
  for (const name of form.keys()) {
    if (name !== 'image' && name !== 'task' && name !== 'top') {
      throw new Refusal('REQUEST_INVALID', `the form has no field '${name}'; see /openapi.json`);
    }
  }
  const files = form.getAll('image').map((file) => {
    if (typeof file !== 'string') return file;
    throw new Refusal('REQUEST_INVALID', 'image: it is a text; send a file (curl -F image=@a.png)');
  });
  if (files.length === 0) throw new Refusal('REQUEST_INVALID', 'image: the form has no file');
  const named = form.getAll('task');
  const { tasks, top } = parse(predictFields, {
    ...(named.length > 0 && { tasks: named }),
    ...(form.has('top') && { top: form.get('top') }),
  });
  const images = await Promise.all(
    files.map(async (file) => new Uint8Array(await file.arrayBuffer())),
  );
  return { images, tasks: tasks ?? null, top };
}

function checkCount(query: Query, { maxImages }: RequestLimits): Query {
  const { length } = query.images;
  if (length <= maxImages) return query;
  throw new Refusal(
    'REQUEST_INVALID',
    `images: there are ${length}, and a request has ${maxImages} at most; send several requests`,
  );
}

function decodeBase64(text: string, nth: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  // Node ignores what is not base64; so many digits give so many bytes.
  if (bytes.length === Math.floor((text.replace(/=+$/, '').length * 3) / 4)) return bytes;
  throw new Refusal('REQUEST_INVALID', `images.${nth}: it is not base64`);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'the body';
  throw new Refusal('REQUEST_INVALID', `${where}: ${issue?.message}; see /openapi.json`);
}
