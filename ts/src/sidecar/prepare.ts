import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { findPython } from './python.js';

/** What is being done with which data set, or base split of one. */
export type PrepareProgress =
  /** TFDS downloads and prepares it. */
  | { readonly stage: 'prepare'; readonly what: string }
  /** So many of its images are decoded, or checked where they are kept as files, or labelled. */
  | {
      readonly stage: 'decode' | 'check' | 'label';
      readonly what: string;
      readonly done: number;
      readonly total: number;
    };

/** A line of the program's output. */
type Said =
  | PrepareProgress
  | { readonly stage: 'ready' }
  | { readonly stage: 'failed'; readonly code: ErrorCode; readonly message: string };

export interface PrepareOptions {
  /** A data-set builder that TFDS does not bring: its file, or its folder. */
  readonly builder?: string | undefined;
  /** What the images of a data set may fill decoded, in GB; the sidecar knows how much by default. */
  readonly decodedLimit?: number | undefined;
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Lets the program write what it has to say besides, such as TFDS's bars, to this stderr. */
  readonly talkative?: boolean;
  readonly signal?: AbortSignal;
}

/** How long the program has to take away what is not whole. */
const GRACE_MILLIS = 10_000;

/**
 * Has TFDS prepare the data sets of a source, and decodes them; what is there is not made again. Data
 * that is not whole is never under the name of whole data, however this ends.
 *
 * @param source wire form of a source of kind `tfds`
 * @throws Mu2NetError DATA_MISSING, DATA_CORRUPT or IMAGE_UNDECODABLE, as the sidecar says;
 *   CANCELLED; PYTHON_MISSING; SIDECAR_FAILED
 */
export async function prepareSource(
  source: object,
  { builder, decodedLimit, onProgress = () => {}, talkative = false, signal }: PrepareOptions = {},
): Promise<void> {
  const words = [
    ...['prepare', JSON.stringify(source), '--json'],
    ...(builder === undefined ? [] : ['--builder', builder]),
    ...(decodedLimit === undefined ? [] : ['--decoded-limit', `${decodedLimit}`]),
  ];
  const { executable, pythonPath } = findPython();
  const child = spawn(
    executable,
    ['-m', 'mu2net_sidecar', ...words],
    // In a group of its own: a terminal's Ctrl-C would otherwise reach it twice.
    {
      env: { ...process.env, PYTHONPATH: pythonPath },
      detached: true,
      stdio: ['ignore', 'pipe', talkative ? 'inherit' : 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let lastWords = 'it said nothing';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = text.trim().split('\n').at(-1) || lastWords;
  });
  const release = endedWith(child, signal);
  try {
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      // A builder's own programs may write there too.
      if (!line.startsWith('{"stage": ')) continue;
      const said = JSON.parse(line) as Said;
      if (said.stage === 'failed') throw new Mu2NetError(said.code, said.message);
      if (said.stage === 'ready') return;
      onProgress(said);
    }
  } finally {
    await closed;
    release();
  }
  if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'preparing data was cancelled');
  throw new Mu2NetError('SIDECAR_FAILED', `Python could not prepare data: ${lastWords}`);
}

/** Ends the program when `signal` says so, and with this process at the latest. */
function endedWith(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let patience: NodeJS.Timeout | undefined;
  const kill = () => child.kill('SIGKILL');
  const stop = () => {
    child.kill('SIGTERM');
    // A download that is under way holds it up, and leaves nothing under a final name.
    patience = setTimeout(kill, GRACE_MILLIS);
  };
  signal?.addEventListener('abort', stop);
  process.on('exit', kill);
  return () => {
    clearTimeout(patience);
    signal?.removeEventListener('abort', stop);
    process.off('exit', kill);
  };
}
