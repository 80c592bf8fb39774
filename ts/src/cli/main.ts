#!/usr/bin/env node
import { tooFewFiles } from './open-files.js';

const message = tooFewFiles();
if (message === null) {
  await import('./start.js');
} else {
  const error = { code: 'TOO_MANY_FILES', message };
  const isJson = process.argv.includes('--json');
  process.stderr.write(isJson ? `${JSON.stringify({ error })}\n` : `mu2net: ${message}\n`);
  process.exitCode = 1;
}
