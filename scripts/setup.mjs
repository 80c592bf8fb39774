// Sets up a clone: node packages, the TypeScript build, and then, by the command that is built, the
// Python environment. --dev also installs the Python packages of checks and tests.
import { join } from 'node:path';
import { build, buildStudio, installNodePackages } from './steps.mjs';
import { fail, root, runHere } from './tools.mjs';

const OLDEST_NODE = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  fail(
    `Node ${OLDEST_NODE.join('.')} or newer is required, but this is ${process.versions.node}; install it from https://nodejs.org`,
  );
}

await installNodePackages();
await build();
await buildStudio();
const development = process.argv.includes('--dev') ? ['--development'] : [];
const status = runHere(process.execPath, [join(root, 'bin', 'mu2net.js'), 'setup', ...development]);
process.exit(status);
