// Runs the benchmark: npm run bench -- [--only ROW]… [--json] [--quick] [--device cpu|gpu|tpu].
// Rows 1 to 10 and 12 measure the sidecar (python -m mu2net_sidecar.bench, with all of its
// options); rows 11, 13 and 16 to 22 measure the controller, rows 11 and 18 to 21 with a sidecar.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { python, root, runHere } from './tools.mjs';

const CONTROLLER = ['11', '13', '16', '17', '18', '19', '20', '21', '22'];
/** Rows that a file of another row measures, too. */
const FILE_OF = { 19: '18', 21: '20' };
const args = process.argv.slice(2);
const only = args.flatMap((arg, at) => (args[at - 1] === '--only' ? [arg] : []));
const isSelected = (row) => only.length === 0 || only.includes(row);

const sidecarArgs = args.filter(
  (arg, at) =>
    !(arg === '--only' && CONTROLLER.includes(args[at + 1])) &&
    !(args[at - 1] === '--only' && CONTROLLER.includes(arg)),
);
let status = 0;
if (only.length === 0 || sidecarArgs.includes('--only')) {
  status = runHere(python, ['-m', 'mu2net_sidecar.bench', ...sidecarArgs], {
    env: { ...process.env, PYTHONPATH: join(root, 'py') },
  });
}
if (status === 0 && CONTROLLER.some(isSelected)) status = await runController();
process.exit(status);

/** Runs the controller's rows with vitest, which compiles them, and prints their records. */
async function runController() {
  const folder = mkdtempSync(join(tmpdir(), 'mu2net-bench-'));
  const records = join(folder, 'records.jsonl');
  writeFileSync(records, '');
  process.env.MU2NET_BENCH_RECORDS = records;
  process.env.MU2NET_BENCH_QUICK = args.includes('--quick') ? '1' : '';
  const rows = [
    ...new Set(CONTROLLER.filter(isSelected).map((row) => `row-${FILE_OF[row] ?? row}`)),
  ];
  try {
    const vitest = await startVitest('test', rows, {
      root,
      // The configuration of the tests has projects, which would hide these files.
      config: false,
      watch: false,
      include: ['tests/bench/*.bench.ts'],
      reporters: [{ onTestRunEnd: showFailures }],
      testTimeout: 0,
      hookTimeout: 0,
      fileParallelism: false,
    });
    await vitest.close();
    for (const line of readFileSync(records, 'utf8').split('\n').filter(Boolean)) {
      console.log(args.includes('--json') ? line : formatRecord(JSON.parse(line)));
    }
    return Number(vitest.state.getCountOfFailedTests() > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function showFailures(modules) {
  for (const module of modules) {
    for (const test of [...module.children.allTests('failed')]) {
      for (const { stack, message } of test.result().errors) console.error(stack ?? message);
    }
  }
}

function formatRecord({ row, metric, ours, unit, goal, pass, detail }) {
  const figure = ours.toLocaleString('en', { maximumSignificantDigits: 3 });
  const verdict = goal === null ? '' : `, goal ${goal}: ${pass ? 'met' : 'missed'}`;
  return `${row}  ${metric}: ours ${figure} ${unit}${verdict}\n    ${detail}`;
}
