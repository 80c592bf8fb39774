// Sets the project up: node packages, a Python environment, the TypeScript build. Each step leaves a
// stamp of what it was done from, written last, so that a finished step is not done again and one that
// was interrupted is. With --dev also the Python packages that checks and tests need.
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

/** Digest of the contents of files, given relative to the root. */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Does a piece of work unless its stamp says that it was done from the same `digest`. */
async function step(title, stamp, digest, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  rmSync(stamp, { force: true });
  console.log(`mu2net: ${title} …`);
  const start = performance.now();
  await work();
  writeFileSync(stamp, digest);
  console.log(`mu2net: ${title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

/** Runs a tool of a step; where it fails, shows how what it said began and ended, and ends. */
async function tool(what, program, args, options) {
  const { ok, output } = await execute(program, args, options);
  if (ok) return;
  const lines = output.trimEnd().split('\n');
  console.error(
    (lines.length > 24 ? [...lines.slice(0, 8), '…', ...lines.slice(-16)] : lines).join('\n'),
  );
  fail(`${what} failed; what it said stands above. Mend the cause and run 'npm run setup' again`);
}

function nodePackages() {
  const stamp = join(root, 'node_modules', '.mu2net-stamp');
  return step('node packages', stamp, digestOf(['package-lock.json']), () => {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = process.env.npm_execpath;
    return npm && basename(npm).startsWith('npm')
      ? tool('npm ci', process.execPath, [npm, ...args])
      : tool('npm ci', 'npm', args, { shell: isWindows });
  });
}

/** What an interpreter says of itself; undefined when it does not run (as a pyenv shim may not). */
function probe([program, ...args]) {
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

/** The first Python on the path that is young enough and can make environments. */
function findPython() {
  const commands = [['python3.12'], ['python3.11'], ['python3'], ['python']];
  if (isWindows) commands.unshift(['py', '-3']);
  const met = [];
  for (const command of commands) {
    const found = probe(command);
    if (!found) continue;
    const isYoung = atLeast(found.version, OLDEST_PYTHON);
    if (isYoung && found.hasVenv) return command;
    met.push({ name: command.join(' '), version: found.version.join('.'), isYoung });
  }
  const withoutVenv = met.find(({ isYoung }) => isYoung);
  if (withoutVenv) {
    const { name, version } = withoutVenv;
    const [major, minor] = version.split('.');
    return fail(
      `Python ${version} (${name}) has no venv module; install it (Debian, Ubuntu: apt install python3-venv, or python${major}.${minor}-venv for that version) and run this again`,
    );
  }
  const older = met.map(({ name, version }) => `${name} is ${version}`).join(', ');
  return fail(
    `Python ${OLDEST_PYTHON.join('.')} or newer is needed and none was found${older && ` (${older})`}; install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.12; Windows: winget install Python.Python.3.12), or set MU2NET_PYTHON to one that has the packages of py/requirements.lock`,
  );
}

async function pythonEnvironment() {
  const locks = ['py/requirements.lock', ...(dev ? ['py/requirements-dev.lock'] : [])];
  const stamps = [join(venv, '.mu2net-stamp'), join(venv, '.mu2net-stamp-dev')];
  if (!existsSync(venvPython)) rmSync(venv, { recursive: true, force: true });
  let changed = false;
  for (const [nth, lock] of locks.entries()) {
    const title = nth === 0 ? 'Python packages' : 'Python packages for checks and tests';
    const isNew = nth === 0 && !existsSync(stamps[0]);
    changed =
      (await step(title, stamps[nth], digestOf([lock]), async () => {
        if (isNew) {
          const [program, ...args] = findPython();
          await tool('python -m venv', program, [...args, '-m', 'venv', '--clear', venv]);
        }
        const quiet = ['--disable-pip-version-check', '--no-input'];
        const install = ['install', '--require-hashes', '--no-deps', '-r', lock];
        await tool('pip install', venvPython, ['-m', 'pip', ...quiet, ...install]);
      })) || changed;
  }
  return changed;
}

/** Checks that the interpreter that the user chose has the packages; nothing is installed into it. */
function chosenPython(chosen) {
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
  const trouble =
    status === 0 ? stdout.trim() : error ? `does not run (${error.code})` : 'does not run';
  if (trouble) {
    fail(
      `MU2NET_PYTHON (${chosen}) ${trouble}; install what it lacks (pip install -r ${dev ? 'py/requirements-dev.lock' : 'py/requirements.lock'}), or unset MU2NET_PYTHON to let set-up make an environment`,
    );
  }
  return false;
}

/** Files that the build is made from, relative to the root, in a fixed order. */
function sources() {
  const files = ['ts/src', 'protocol'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
  return ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...files.sort()];
}

function build() {
  const dist = join(root, 'dist');
  return step('build', join(dist, '.mu2net-stamp'), digestOf(sources()), async () => {
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    const args = [nodeTool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'];
    await tool('the TypeScript build', process.execPath, args);
  });
}

const nodeVersion = process.versions.node.split('.').map(Number);
if (!atLeast(nodeVersion, OLDEST_NODE)) {
  fail(
    `Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}; install one from https://nodejs.org`,
  );
}
const chosen = process.env.MU2NET_PYTHON;
const changed = [
  await nodePackages(),
  await (chosen ? chosenPython(chosen) : pythonEnvironment()),
  await build(),
];
if (changed.some(Boolean)) console.log('mu2net: set up');
