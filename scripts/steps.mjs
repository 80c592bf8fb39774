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

/** Lists the inputs of the build in a fixed order; paths are relative to the root. */
function listSources() {
  const files = ['ts/src', 'protocol'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
  return ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...files.sort()];
}

/** Builds dist/ from the sources. */
export function build() {
  const dist = join(root, 'dist');
  return runStep('build', join(dist, '.mu2net-stamp'), digestOf(listSources()), async () => {
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    const args = [nodeTool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'];
    await runTool('the TypeScript build', process.execPath, args);
  });
}
