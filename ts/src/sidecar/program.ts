import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Mu2NetError } from '../domain/errors.js';
import { cancelledError } from '../pool/errors.js';
import { endProcess } from './process.js';
import { findPython } from './python.js';

/** A program of the sidecar's package, and how it runs. */
export interface ProgramOptions {
  /** The module that `python -m` runs. */
  readonly module: string;
  readonly words?: readonly string[];
  /** What it reads from its input; nothing by default. */
  readonly input?: string;
  /** What it does, for the sentence of an error: `prepare data`. */
  readonly purpose: string;
  /** What is cancelled, for the sentence of an error: `preparing data`. */
  readonly activity: string;
  /** Whether its other output goes to this stderr. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How long the program has to remove what is not complete. */
const TIDY_MILLIS = 10_000;

/**
 * Runs a Python program to its end, and yields the lines that it prints. Whoever reads them stops at
 * the line that says that all is done; a program that ends before has failed.
 *
 * @throws Mu2NetError CANCELLED, PYTHON_MISSING, SIDECAR_FAILED with the last line of its stderr
 */
export async function* runProgram({
  module,
  words = [],
  input,
  purpose,
  activity,
  verbose = false,
  signal,
}: ProgramOptions): AsyncGenerator<string, void, undefined> {
  const { executable, pythonPath } = findPython();
  if (signal?.aborted) throw cancelledError(activity);
  const child = spawn(
    executable,
    ['-m', module, ...words],
    // Its own process group, because a terminal's Ctrl-C would otherwise reach it twice.
    {
      env: { ...process.env, PYTHONPATH: pythonPath },
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', verbose ? 'inherit' : 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let lastLine = 'it printed nothing';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLine = text.trim().split('\n').at(-1) || lastLine;
  });
  // A program that ends early does not read all of its input; its status says why.
  (child.stdin as Writable | null)?.on('error', () => {}).end(input);
  const release = endWith(child, signal);
  try {
    yield* createInterface({ input: child.stdout as Readable });
  } finally {
    await closed;
    release();
  }
  if (signal?.aborted) throw cancelledError(activity);
  throw new Mu2NetError('SIDECAR_FAILED', `Python could not ${purpose}: ${lastLine}`);
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
