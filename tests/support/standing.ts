import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MAIN } from '../cli/cli.js';

/** A process of `mu2net pool serve`, which can be killed and started again at its address. */
export class ServeProcess {
  endpoint = 'tcp://127.0.0.1:0';
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    const words = ['pool', 'serve', '--listen', this.endpoint, '--folder', this.#folder, '--json'];
    const child = spawn(process.execPath, [MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      const event = JSON.parse(line) as { type: string; endpoint: string };
      if (event.type !== 'serving') continue;
      this.endpoint = event.endpoint;
      break;
    }
    child.stdout?.resume();
  }

  /** Sends a signal, and waits for its end; returns the exit status. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [status] = await ended;
    return status as number | null;
  }
}
