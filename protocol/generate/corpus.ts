import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SENDERS = { worker: 'WorkerMessage', broker: 'BrokerMessage' } as const;

/** A message of the corpus, as JSON; `schema` names what it is checked against. */
export interface CorpusMessage {
  readonly schema: string;
  readonly name: string;
  readonly value: unknown;
}

/** Reads the accepted messages of a corpus, in the order of their names. */
export function readCorpus(folder: string): readonly CorpusMessage[] {
  return Object.entries(SENDERS).flatMap(([sender, schema]) =>
    readdirSync(join(folder, 'accept', sender))
      .map((file) => file.replace(/\.json$/, ''))
      .sort()
      .map((name) => ({
        schema,
        name,
        value: JSON.parse(readFileSync(join(folder, 'accept', sender, `${name}.json`), 'utf8')),
      })),
  );
}
