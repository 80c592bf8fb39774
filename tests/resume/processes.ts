import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { beforeAll } from 'vitest';

/** A script whose process prints a line for each thing that it has done. */
export interface Script {
  /**
   * Runs the script until its process ends, and returns its lines. Each line calls `onLine` with
   * all lines so far; it may kill the process.
   */
  run(
    args: readonly string[],
    onLine?: (lines: readonly string[], process: ChildProcess) => void,
  ): Promise<readonly string[]>;
}

/** Builds a script of this folder before the tests, because Node 20 does not run TypeScript. */
export function buildScript(name: string): Script {
  // Packages resolve from this folder.
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
    async run(args, onLine = () => {}) {
      const child = spawn(process.execPath, [join(outDir, `${name}.js`), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        onLine(lines, child);
      }
      return lines;
    },
  };
}
