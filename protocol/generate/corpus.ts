import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Definitions, referenceTo, type Schema } from './schema.js';
import { namedParts } from './walk.js';

const SENDERS = {
  worker: referenceTo('WorkerMessage'),
  broker: referenceTo('BrokerMessage'),
  controller: referenceTo('ControllerMessage'),
  pool: referenceTo('PoolMessage'),
};

interface CorpusFile {
  readonly path: string;
  /** The schema of the sender's messages. */
  readonly schema: Schema;
}

/** Finds the first example of each named schema among the accepted messages of a corpus. */
export function examplesIn(corpus: string, definitions: Definitions): ReadonlyMap<string, unknown> {
  const examples = new Map<string, unknown>();
  for (const { path, schema } of filesIn(corpus, 'accept')) {
    for (const { id, value } of namedParts(schema, readJson(path), definitions)) {
      if (!examples.has(id)) examples.set(id, value);
    }
  }
  return examples;
}

/** Rewrites every message of a corpus that is given as JSON. */
export function rewriteCorpus(
  corpus: string,
  rewrite: (schema: Schema, message: unknown) => unknown,
): void {
  for (const { path, schema } of filesIn(corpus, 'accept')) {
    writeJson(path, rewrite(schema, readJson(path)));
  }
  for (const { path, schema } of filesIn(corpus, 'reject')) {
    const example = readJson(path);
    if (typeof example === 'object' && example !== null && 'message' in example) {
      writeJson(path, { ...example, message: rewrite(schema, example.message) });
    }
  }
}

/** Lists the files of a corpus in the order of their names. */
function filesIn(corpus: string, verdict: 'accept' | 'reject'): readonly CorpusFile[] {
  return Object.entries(SENDERS).flatMap(([sender, schema]) =>
    readdirSync(join(corpus, verdict, sender))
      .map((file) => file.replace(/\.json$/, ''))
      .sort()
      .map((name) => ({ path: join(corpus, verdict, sender, `${name}.json`), schema })),
  );
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const writeJson = (path: string, value: unknown): void =>
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
