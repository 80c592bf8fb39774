#!/usr/bin/env node
// The command mu2net. In a clone that is not built it says what to do, in the form of other errors.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/bundle/main.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

function refuse(code, message) {
  const json = process.argv.includes('--json');
  console.error(json ? JSON.stringify({ error: { code, message } }) : `mu2net: ${message}`);
  process.exitCode = 1;
}

if (major < 20 || (major === 20 && minor < 19)) {
  refuse('NODE_TOO_OLD', `Node ${process.versions.node} is too old; install Node 20.19 or newer`);
} else if (!existsSync(main)) {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  refuse('NOT_BUILT', `this clone is not built yet; run 'npm run setup' in ${folder}`);
} else {
  await import(main.href);
}
