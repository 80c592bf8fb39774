import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connectionOf } from '../standing/pool-folder.js';
import { type EngineOptions, flagsOf } from './engine.js';
import { findPython } from './python.js';

/** A worker in the foreground. */
export interface ForegroundSidecar {
  /** The folder of a pool on this machine, or `tcp://host:port`, where it listens for workers. */
  readonly address: string;
  /** Public key of the pool; a folder has it. */
  readonly poolKey?: string | undefined;
  /** File with the secret key of the worker; a folder has one, and so may the environment. */
  readonly keyFile?: string | undefined;
  /** Its name; by default the sidecar chooses one. */
  readonly name?: string | undefined;
  /** Whether weights travel through the pool, because this machine shares no folder of them. */
  readonly relay?: boolean | undefined;
  readonly engine: EngineOptions;
  /** Where it uses stores and data, whatever a controller asks for; anywhere by default. */
  readonly roots?: { readonly store: readonly string[]; readonly data: readonly string[] };
  /** Its place among hosts that are one worker together. */
  readonly slice?: SlicePlace | undefined;
  /** Lines of its log: `text` or `json`. */
  readonly logFormat?: string | undefined;
}

/** A host of several that are one worker. */
export interface SlicePlace {
  /** Number of hosts. */
  readonly hosts: string;
  /** Index of this host, from 0. */
  readonly host: string;
  /** `host:port` of host 0. */
  readonly firstHost: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a worker until it ends, with the terminal of this process; returns the exit status.
 * @throws Mu2NetError PYTHON_MISSING, POOL_AWAY, KEY_INVALID
 */
export async function runSidecar(sidecar: ForegroundSidecar): Promise<number> {
  const { executable, pythonPath } = findPython();
  const words = ['-m', 'mu2net_sidecar', '--exit-with-parent', ...wordsOf(sidecar)];
  const child = spawn(executable, words, {
    env: { ...process.env, PYTHONPATH: pythonPath },
    // Its own process group, because a terminal's Ctrl-C would otherwise reach it twice.
    detached: true,
    // The system closes the input with this process, also after SIGKILL; the worker then ends.
    stdio: ['pipe', 'inherit', 'inherit'],
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

/** Returns the arguments of the sidecar. */
function wordsOf({
  address,
  name,
  engine,
  roots,
  slice,
  ...given
}: ForegroundSidecar): readonly string[] {
  const isFolder = !address.startsWith('tcp:');
  const known = isFolder ? connectionOf(address, 'worker') : null;
  const options = {
    connect: known?.endpoint ?? address,
    'pool-key': known?.credentials.brokerKey ?? given.poolKey ?? process.env.MU2NET_POOL_KEY,
    'key-file': given.keyFile ?? known?.keyFile,
    name,
    hosts: slice?.hosts,
    host: slice?.host,
    'first-host': slice?.firstHost,
    'log-format': given.logFormat,
  };
  const words = Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}`, value],
  );
  const places = Object.entries(roots ?? {}).flatMap(([kind, each]) =>
    each.flatMap((place) => [`--${kind}-root`, place]),
  );
  return [...words, ...places, ...(given.relay ? ['--relay'] : []), ...flagsOf(engine)];
}
