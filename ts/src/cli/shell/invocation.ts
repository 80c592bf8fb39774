import { basename, delimiter, dirname, resolve } from 'node:path';

/** The command that messages name; every room writes it in this form, which always works. */
const BY_NPX = 'npx mu2net';

/** How this process was started. */
interface Start {
  readonly script: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns how the user starts this program again: `mu2net` if that is a command of their shell, else
 * `npx mu2net`. While npx runs a program, the program is on PATH, but later it is not.
 */
export function invocationOf({ script, env }: Start): string {
  if (script === undefined || basename(script) !== 'mu2net') return BY_NPX;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const isCommand = folders.some((folder) => resolve(folder) === dirname(script));
  return isCommand && env.npm_command === undefined ? 'mu2net' : BY_NPX;
}

/** Writes the commands in a text as the user can type them. */
export function asTyped(text: string): string {
  return text.replaceAll(BY_NPX, invocationOf({ script: process.argv[1], env: process.env }));
}
