import type { ControllerMessage, PoolMessage } from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { ControllerLink } from '../pool/wire/controller-link.js';
import { findPool, type PoolKeys } from './find-pool.js';

const ANSWER_MILLIS = 15_000;
let asked = 0;

/** Questions that anyone with a controller's key may ask a pool, with the types of the answers. */
interface Questions {
  readonly survey: 'surveyed';
  readonly manage: 'managed';
}

type Question = Extract<ControllerMessage, { type: keyof Questions }>;
type AnswerTo<Q extends Question> = Extract<PoolMessage, { type: Questions[Q['type']] }>;

/**
 * Asks a standing pool, and returns its answer.
 * @throws Mu2NetError POOL_AWAY, KEY_INVALID, CONFIG_INVALID, PROTOCOL_VERSION
 */
export async function askPool<Q extends Question>(
  address: string,
  question: Q,
  { answerMillis = ANSWER_MILLIS, ...keys }: PoolKeys & { readonly answerMillis?: number } = {},
): Promise<AnswerTo<Q>> {
  const { endpoint, credentials } = findPool(address, keys);
  const awaited = question.type === 'survey' ? 'surveyed' : 'managed';
  let link: ControllerLink | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<AnswerTo<Q>>((resolve, reject) => {
      timer = setTimeout(() => reject(awayError(endpoint)), answerMillis);
      link = new ControllerLink(endpoint, `ask-${process.pid}-${++asked}`, credentials, {
        onConnect: () => link?.send(question),
        onDisconnect: () => {},
        onRefused: (message) => reject(new Mu2NetError('PROTOCOL_VERSION', message)),
        onMessage: (message) => {
          if (message.type === 'rejected') {
            reject(new Mu2NetError('PROTOCOL_VERSION', message.message));
          }
          if (message.type === awaited) resolve(message as AnswerTo<Q>);
        },
      });
    });
  } finally {
    clearTimeout(timer);
    await link?.close();
  }
}

/** The error of a pool that does not answer. */
export function awayError(endpoint: string): Mu2NetError {
  return new Mu2NetError(
    'POOL_AWAY',
    `no pool answers at ${endpoint}; start it there with 'npx mu2net pool serve', correct the address, or let it allow your key with 'npx mu2net keys allow'`,
  );
}
