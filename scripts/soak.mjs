// Works on a bridge for long, two hours unless --minutes says otherwise, and compares what its
// processes use at the end with what they used at the beginning.
import { parseArgs } from 'node:util';
import { fail, nodeTool, runHere } from './tools.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '120' } } });
if (!(Number(values.minutes) > 0))
  fail(`--minutes must be a number above 0, not ${values.minutes}`);
const words = ['run', '-c', 'vitest.faults.config.ts', '--reporter=verbose', 'tests/faults/soak'];
const env = { ...process.env, MU2NET_SOAK_MINUTES: values.minutes };
process.exit(runHere(process.execPath, [nodeTool('vitest', 'vitest.mjs'), ...words], { env }));
