import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { storeElsewhere } from '../../branches/remove-run.js';
import { type CatalogueTask, firstStep, locateTask, tasksAtHand } from '../../catalogue/index.js';
import { listRuns, Mu2NetError } from '../../index.js';
import { type Environment, environmentOf } from '../../installation/environment.js';
import { type Extra, installedExtras } from '../../installation/extras.js';
import { thisPackage } from '../../installation/package.js';
import { type Probe, type ProbedPackage, probe } from '../../sidecar/probe.js';
import { storeOf } from '../../state/directory.js';
import { isRemoteStore } from '../../state/store-url.js';
import { plural } from '../../text/format.js';
import type { Check } from './check.js';
import { boxChecks } from './root-check.js';

const SETUP = "run 'npx mu2net setup'";

function ok(name: string, detail: string): Check {
  return { name, verdict: 'ok', detail, next: null };
}

function problem(name: string, detail: string, next: string): Check {
  return { name, verdict: 'problem', detail, next };
}

/** Returns whether a version is at least the wanted one, compared number by number. */
export function isAtLeast(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

/**
 * Checks everything that runs in `folder` need. Takes some seconds, because it imports packages.
 */
export async function diagnose(folder: string): Promise<readonly Check[]> {
  const { folder: home, version, node: wanted } = thisPackage();
  const { node: running } = process.versions;
  return [
    isAtLeast(running, wanted)
      ? ok('node', running)
      : problem('node', `${running} is too old`, `install Node ${wanted} or later`),
    ok('mu2net', `${version} in ${home}`),
    environmentCheck(usedEnvironment()),
    ...(await pythonChecks()),
    runsCheck(folder),
    storeCheck(folder),
    ...boxChecks(),
    ...tasksAtHand().map(dataCheck),
  ];
}

/** The Python environment that runs the sidecar, and the extras that it has. */
export interface UsedEnvironment {
  readonly kind: Environment['kind'];
  readonly executable: string;
  /** Folder of an environment that mu2net makes; null for an interpreter that the user chose. */
  readonly folder: string | null;
  /** Why this one is used. */
  readonly because: string;
  readonly extras: readonly Extra[];
}

/** Returns which environment is used here, and why. */
export function usedEnvironment(): UsedEnvironment {
  const environment = environmentOf(thisPackage());
  return environment.kind === 'chosen'
    ? { ...environment, folder: null, extras: [] }
    : { ...environment, extras: installedExtras(environment) };
}

function environmentCheck({ folder, executable, because, extras }: UsedEnvironment): Check {
  const also = extras.length > 0 ? `, with ${extras.join(', ')}` : '';
  return ok('environment', `${folder ?? executable}, because ${because}${also}`);
}

async function pythonChecks(): Promise<readonly Check[]> {
  try {
    return checksOf(await probe());
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    // The message already says what to do.
    return [{ name: 'python', verdict: 'problem', detail: error.message, next: null }];
  }
}

/** Checks the interpreter, packages and devices that a probe found. */
export function checksOf({ python, packages, devices, engine }: Probe): readonly Check[] {
  return [
    ok('python', python),
    packagesCheck(packages),
    devices.length > 0
      ? ok('devices', devices.map(({ platform, kind }) => `${platform} (${kind})`).join(', '))
      : problem(
          'devices',
          'JAX finds no device',
          `run 'python -c "import jax; jax.devices()"' to see why`,
        ),
    ...(engine
      ? [ok('engine', `${engine.precision}, attention ${engine.attention}, remat ${engine.remat}`)]
      : []),
  ];
}

function packagesCheck(packages: readonly ProbedPackage[]): Check {
  const broken = packages.filter(({ problem: why }) => why !== null);
  if (broken.length > 0) {
    const detail = broken.map(({ name, problem: why }) => `${name}: ${why}`).join('; ');
    return problem('packages', detail, SETUP);
  }
  return ok('packages', packages.map(({ name, version }) => `${name} ${version}`).join(', '));
}

/** Checks that the folder of runs can be written or created. */
export function runsCheck(folder: string): Check {
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    if (!statSync(nearest).isDirectory()) throw new Error('it is not a folder');
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    const why = `${nearest} cannot be written: ${(error as Error).message}`;
    return problem('runs', why, 'name another folder with --runs or MU2NET_RUNS');
  }
  const found =
    nearest === folder ? plural(listRuns({ folder }).length, 'run') : 'the first run creates it';
  return ok('runs', `${folder} (${found})`);
}

/** Checks that the latest run has its component store. */
function storeCheck(folder: string): Check {
  const [latest] = listRuns({ folder });
  if (latest === undefined) return ok('store', 'the first run creates it');
  const store = storeElsewhere(latest.directory) ?? storeOf(latest.directory);
  if (isRemoteStore(store)) return ok('store', `${store} (latest run)`);
  return existsSync(store)
    ? ok('store', `${store} (latest run)`)
    : problem('store', `${store} is gone`, `restore it, or start a run with another name`);
}

function dataCheck(task: CatalogueTask): Check {
  const { name } = task;
  if (locateTask(task).missing === null) return ok('data', name);
  return { name: 'data', verdict: 'note', detail: `${name} is not here`, next: firstStep(task) };
}
