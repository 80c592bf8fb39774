import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { recordSeconds } from '../support/figures.js';
import { type Answer, MAIN } from './cli.js';

/** An interrupted command, when it has ended. */
export interface Interrupted extends Answer {
  /** The signal that ended the process itself, if one did. */
  readonly signal: NodeJS.Signals | null;
  /** Sidecars that it leaves; the system lists them on Linux only. */
  readonly sidecars: () => readonly number[];
}

/** The signs by which a phase is recognised. */
export interface Watched {
  /** The folder of the command; temporary files are in its `tmp`. */
  readonly folder: string;
  readonly stdout: string;
  readonly sidecars: readonly number[];
}

let commands = 0;

/**
 * Starts a command with `--json` in a folder. When it has reached a phase, sends Ctrl-C as often as
 * wanted, and waits for its end without limit.
 */
export async function interrupt(
  folder: string,
  words: readonly string[],
  hasReached: (watched: Watched) => boolean,
  times = 1,
): Promise<Interrupted> {
  const mark = `MU2NET_TEST_COMMAND=${process.pid}-${++commands}`;
  const [variable = '', value] = mark.split('=');
  const env = { ...process.env, CI: 'true', TMPDIR: join(folder, 'tmp'), [variable]: value };
  const child = spawn(process.execPath, [MAIN, ...words, '--json'], { cwd: folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    stdout += part;
  });
  const stderr = text(child.stderr);
  const closed = once(child, 'close');
  while (child.exitCode === null && child.signalCode === null) {
    if (hasReached({ folder, stdout, sidecars: sidecarsOf(mark) })) break;
    await setTimeout(20);
  }
  const pressedAt = performance.now();
  for (let time = 0; time < times; time++) {
    child.kill('SIGINT');
    await setTimeout(100);
  }
  await closed;
  recordSeconds(`Ctrl-C${times > 1 ? ' twice' : ''}`, 'ended after', pressedAt);
  const { exitCode: status, signalCode: signal } = child;
  return { status, signal, stdout, stderr: await stderr, sidecars: () => sidecarsOf(mark) };
}

/** Whether the log of a sidecar below a folder has a line that matches. */
export function isLogged(folder: string, pattern: RegExp): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('local-0.log'))
    .some((file) => pattern.test(readFileSync(join(folder, file), 'utf8')));
}

/** Returns the ids of sidecars that were started with a variable in their environment. */
function sidecarsOf(mark: string): readonly number[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return environment.includes(mark) && command.includes('--exit-with-controller');
      } catch {
        return false;
      }
    })
    .map(Number);
}
