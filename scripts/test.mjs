// Runs the tests of both languages, and prints the totals in a last line: N passed, N failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, nodeTool, python, root } from './tools.mjs';

const reports = mkdtempSync(join(tmpdir(), 'mu2net-tests-'));

/** Returns the counts of a report; a failed run without a failed test or a report counts as one. */
function countsOf(ok, readReport) {
  try {
    const { passed, failed } = readReport();
    return { passed, failed: ok ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Runs the tests of TypeScript on this terminal. */
async function runTypescript() {
  const file = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = [nodeTool('vitest', 'vitest.mjs'), 'run', ...reporters];
  const [status] = await once(
    spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }),
    'close',
  );
  return countsOf(status === 0, () => {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  });
}

/** Runs the tests of Python; their output is the second value. */
async function runPython() {
  const file = join(reports, 'pytest.xml');
  // The tests of a file share a process, because they share compiled programs.
  const processes = ['--numprocesses=2', '--dist=loadfile'];
  const args = ['-m', 'pytest', ...processes, `--junitxml=${file}`];
  const { ok, output } = await execute(python, args, { cwd: join(root, 'py') });
  const counts = countsOf(ok, () => {
    const suite = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))[0];
    const of = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)[1]);
    const failed = of('errors') + of('failures');
    return { passed: of('tests') - failed - of('skipped'), failed };
  });
  return [counts, output];
}

// At the same time, because many tests of TypeScript wait for processes and leave the CPU idle.
const [typescript, [ofPython, output]] = await Promise.all([runTypescript(), runPython()]);
process.stdout.write(output);
const results = [typescript, ofPython];
rmSync(reports, { recursive: true, force: true });
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
