// The steps that a clone needs before the command mu2net works: node packages, and the build. Each
// step ends by writing a stamp with the digest of its inputs, so that a finished step is skipped and
// an interrupted one is repeated.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute, fail, nodeTool, root } from './tools.mjs';

/** Returns the digest of the contents of files; paths are relative to the root. */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Does a step unless its stamp has the same `digest`. Messages go to stderr, as those of npm do. */
async function runStep(title, stamp, digest, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(stamp, { force: true });
  console.error(`mu2net: ${title} …`);
  const start = performance.now();
  await work();
  writeFileSync(stamp, digest);
  console.error(`mu2net: ${title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
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

/** Installs the packages of package-lock.json, without running their scripts. */
export function installNodePackages() {
  const stamp = join(root, 'node_modules', '.mu2net-stamp');
  return runStep('node packages', stamp, digestOf(['package-lock.json']), () => {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = process.env.npm_execpath;
    return npm && basename(npm).startsWith('npm')
      ? runTool('npm ci', process.execPath, [npm, ...args])
      : runTool('npm ci', 'npm', args, { shell: process.platform === 'win32' });
  });
}

/** Lists the files below folders that `isInput` takes, in a fixed order; relative to the root. */
function listFiles(folders, isInput) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter(isInput)
    .sort();
}

const isSource = (file) => file.endsWith('.ts') && !file.endsWith('.test.ts');

/** Builds dist/ts and dist/protocol from the sources, and dist/bundle, which users run, from these. */
export function build() {
  const dist = join(root, 'dist');
  const settings = [
    'package-lock.json',
    'rolldown.config.mjs',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  const digest = digestOf([...settings, ...listFiles(['ts/src', 'protocol'], isSource)]);
  return runStep('build', join(dist, '.mu2net-stamp'), digest, async () => {
    for (const part of ['ts', 'protocol'])
      rmSync(join(dist, part), { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    const args = [nodeTool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'];
    await runTool('the TypeScript build', process.execPath, args);
    const bundle = [nodeTool('rolldown', 'bin', 'cli.mjs'), '-c', '--log-level', 'warn'];
    await runTool('the bundle', process.execPath, bundle);
  });
}

/** Builds dist/studio, the page of `mu2net studio`. */
export function buildStudio() {
  const settings = ['package-lock.json', 'studio/index.html', 'studio/vite.config.ts'];
  // The rooms of the controller whose code the page has.
  const rooms = listFiles(['ts/src/pictures', 'ts/src/studio', 'ts/src/text'], isSource);
  const page = listFiles(['studio/src', 'studio/public'], (file) =>
    /\.(svelte|css|svg)$|(?<!\.test)\.ts$/.test(file),
  );
  const stamp = join(root, 'dist', '.mu2net-studio-stamp');
  return runStep('studio', stamp, digestOf([...settings, ...rooms, ...page]), () => {
    const args = [nodeTool('vite', 'bin', 'vite.js'), 'build', 'studio', '--logLevel', 'warn'];
    return runTool('the build of the studio', process.execPath, args);
  });
}
