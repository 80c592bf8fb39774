import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { cancelledError } from '../pool/errors.js';
import { endProcess } from './process.js';
import { findPython } from './python.js';

/** Which stage of preparation which data set, or base split, is at. */
export type PrepareProgress =
  /** TFDS downloads and prepares it. */
  | { readonly stage: 'prepare'; readonly what: string }
  /** `done` of its `total` images are decoded, checked (where they stay files), or labelled. */
  | {
      readonly stage: 'decode' | 'check' | 'label';
      readonly what: string;
      readonly done: number;
      readonly total: number;
    };

/** A line of the program's output. */
type OutputLine =
  | PrepareProgress
  | { readonly stage: 'ready' }
  | { readonly stage: 'failed'; readonly code: ErrorCode; readonly message: string };

export interface PrepareOptions {
  /** A data-set builder that TFDS does not bring: its file, or its folder. */
  readonly builder?: string | undefined;
  /** GB that the decoded images of a data set may fill; by default the sidecar decides. */
  readonly decodedLimit?: number | undefined;
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Whether the program's other output, such as TFDS's progress bars, goes to this stderr. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal;
}

/** How long the program has to remove what is not complete. */
const TIDY_MILLIS = 10_000;

/**
 * Lets TFDS prepare the data sets of a source, and decodes them. What is there already is kept. Data
 * that is not complete never has the name of complete data, however this ends.
 *
 * @param source wire form of a source of kind `tfds`
 * @throws Mu2NetError DATA_MISSING, DATA_CORRUPT or IMAGE_UNDECODABLE, as the sidecar says;
 *   CANCELLED; PYTHON_MISSING; SIDECAR_FAILED
 */
export async function prepareSource(
  source: object,
  { builder, decodedLimit, onProgress = () => {}, verbose = false, signal }: PrepareOptions = {},
): Promise<void> {
  const words = [
    ...['prepare', JSON.stringify(source), '--json'],
    ...(builder === undefined ? [] : ['--builder', builder]),
    ...(decodedLimit === undefined ? [] : ['--decoded-limit', `${decodedLimit}`]),
  ];
  const { executable, pythonPath } = findPython();
  if (signal?.aborted) throw cancelledError('preparing data');
  const child = spawn(
    executable,
    ['-m', 'mu2net_sidecar', ...words],
    // Its own process group, because a terminal's Ctrl-C would otherwise reach it twice.
    {
      env: { ...process.env, PYTHONPATH: pythonPath },
      detached: true,
      stdio: ['ignore', 'pipe', verbose ? 'inherit' : 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let lastLine = 'it printed nothing';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLine = text.trim().split('\n').at(-1) || lastLine;
  });
  const release = endWith(child, signal);
  try {
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      // Programs that a builder starts may write to the same stream.
      if (!line.startsWith('{"stage": ')) continue;
      const output = JSON.parse(line) as OutputLine;
      if (output.stage === 'failed') throw new Mu2NetError(output.code, output.message);
      if (output.stage === 'ready') return;
      onProgress(output);
    }
  } finally {
    await closed;
    release();
  }
  if (signal?.aborted) throw cancelledError('preparing data');
  throw new Mu2NetError('SIDECAR_FAILED', `Python could not prepare data: ${lastLine}`);
}

/** Ends the program when `signal` aborts, and with this process at the latest; returns the undo. */
function endWith(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  const kill = () => child.kill('SIGKILL');
  // A download in progress delays it, but leaves nothing under a final name.
  const stop = () => void (child.pid && endProcess(child.pid, TIDY_MILLIS));
  signal?.addEventListener('abort', stop);
  process.on('exit', kill);
  return () => {
    signal?.removeEventListener('abort', stop);
    process.off('exit', kill);
  };
}
