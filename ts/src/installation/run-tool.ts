import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { Mu2NetError } from '../domain/errors.js';
import type { Command } from './installer.js';

/** Where the output of a tool goes, and what can end it. */
export interface RunToolOptions {
  /** File to which all output is appended. */
  readonly log: string;
  /** Receives each line of output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a tool, and kills it when the input of this process ends: that is when the set-up cancels it
 * or is gone, however it ended. A tool that outlived its set-up would spoil the next one.
 */
const GUARD = `
const [program, ...words] = process.argv.slice(1);
const tool = require('node:child_process').spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
process.stdin.resume().on('end', () => tool.kill('SIGKILL'));
tool.on('error', ({ message }) => { console.error(message); process.exit(127); });
tool.on('close', (status) => process.exit(status ?? 1));`;

/**
 * Runs a tool to its end.
 * @throws Mu2NetError SETUP_FAILED, with what the tool said; CANCELLED
 */
export async function runTool(
  [program, ...words]: Command,
  { log, onLine, signal }: RunToolOptions,
): Promise<void> {
  const cancelled = () => new Mu2NetError('CANCELLED', 'the set-up was cancelled');
  if (signal?.aborted) throw cancelled();
  appendFileSync(log, `$ ${[program, ...words].join(' ')}\n`);
  const child = spawn(process.execPath, ['-e', GUARD, '--', program, ...words]);
  const output = new PassThrough();
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const end = () => child.stdin.end();
  signal?.addEventListener('abort', end);
  const lines: string[] = [];
  const read = (line: string) => {
    appendFileSync(log, `${line}\n`);
    if (line.trim() === '') return;
    lines.push(line.trim());
    onLine(line.trim());
  };
  const reader = createInterface(output).on('line', read);
  try {
    const [status] = await once(child, 'close');
    output.end();
    await once(reader, 'close');
    if (signal?.aborted) throw cancelled();
    if (status !== 0) throw failure(program, lines, log);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

function failure(program: string, lines: readonly string[], log: string): Mu2NetError {
  const reason = lines.findLast((line) => /^(error|×)/i.test(line)) ?? lines.at(-1);
  return new Mu2NetError(
    'SETUP_FAILED',
    `${program} failed: ${reason ?? 'it printed nothing'}; all of its output is in ${log}; correct the cause and run 'npx mu2net setup' again`,
    { file: log },
  );
}
