import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { errorShape } from './shapes.js';

export const MAIN = fileURLToPath(new URL('../../dist/ts/src/cli/main.js', import.meta.url));

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as a user's shell would, in a folder. */
export function mu2net(
  cwd: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Answer {
  const { MU2NET_RUNS: _, MU2NET_TRACE: __, COLUMNS: ___, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...inherited, CI: 'true', ...env },
  });
  return { status, stdout, stderr };
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
