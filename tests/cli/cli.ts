import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createCommandLine } from '../../ts/src/cli/execute.js';
import { errorShape } from './shapes/problem.js';

/** The built command line, for tests of its process. */
export const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables that a user of the tests may have set, and that commands would take. */
const UNSET = { MU2NET_RUNS: undefined, MU2NET_TRACE: undefined, COLUMNS: undefined, CI: 'true' };

/**
 * Executes a command line in a folder, as the program does, but in this process, because a process
 * of its own takes half a second to load. Several at a time would mix what they print.
 */
export async function mu2net(
  cwd: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  process.chdir(cwd);
  process.env = { ...before.env, ...UNSET, ...env };
  process.exitCode = undefined;
  try {
    await createCommandLine().execute(words);
    const status = Number(process.exitCode ?? 0);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    stdout.end();
    stderr.end();
  }
}

/** Runs the built command line in a process of its own, for what a process keeps or loads once. */
export function spawnMu2net(cwd: string, words: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...UNSET },
  });
  return { status, stdout, stderr };
}

/** Collects what is written to a stream, in place of writing it. */
function capture(stream: NodeJS.WriteStream) {
  const { write } = stream;
  const chunks: Buffer[] = [];
  stream.write = ((chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    chunks.push(Buffer.from(chunk as string));
    const onWritten = rest.at(-1);
    if (typeof onWritten === 'function') onWritten();
    return true;
  }) as typeof write;
  return {
    text: () => Buffer.concat(chunks).toString('utf8'),
    end: () => {
      stream.write = write;
    },
  };
}

const failure = z.strictObject({ error: errorShape, errors: z.array(errorShape).optional() });

/** The error that a command with `--json` reported on stderr. */
export function reported({ stderr }: Answer): z.infer<typeof errorShape> {
  return failure.parse(JSON.parse(stderr)).error;
}

/** The errors that a command with `--json` reported on stderr; empty unless they are several. */
export function allReported({ stderr }: Answer): readonly z.infer<typeof errorShape>[] {
  return failure.parse(JSON.parse(stderr)).errors ?? [];
}
