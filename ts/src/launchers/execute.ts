import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Mu2NetError } from '../domain/errors.js';

/** A command line. */
export type CommandLine = readonly [program: string, ...words: string[]];

export interface ExecuteOptions {
  /** Standard input of the command; it carries secrets, because anyone can read a command line. */
  readonly input?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line of the output as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How a command ended. */
export interface Ended {
  readonly ok: boolean;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where to get the commands of launchers. */
const REMEDIES: Readonly<Record<string, string>> = {
  ssh: "install OpenSSH's client",
  sbatch: "install Slurm's client, or set host to a login node that has it",
  squeue: "install Slurm's client, or set host to a login node that has it",
  gcloud: 'install the Google Cloud CLI',
  kubectl: 'install kubectl',
};

/**
 * Runs a command to its end.
 *
 * @throws Mu2NetError LAUNCHER_MISSING when there is no such command; CANCELLED
 */
export async function execute(
  [program, ...words]: CommandLine,
  { input = '', environment, onLine, signal }: ExecuteOptions = {},
): Promise<Ended> {
  if (signal?.aborted) throw cancelled(program);
  const child = spawn(program, words, { env: { ...process.env, ...environment } });
  const stop = () => child.kill();
  signal?.addEventListener('abort', stop);
  // A command may end before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  const reader = createInterface(child.stdout).on('line', (line) => {
    stdout += `${line}\n`;
    onLine?.(line);
  });
  const isRead = once(reader, 'close');
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  try {
    const status = await statusOf(child, program);
    await isRead;
    if (signal?.aborted) throw cancelled(program);
    return { ok: status === 0, status, stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** How long a followed command has to end by itself when its input ends. */
const END_MILLIS = 2000;

/** Runs a command whose output has no end, until the signal, which ends its input. */
export async function follow(
  [program, ...words]: CommandLine,
  { input = '', environment, onLine, signal }: ExecuteOptions,
): Promise<Ended> {
  const child = spawn(program, words, { env: { ...process.env, ...environment } });
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    child.stdin.end();
    late = setTimeout(() => {
      child.kill();
      // Processes that the command started may hold the output open.
      child.stdout.destroy();
      child.stderr.destroy();
      reader.close();
    }, END_MILLIS);
  };
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  child.stdin.on('error', () => {});
  child.stdin.write(input);
  let stderr = '';
  const reader = createInterface(child.stdout).on('line', (line) => onLine?.(line));
  const isRead = once(reader, 'close');
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  try {
    const status = await statusOf(child, program);
    await isRead;
    return { ok: signal?.aborted === true || status === 0, status, stdout: '', stderr };
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
  }
}

async function statusOf(child: ChildProcess, program: string): Promise<number | null> {
  try {
    const [status] = await once(child, 'close');
    return status as number | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Mu2NetError(
      'LAUNCHER_MISSING',
      `there is no command ${program} on the PATH; ${REMEDIES[program] ?? 'install it'}`,
      { cause: error },
    );
  }
}

/** Returns the line of an output that tells best why a command failed: the last one. */
export function lastLine(...outputs: readonly string[]): string {
  for (const output of outputs) {
    const last = output.trim().split('\n').at(-1)?.trim();
    if (last) return last;
  }
  return 'it printed nothing';
}

function cancelled(program: string): Mu2NetError {
  return new Mu2NetError('CANCELLED', `${program} was cancelled`);
}
