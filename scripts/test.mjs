// Runs the tests of both languages, and prints the totals in a last line: N passed, N failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeTool, python, root, runHere } from './tools.mjs';

const reports = mkdtempSync(join(tmpdir(), 'mu2net-tests-'));

/** Returns the counts of a report; a failed run without a failed test or a report counts as one. */
function countsOf(status, readReport) {
  try {
    const { passed, failed } = readReport();
    return { passed, failed: status === 0 ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function runTypescript() {
  const file = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = runHere(process.execPath, [nodeTool('vitest', 'vitest.mjs'), 'run', ...reporters]);
  return countsOf(status, () => {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  });
}

function runPython() {
  const file = join(reports, 'pytest.xml');
  // The tests of a file share a process, because they share compiled programs.
  const processes = ['--numprocesses=2', '--dist=loadfile'];
  const args = ['-m', 'pytest', ...processes, `--junitxml=${file}`];
  const status = runHere(python, args, { cwd: join(root, 'py') });
  return countsOf(status, () => {
    const suite = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))[0];
    const of = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)[1]);
    const failed = of('errors') + of('failures');
    return { passed: of('tests') - failed - of('skipped'), failed };
  });
}

const results = [runTypescript(), runPython()];
rmSync(reports, { recursive: true, force: true });
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
