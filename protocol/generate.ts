import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { brokerMessage, workerMessage } from './messages.js';

// Run as dist/protocol/generate.js: the committed schemas lie in the package's own protocol folder.
const folder = new URL('../../protocol/schema/', import.meta.url);

// Bytes have no form in JSON of their own; their schema says which one is theirs.
const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any' });

const schemas = {
  'worker-message.json': { title: 'worker → broker', ...jsonSchema(workerMessage) },
  'broker-message.json': { title: 'broker → worker', ...jsonSchema(brokerMessage) },
};

function committed(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, folder), 'utf8');
  } catch {
    return undefined;
  }
}

const stale = Object.entries(schemas)
  .map(([file, schema]) => ({ file, text: `${JSON.stringify(schema, null, 2)}\n` }))
  .filter(({ file, text }) => committed(file) !== text);

if (process.argv.includes('--check')) {
  for (const { file } of stale) {
    console.error(
      `mu2net: protocol/schema/${file} is not what the zod schemas say; run 'npm run generate' and commit it`,
    );
  }
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of stale) writeFileSync(new URL(file, folder), text);
}
