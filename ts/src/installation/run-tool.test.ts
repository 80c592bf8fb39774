import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runTool } from './run-tool.js';

const folder = mkdtempSync(join(tmpdir(), 'mu2net-tool-'));
const log = join(folder, 'log');
afterAll(() => rmSync(folder, { recursive: true }));

const node = (code: string, signal?: AbortSignal, onLine: (line: string) => void = () => {}) =>
  runTool([process.execPath, '-e', code], { log, onLine, signal });

describe('a tool', () => {
  it('reports each line, and leaves it in the log', async () => {
    const lines: string[] = [];
    await node('console.log("one"); console.error("two")', undefined, (line) => lines.push(line));
    expect(lines.sort()).toEqual(['one', 'two']);
    expect(readFileSync(log, 'utf8')).toMatch(/^(one|two)$/m);
  });

  it('that fails is an error with what it said, and where the rest is', async () => {
    const code = 'console.error("ERROR: no space"); console.error("try again"); process.exit(3)';
    await expect(node(code)).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringMatching(new RegExp(`ERROR: no space; .*${log}.*mu2net setup`)),
    });
  });

  it('that does not exist is an error', async () => {
    const missing = runTool([join(folder, 'nothing')], { log, onLine: () => {} });
    await expect(missing).rejects.toMatchObject({ code: 'SETUP_FAILED' });
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const running = node('console.log("up"); setInterval(() => {}, 1000)', controller.signal, () =>
      controller.abort(),
    );
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
