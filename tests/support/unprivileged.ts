import { spawnSync } from 'node:child_process';

/** The numbers of the user that owns nothing. */
const NOBODY = 65_534;

/** Whether this process may become another user, whose permissions bind. */
const isRoot = process.getuid?.() === 0;

const become = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

/** Whether a test can run a program that permissions bind. */
export const canBeBound =
  process.platform !== 'win32' &&
  (!isRoot || spawnSync('setpriv', [...become, 'true']).status === 0);

/** Returns the command that runs a program as a user whose permissions bind. */
export function boundCommand(program: string, ...words: readonly string[]): readonly string[] {
  return isRoot ? ['setpriv', ...become, program, ...words] : [program, ...words];
}
