import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Mu2NetError } from '../domain/errors.js';
import { type FileLock, lockFile } from '../state/lock/file-lock.js';
import { checkChosen } from './chosen.js';
import { type Environment, environmentOf, isComplete, type OwnEnvironment } from './environment.js';
import { EXTRA_NAMES, type Extra, installedExtras } from './extras.js';
import { type Command, chooseInstaller, type Installer } from './installer.js';
import { baseLayer, developmentLayer, extraLayer, type Layer } from './layers.js';
import { thisPackage } from './package.js';
import { runTool } from './run-tool.js';

/** Something that happens while an environment is set up. */
export type SetUpProgress =
  | { readonly type: 'waiting'; readonly folder: string }
  | { readonly type: 'begin'; readonly what: string }
  /** Comes every second; `line` is the latest line of the tool that works. */
  | {
      readonly type: 'working';
      readonly what: string;
      readonly seconds: number;
      readonly line: string;
    }
  | { readonly type: 'done'; readonly what: string; readonly seconds: number };

export interface SetUpOptions {
  /** Extras that the environment shall have beside the base; one that it already has is kept. */
  readonly extras?: readonly Extra[] | undefined;
  /** Whether to add what checks and tests need; only in a clone. */
  readonly development?: boolean | undefined;
  readonly onProgress?: ((progress: SetUpProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An environment that is ready. */
export interface SetUp {
  readonly environment: Environment;
  /** Whether anything had to be done. */
  readonly changed: boolean;
  readonly extras: readonly Extra[];
}

const LOCK_POLL_MILLIS = 300;

/**
 * Makes the Python environment ready. It keeps what is there already, and repeats what was interrupted.
 * If two set-ups run at once, the second waits for the first.
 *
 * @throws Mu2NetError PYTHON_MISSING, SETUP_FAILED, CANCELLED
 */
export async function setUpEnvironment(options: SetUpOptions = {}): Promise<SetUp> {
  const { extras = [], development = false, onProgress = () => {}, signal } = options;
  const { folder: packageFolder, isClone, ...home } = thisPackage();
  const environment = environmentOf({ folder: packageFolder, isClone, ...home });
  if (development && !isClone) {
    throw new Mu2NetError('SETUP_FAILED', 'only a clone of mu2net has the tools of development');
  }
  if (environment.kind === 'chosen') {
    checkChosen(environment, packageFolder, [...extras, ...(development ? ['dev'] : [])]);
    return { environment, changed: false, extras };
  }
  const lock = await waitForLock(environment.folder, onProgress, signal);
  try {
    const kept = installedExtras(environment);
    const wanted = EXTRA_NAMES.filter((name) => kept.includes(name) || extras.includes(name));
    const py = join(packageFolder, 'py');
    const layers = [
      baseLayer(py),
      ...(development ? [developmentLayer(py)] : []),
      ...wanted.map((extra) => extraLayer(py, extra, environment)),
    ];
    const works = new Works(environment, onProgress, signal);
    for (const layer of layers) await works.add(layer);
    return { environment, changed: works.changed, extras: wanted };
  } finally {
    lock.release();
  }
}

async function waitForLock(
  folder: string,
  onProgress: (progress: SetUpProgress) => void,
  signal: AbortSignal | undefined,
): Promise<FileLock> {
  for (let told = false; ; told = true) {
    const lock = takeLock(folder);
    if (lock) return lock;
    if (!told) onProgress({ type: 'waiting', folder });
    await setTimeout(LOCK_POLL_MILLIS);
    if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'the set-up was cancelled');
  }
}

function takeLock(folder: string): FileLock | null {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    return lockFile(`${folder}.lock`);
  } catch (cause) {
    throw new Mu2NetError(
      'SETUP_FAILED',
      `${dirname(folder)} cannot be written: ${(cause as Error).message}; make it writable, or set XDG_CACHE_HOME to another folder`,
      { file: folder, cause },
    );
  }
}

/** The works on one environment, under its lock. */
class Works {
  changed = false;
  readonly #environment: OwnEnvironment;
  readonly #onProgress: (progress: SetUpProgress) => void;
  readonly #signal: AbortSignal | undefined;
  #installer: Installer | undefined;

  constructor(
    environment: OwnEnvironment,
    onProgress: (progress: SetUpProgress) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#environment = environment;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /** Installs a layer unless its stamp says that it is there. */
  async add(layer: Layer): Promise<void> {
    const { folder, executable } = this.#environment;
    const stamp = join(folder, layer.stamp);
    const isThere = existsSync(stamp) && readFileSync(stamp, 'utf8') === layer.digest;
    if (isThere && isComplete(this.#environment)) return;
    this.changed = true;
    this.#installer ??= chooseInstaller();
    const { name, python, create, install } = this.#installer;
    if (!isComplete(this.#environment)) {
      rmSync(folder, { recursive: true, force: true });
      rmSync(`${folder}.log`, { force: true });
      await this.#run(`Python ${python} environment in ${folder}`, create(folder));
    }
    rmSync(stamp, { force: true });
    await this.#run(`${layer.title}, by ${name}`, install(executable, layer.words()));
    writeFileSync(stamp, layer.digest);
  }

  async #run(what: string, command: Command): Promise<void> {
    const start = performance.now();
    const seconds = () => Math.round((performance.now() - start) / 1000);
    let line = '';
    this.#onProgress({ type: 'begin', what });
    const tick = () => this.#onProgress({ type: 'working', what, seconds: seconds(), line });
    const ticking = setInterval(tick, 1000);
    try {
      const log = `${this.#environment.folder}.log`;
      const onLine = (latest: string) => {
        line = latest;
      };
      await runTool(command, { log, onLine, signal: this.#signal });
    } finally {
      clearInterval(ticking);
    }
    this.#onProgress({ type: 'done', what, seconds: seconds() });
  }
}
