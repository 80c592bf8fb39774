// Helpers of the scripts. They run before node_modules exists, so they import only Node's own
// modules.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The folder of the project's Python environment. */
export const venv = join(root, '.venv');

/** The interpreter of the project's Python environment. */
export const venvPython =
  process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');

/**
 * The interpreter that runs the sidecar: `$MU2NET_PYTHON`, or the one of the project's environment.
 */
export const python = process.env.MU2NET_PYTHON || venvPython;

/** Ends the process with one line that says what is wrong and what to do. */
export function fail(message) {
  console.error(`mu2net: ${message}`);
  process.exit(1);
}

/**
 * Runs a program without printing its output. `output` is its standard output and error, in order.
 */
export function execute(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Runs a program on this terminal, and returns its exit code. */
export function runHere(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) fail(`cannot run ${program}: ${error.message}; run 'npm run setup'`);
  return status ?? 1;
}

/** Returns the path of a file in an installed node package. */
export const nodeTool = (...path) => join(root, 'node_modules', ...path);
