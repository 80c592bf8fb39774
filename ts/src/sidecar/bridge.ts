import { stripVTControlCharacters } from 'node:util';
import { Mu2NetError } from '../domain/errors.js';
import { unlessAborted } from '../pool/cancellable.js';
import { cancelledError } from '../pool/errors.js';
import type { Interpreter } from './python.js';

/** A first import of JAX from a cold disk, or on a TPU host, can take half a minute. */
const CALL_SECONDS = 60;
const START = 'the start of Python';

/** Calls a function of `service/_bridge.py`; arguments and answer are plain JSON values. */
export type Call = (name: string, ...values: readonly unknown[]) => Promise<unknown>;

/** pythonia has one Python process at a time, so its users take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Opens a bridge to a new Python process, which ends when `use` is done. It is for short calls only:
 * the bridge does not notice the end of its process, so nothing is supervised through it.
 *
 * @param signal ends the process, whatever it does.
 * @throws Mu2NetError SIDECAR_FAILED when a call fails or takes longer than a minute; CANCELLED.
 */
export function withPython<T>(
  interpreter: Interpreter,
  use: (call: Call) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const mine = turn.then(() => {
    if (signal?.aborted) throw cancelledError(START);
    return openBridge(interpreter, use, signal);
  });
  turn = mine.catch(() => {});
  return unlessAborted(mine, signal, START);
}

async function openBridge<T>(
  { executable, pythonPath }: Interpreter,
  use: (call: Call) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  // Both are read when the process starts, which importing pythonia does the first time.
  const before = process.env.PYTHONPATH;
  process.env.PYTHON_BIN = executable;
  process.env.PYTHONPATH = pythonPath;
  // No time limit beside ours, because pythonia's keeps this process alive after a cancellation.
  process.env.REQ_TIMEOUT = '0';
  const { python } = await import('pythonia');
  try {
    return await use(async (name, ...values) => {
      const answer = await callInTime(async () => {
        const bridge = await python('mu2net_sidecar.service');
        return String(await bridge.answer(name, JSON.stringify(values)));
      }, signal);
      if (!('error' in answer)) return answer.answer;
      throw failure(name, answer.error);
    });
  } finally {
    python.exit();
    if (before === undefined) delete process.env.PYTHONPATH;
    else process.env.PYTHONPATH = before;
  }
}

type Answer = { readonly answer: unknown } | { readonly error: string };

async function callInTime(
  call: () => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `no answer within ${CALL_SECONDS} s`;
    timer = setTimeout(() => reject(new Error(reason)), 1000 * CALL_SECONDS);
  });
  try {
    const answer = Promise.race([call(), late]);
    return JSON.parse(await unlessAborted(answer, signal, START)) as Answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    // An exception in Python arrives as a stack alone, whose last line names it.
    const text = error instanceof Error ? error.message || error.stack : String(error);
    const line = stripVTControlCharacters(text ?? '')
      .trim()
      .split('\n')
      .at(-1);
    return { error: line ?? 'no reason given' };
  } finally {
    clearTimeout(timer);
  }
}

function failure(name: string, reason: string): Mu2NetError {
  return new Mu2NetError(
    'SIDECAR_FAILED',
    `Python could not ${name.replace('_', ' ')}: ${reason}; 'npx mu2net doctor' tells what is missing`,
  );
}
