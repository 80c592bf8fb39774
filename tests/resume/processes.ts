import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { beforeAll } from 'vitest';

/** A process that is told what to do by its arguments, and says what it has done, line by line. */
export interface Script {
  /**
   * What the process says until it ends; `heard` is told all lines so far at each, and may end it.
   */
  run(
    args: readonly string[],
    heard?: (lines: readonly string[], process: ChildProcess) => void,
  ): Promise<readonly string[]>;
}

/** A script of this folder, built before the file's tests, for Node 20 does not run TypeScript. */
export function buildScript(name: string): Script {
  // Packages resolve from there.
  const folder = join(import.meta.dirname, '../../node_modules/.cache');
  const outDir = join(folder, `mu2net-${name}-${process.pid}`);
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: join(import.meta.dirname, `${name}.ts`), outDir },
    });
    return () => rm(outDir, { recursive: true });
  });
  return {
    async run(args, heard = () => {}) {
      const child = spawn(process.execPath, [join(outDir, `${name}.js`), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const said: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        said.push(line);
        heard(said, child);
      }
      return said;
    },
  };
}
