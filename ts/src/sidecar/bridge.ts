import { stripVTControlCharacters } from 'node:util';
import { Mu2NetError } from '../domain/errors.js';
import type { Interpreter } from './python.js';

/** A first import of JAX from a cold disk, or on a TPU host, can take half a minute. */
const CALL_SECONDS = 60;

/** Calls a function of `service/_bridge.py`; arguments and answer are plain JSON values. */
export type Call = (name: string, ...values: readonly unknown[]) => Promise<unknown>;

/** pythonia has one Python process at a time, so its users take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Opens a bridge to a new Python process, which ends when `use` is done. It is for short calls only:
 * the bridge notices the end of its process only by a time-out, so nothing is supervised through it.
 *
 * @throws Mu2NetError SIDECAR_FAILED when a call fails or takes longer than a minute.
 */
export function withPython<T>(
  interpreter: Interpreter,
  use: (call: Call) => Promise<T>,
): Promise<T> {
  const mine = turn.then(() => openBridge(interpreter, use));
  turn = mine.catch(() => {});
  return mine;
}

async function openBridge<T>(
  { executable, pythonPath }: Interpreter,
  use: (call: Call) => Promise<T>,
): Promise<T> {
  // Both are read when the process starts, which importing pythonia does the first time.
  const before = process.env.PYTHONPATH;
  process.env.PYTHON_BIN = executable;
  process.env.PYTHONPATH = pythonPath;
  const { python } = await import('pythonia');
  try {
    return await use(async (name, ...values) => {
      const answer = await callInTime(async () => {
        const bridge = await python('mu2net_sidecar.service');
        return String(await bridge.answer(name, JSON.stringify(values)));
      });
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

async function callInTime(call: () => Promise<string>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `no answer within ${CALL_SECONDS} s`;
    timer = setTimeout(() => reject(new Error(reason)), 1000 * CALL_SECONDS);
  });
  try {
    return JSON.parse(await Promise.race([call(), late])) as Answer;
  } catch (error) {
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
