import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MAIN } from '../cli/cli.js';
import { servingShape } from '../cli/shapes/pool.js';

/** A process of `mu2net pool serve`, which can be killed and started again at its address. */
export class ServeProcess {
  readonly folder: string;
  #place = { workers: 'tcp://127.0.0.1:0', controllers: 'tcp://127.0.0.1:0' };
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    const { workers, controllers } = this.#place;
    const addresses = ['--listen', workers, '--listen-controllers', controllers];
    const words = ['pool', 'serve', ...addresses, '--folder', this.folder, '--json'];
    const child = spawn(process.execPath, [MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      const said = JSON.parse(line);
      // Workers that wait for it may come back before it says where it listens.
      if (said.type !== 'serving') continue;
      this.#place = servingShape.parse(said);
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
