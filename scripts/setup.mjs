// Sets up the project: node packages, a Python environment, the TypeScript build. Each step ends by
// writing a stamp with the digest of its inputs, so that a finished step is skipped and an
// interrupted one is repeated. --dev also installs the Python packages of checks and tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute, fail, nodeTool, root, venv, venvPython } from './tools.mjs';

const OLDEST_NODE = [20, 19];
const OLDEST_PYTHON = [3, 11];
const isWindows = process.platform === 'win32';
const dev = process.argv.includes('--dev');

const atLeast = (version, oldest) =>
  version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1]);

/** Returns the digest of the contents of files; paths are relative to the root. */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Does a step unless its stamp has the same `digest`. Returns whether the step was done. */
async function runStep(title, stamp, digest, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  rmSync(stamp, { force: true });
  console.log(`mu2net: ${title} …`);
  const start = performance.now();
  await work();
  writeFileSync(stamp, digest);
  console.log(`mu2net: ${title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

/**
 * Runs a tool of a step. If it fails, prints the beginning and the end of its output, and exits.
 */
async function runTool(title, program, args, options) {
  const { ok, output } = await execute(program, args, options);
  if (ok) return;
  const lines = output.trimEnd().split('\n');
  console.error(
    (lines.length > 24 ? [...lines.slice(0, 8), '…', ...lines.slice(-16)] : lines).join('\n'),
  );
  fail(`${title} failed, see its output above; fix the cause and run 'npm run setup' again`);
}

function installNodePackages() {
  const stamp = join(root, 'node_modules', '.mu2net-stamp');
  return runStep('node packages', stamp, digestOf(['package-lock.json']), () => {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = process.env.npm_execpath;
    return npm && basename(npm).startsWith('npm')
      ? runTool('npm ci', process.execPath, [npm, ...args])
      : runTool('npm ci', 'npm', args, { shell: isWindows });
  });
}

/**
 * Asks an interpreter for its version; undefined when it does not run (such as some pyenv shims).
 */
function probePython([program, ...args]) {
  const code =
    'import importlib.util as u, sys; print(*sys.version_info[:3], all(map(u.find_spec, ("venv", "ensurepip"))))';
  const { status, stdout } = spawnSync(program, [...args, '-c', code], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) return undefined;
  const [major, minor, patch, hasVenv] = stdout.trim().split(' ');
  return { version: [major, minor, patch].map(Number), hasVenv: hasVenv === 'True' };
}

/** Finds the first Python on the path that is new enough and can create environments. */
function findPython() {
  const commands = [['python3.12'], ['python3.11'], ['python3'], ['python']];
  if (isWindows) commands.unshift(['py', '-3']);
  const rejected = [];
  for (const command of commands) {
    const python = probePython(command);
    if (!python) continue;
    const isNew = atLeast(python.version, OLDEST_PYTHON);
    if (isNew && python.hasVenv) return command;
    rejected.push({ name: command.join(' '), version: python.version.join('.'), isNew });
  }
  const withoutVenv = rejected.find(({ isNew }) => isNew);
  if (withoutVenv) {
    const { name, version } = withoutVenv;
    const [major, minor] = version.split('.');
    return fail(
      `Python ${version} (${name}) has no venv module; install it (Debian, Ubuntu: apt install python3-venv, or python${major}.${minor}-venv for that version) and run this again`,
    );
  }
  const older = rejected.map(({ name, version }) => `${name} is ${version}`).join(', ');
  return fail(
    `Python ${OLDEST_PYTHON.join('.')} or newer is required, but none was found${older && ` (${older})`}; install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.12; Windows: winget install Python.Python.3.12), or set MU2NET_PYTHON to a Python that has the packages of py/requirements.lock`,
  );
}

async function createPythonEnvironment() {
  const locks = ['py/requirements.lock', ...(dev ? ['py/requirements-dev.lock'] : [])];
  const stamps = [join(venv, '.mu2net-stamp'), join(venv, '.mu2net-stamp-dev')];
  if (!existsSync(venvPython)) rmSync(venv, { recursive: true, force: true });
  let changed = false;
  for (const [nth, lock] of locks.entries()) {
    const title = nth === 0 ? 'Python packages' : 'Python packages for checks and tests';
    const isNew = nth === 0 && !existsSync(stamps[0]);
    changed =
      (await runStep(title, stamps[nth], digestOf([lock]), async () => {
        if (isNew) {
          const [program, ...args] = findPython();
          await runTool('python -m venv', program, [...args, '-m', 'venv', '--clear', venv]);
        }
        const quiet = ['--disable-pip-version-check', '--no-input'];
        const install = ['install', '--require-hashes', '--no-deps', '-r', lock];
        await runTool('pip install', venvPython, ['-m', 'pip', ...quiet, ...install]);
      })) || changed;
  }
  return changed;
}

/** Checks that the user's interpreter has the packages; installs nothing into it. */
function checkUserPython(chosen) {
  const code = `
import importlib.metadata as metadata, re, sys
if sys.version_info[:2] < (${OLDEST_PYTHON.join(', ')}): sys.exit(print("is older than Python ${OLDEST_PYTHON.join('.')}"))
import tomllib
project = tomllib.load(open("py/pyproject.toml", "rb"))["project"]
wanted = project["dependencies"] + (project["optional-dependencies"]["dev"] if ${dev ? 'True' : 'False'} else [])
installed = {re.sub("[-_.]+", "-", d.metadata["Name"]).lower() for d in metadata.distributions()}
missing = [name for name in (re.match("[a-z0-9-]+", w).group() for w in wanted) if name not in installed]
if missing: print("lacks " + ", ".join(missing))`;
  const { status, stdout, error } = spawnSync(chosen, ['-c', code], {
    cwd: root,
    encoding: 'utf8',
  });
  const problem =
    status === 0 ? stdout.trim() : error ? `does not run (${error.code})` : 'does not run';
  if (problem) {
    fail(
      `MU2NET_PYTHON (${chosen}) ${problem}; install the packages (pip install -r ${dev ? 'py/requirements-dev.lock' : 'py/requirements.lock'}), or unset MU2NET_PYTHON so that the setup creates an environment`,
    );
  }
  return false;
}

/** Lists the inputs of the build in a fixed order; paths are relative to the root. */
function listSources() {
  const files = ['ts/src', 'protocol'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
  return ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...files.sort()];
}

function build() {
  const dist = join(root, 'dist');
  return runStep('build', join(dist, '.mu2net-stamp'), digestOf(listSources()), async () => {
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    const args = [nodeTool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'];
    await runTool('the TypeScript build', process.execPath, args);
  });
}

const nodeVersion = process.versions.node.split('.').map(Number);
if (!atLeast(nodeVersion, OLDEST_NODE)) {
  fail(
    `Node ${OLDEST_NODE.join('.')} or newer is required, but this is ${process.versions.node}; install it from https://nodejs.org`,
  );
}
const chosen = process.env.MU2NET_PYTHON;
const changed = [
  await installNodePackages(),
  await (chosen ? checkUserPython(chosen) : createPythonEnvironment()),
  await build(),
];
if (changed.some(Boolean)) console.log('mu2net: setup is complete');
