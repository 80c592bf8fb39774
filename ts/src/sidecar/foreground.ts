import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type EngineOptions, flagsOf } from './engine.js';
import { findPython } from './python.js';

/** A worker in the foreground. */
export interface ForegroundSidecar {
  /** Where the pool listens. */
  readonly endpoint: string;
  /** Its name; by default the sidecar chooses one. */
  readonly name: string | undefined;
  readonly engine: EngineOptions;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a worker until it ends, with the terminal of this process; returns the exit status.
 * @throws Mu2NetError PYTHON_MISSING
 */
export async function runSidecar({ endpoint, name, engine }: ForegroundSidecar): Promise<number> {
  const { executable, pythonPath } = findPython();
  const named = name === undefined ? [] : ['--name', name];
  const words = ['-m', 'mu2net_sidecar', '--connect', endpoint, ...named, ...flagsOf(engine)];
  const child = spawn(executable, words, {
    env: { ...process.env, PYTHONPATH: pythonPath },
    // Its own process group, because a terminal's Ctrl-C would otherwise reach it twice.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  const kill = () => child.kill('SIGKILL');
  for (const signal of SIGNALS) process.on(signal, pass);
  process.on('exit', kill);
  try {
    const [code] = await once(child, 'close');
    return typeof code === 'number' ? code : 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
    process.off('exit', kill);
  }
}
