import { Argument } from 'commander';
import { Mu2NetError } from '../../../index.js';
import { askPool } from '../../../standing/ask-pool.js';
import { type AddCommand, defineCommand } from '../../define-command.js';
import { runDisposable } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { ASKED_POOL_OPTIONS, type AskedPoolFlags } from '../../shell/pool.js';

type Action = 'drain' | 'evict' | 'admit';

/** Defines a command that changes whether a worker gets requests. */
function manageCommand(action: Action, description: string): AddCommand {
  return defineCommand<[worker: string], AskedPoolFlags>({
    name: action,
    description,
    arguments: [new Argument('<worker>', 'name of the worker, as pool status shows it')],
    options: ASKED_POOL_OPTIONS,
    async run([worker], { pool, poolKey, keyFile, json }) {
      const question = { type: 'manage', action, worker } as const;
      const answer = await runDisposable(() => askPool(pool, question, { poolKey, keyFile }));
      if (!answer.isKnown) throw new Mu2NetError('WORKER_UNKNOWN', answer.message, { worker });
      if (json) printJson({ worker, action });
      else print(answer.message);
    },
  });
}

export const poolDrain = manageCommand('drain', 'let a worker finish its request, and leave');
export const poolEvict = manageCommand('evict', 'send a worker away at once');
export const poolAdmit = manageCommand(
  'admit',
  'give requests to a drained or evicted worker again',
);
