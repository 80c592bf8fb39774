import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';

const VERSION = '2.60.0';

/** A real Ray cluster of a head and two nodes, in which each node has place for one worker. */
export interface RayCluster {
  readonly address: string;
  /** The Python that has Ray. */
  readonly python: string;
  readonly tokenFile: string;
  /** Adds a node, and kills another. */
  readonly replaceNode: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Returns a Python that has Ray and the packages of the sidecar. Ray is installed once for a machine,
 * in an environment of its own, because it would change versions of the project's.
 */
function pythonWithRay(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = process.env.MU2NET_TEST_RAY ?? join(cache, 'mu2net-tests', `ray-${VERSION}`);
  const python = join(folder, 'bin', 'python');
  const own = findPython().executable;
  if (!existsSync(join(folder, '.complete'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    execFileSync(own, ['-m', 'venv', folder]);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', `ray==${VERSION}`]);
    writeFileSync(join(folder, '.complete'), '');
  }
  // Another clone may have installed Ray: its packages are not those of this one.
  const ask = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const packages = execFileSync(own, ['-c', ask], { encoding: 'utf8' }).trim();
  const libraries = join(folder, 'lib');
  const [version = ''] = readdirSync(libraries);
  writeFileSync(join(libraries, version, 'site-packages', 'sidecar.pth'), `${packages}\n`);
  return python;
}

/** Starts the cluster; it lets nobody in who does not have the token. */
export async function startRay(): Promise<RayCluster> {
  const python = pythonWithRay();
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'a-token-of-the-test-with-some-length', { mode: 0o600 });
  const child = spawn(python, [join(import.meta.dirname, 'ray_cluster.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      RAY_AUTH_MODE: 'token',
      RAY_AUTH_TOKEN_PATH: tokenFile,
      RAY_USAGE_STATS_ENABLED: '0',
      // A dead node is noticed within seconds instead of half a minute.
      RAY_health_check_period_ms: '1000',
      RAY_health_check_failure_threshold: '3',
    },
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<Readonly<Record<string, string>>> => {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error('the Ray cluster ended');
      if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  const { address = '' } = await answer();
  return {
    address,
    python,
    tokenFile,
    async replaceNode() {
      child.stdin.write('replace\n');
      await answer();
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}
