import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { waitUntilGone } from '../../ts/src/sidecar/process.js';
import { ROOT } from '../docs/markdown.js';
import { temporaryFolder } from '../support/runs.js';

const RUN_TOOL = pathToFileURL(join(ROOT, 'dist/ts/src/installation/run-tool.js')).href;

/** A program that runs a tool which says its process id and never ends, and repeats what it says. */
const SET_UP = `
import { runTool } from ${JSON.stringify(RUN_TOOL)};
const [log] = process.argv.slice(1);
const tool = [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'];
await runTool(tool, { log, onLine: console.log });`;

it('a tool ends with a set-up that is killed', async () => {
  const words = ['--input-type=module', '-e', SET_UP, '--', join(temporaryFolder(), 'log')];
  const setUp = spawn(process.execPath, words);
  let tool = 0;
  for await (const line of createInterface(setUp.stdout)) {
    tool = Number(line);
    setUp.kill('SIGKILL');
  }
  expect(tool).toBeGreaterThan(0);
  expect(await waitUntilGone(tool, 30_000)).toBe(true);
});
