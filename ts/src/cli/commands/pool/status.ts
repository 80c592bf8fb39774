import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { createLogUpdate } from 'log-update';
import { surveyPool } from '../../../index.js';
import { defineCommand } from '../../define-command.js';
import { poolLine, poolLines } from '../../render/pool-survey.js';
import type { Globals } from '../../shell/globals.js';
import { runDisposable, runStoppable } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { ASKED_POOL_OPTIONS, type AskedPoolFlags } from '../../shell/pool.js';
import { screenOf } from '../../shell/screen.js';

interface Options extends AskedPoolFlags {
  readonly watch?: true;
}

/** Time between two looks of --watch, in milliseconds. */
const INTERVAL = 1000;

export const poolStatus = defineCommand<[], Options>({
  name: 'status',
  description: 'show the workers of a pool, who uses it, and what waits',
  options: [...ASKED_POOL_OPTIONS, new Option('--watch', 'show it again every second')],
  async run(_, { watch, ...flags }) {
    if (watch) return watchPool(flags);
    const survey = await runDisposable(() => ask(flags));
    if (flags.json) printJson(survey);
    else print(...poolLines(survey, screenOf(process.stdout)));
  },
});

async function ask({ pool, poolKey, keyFile }: AskedPoolFlags) {
  const survey = await surveyPool(pool, { poolKey, keyFile });
  return { type: 'surveyed' as const, ...survey };
}

/** Shows a pool again and again. A pipe gets a line for each change. */
async function watchPool(flags: AskedPoolFlags & Globals): Promise<void> {
  const isTerminal = process.stdout.isTTY === true && !flags.json;
  const updateLines = isTerminal ? createLogUpdate(process.stdout) : null;
  let shown = '';
  await runStoppable(async (signal) => {
    while (!signal.aborted) {
      const survey = await ask(flags);
      const text = flags.json ? JSON.stringify(survey) : poolLine({ ...survey, upSeconds: 0 });
      if (updateLines) updateLines(poolLines(survey, screenOf(process.stdout)).join('\n'));
      else if (text !== shown) print(flags.json ? text : poolLine(survey));
      shown = text;
      await sleep(INTERVAL, null, { signal }).catch(() => null);
    }
  }).finally(() => updateLines?.done());
}
