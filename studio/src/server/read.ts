import type { ErrorDocument } from '../../../ts/src/studio/documents/error.js';

/** A request that failed; `status` is 0 when no server answered. */
export class RequestError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.status = status;
  }
}

/** Reads a document of the server. */
export async function readDocument<Document>(
  path: string,
  signal?: AbortSignal,
): Promise<Document> {
  const response = await ask(path, signal);
  if (response.ok) return (await response.json()) as Document;
  throw await errorOf(response);
}

async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = 'The studio does not answer. Start it again with: npx mu2net studio';
    throw new RequestError('STUDIO_AWAY', message, 0);
  }
}

async function errorOf(response: Response): Promise<RequestError> {
  try {
    const { error } = (await response.json()) as ErrorDocument;
    return new RequestError(error.code, error.message, response.status);
  } catch {
    const message = `The studio answered with status ${response.status}.`;
    return new RequestError('STUDIO_ANSWER', message, response.status);
  }
}
