import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { cancelledError } from '../pool/errors.js';
import { endProcess } from './process.js';
import { findPython } from './python.js';

/** A line of a tool's output. */
type OutputLine<P> =
  | P
  | { readonly stage: 'ready'; readonly answer?: unknown }
  | { readonly stage: 'failed'; readonly code: ErrorCode; readonly message: string };

interface ToolOptions<P> {
  /** The module of the package that has the tool; by default that of the worker's command. */
  readonly module?: string;
  /** The tool's standard input; empty by default. */
  readonly input?: string;
  readonly onProgress?: (progress: P) => void;
  /** Whether the tool's other output, such as progress bars of a library, goes to this stderr. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How long a tool has to remove what is not complete; with all else, Ctrl-C takes 25 s at most. */
const TIDY_MILLIS = 20_000;

/**
 * Runs a tool of the sidecar's package in a process of its own, and returns its answer.
 *
 * @param words its command line: `prepare` or `root`, and what they take
 * @param what what it does, for errors: `prepare data`
 * @throws Mu2NetError what the tool says; CANCELLED; PYTHON_MISSING; SIDECAR_FAILED
 */
export async function runTool<P extends { readonly stage: string }>(
  words: readonly string[],
  what: string,
  options: ToolOptions<P> = {},
): Promise<unknown> {
  const { module = 'mu2net_sidecar', input, onProgress = () => {}, verbose, signal } = options;
  const { executable, pythonPath } = findPython();
  if (signal?.aborted) throw cancelledError(what);
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
  // A tool that ends early does not read all of its input; what it says tells why.
  (child.stdin as Writable | null)?.on('error', () => {}).end(input);
  const release = endWith(child, signal);
  try {
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      // Programs that a tool starts may write to the same stream.
      if (!line.startsWith('{"stage": ')) continue;
      const output = JSON.parse(line) as OutputLine<P>;
      if (isFailure(output)) throw new Mu2NetError(output.code, output.message);
      if (isAnswer(output)) return output.answer;
      onProgress(output as P);
    }
  } finally {
    await closed;
    release();
  }
  if (signal?.aborted) throw cancelledError(what);
  throw new Mu2NetError('SIDECAR_FAILED', `Python could not ${what}: ${lastLine}`);
}

type Failure = Extract<OutputLine<never>, { readonly stage: 'failed' }>;
type Answer = Extract<OutputLine<never>, { readonly stage: 'ready' }>;

const isFailure = (line: { readonly stage: string }): line is Failure => line.stage === 'failed';
const isAnswer = (line: { readonly stage: string }): line is Answer => line.stage === 'ready';

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
