import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROTOCOL_VERSION } from '../version.js';
import { readCorpus } from './corpus.js';
import { staleFiles, type Texts, updateFiles } from './files.js';
import { modules, packages } from './modules.js';
import { pythonFiles, pythonVersion } from './python.js';
import { referencePage } from './reference.js';
import { type Definitions, definitionsOf, schemaDocument } from './schema.js';
import { namedParts } from './walk.js';

// Run as dist/protocol/generate/main.js.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const wire = 'py/mu2net_sidecar/wire';

function generatedTexts(): Texts {
  const definitions = definitionsOf();
  const examples = examplesIn(definitions);
  const reference = referencePage({
    version: PROTOCOL_VERSION,
    packages,
    modules,
    definitions,
    exampleOf: (id) => examples.get(id),
  });
  return new Map([
    ['protocol/schema/protocol.json', schemaDocument(definitions)],
    ['docs/protocol-reference.md', reference],
    [`${wire}/_version.py`, pythonVersion(PROTOCOL_VERSION)],
    ...[...pythonFiles(packages, modules, definitions)].map(
      ([path, text]) => [`${wire}/${path}`, text] as const,
    ),
  ]);
}

/** The first example of each named schema in the corpus. */
function examplesIn(definitions: Definitions): ReadonlyMap<string, unknown> {
  const examples = new Map<string, unknown>();
  for (const { schema, value } of readCorpus(join(root, 'protocol/corpus'))) {
    for (const part of namedParts({ $ref: `#/$defs/${schema}` }, value, definitions)) {
      if (!examples.has(part.id)) examples.set(part.id, part.value);
    }
  }
  return examples;
}

const folders = ['protocol/schema', ...packages.map(({ name }) => `${wire}/${name}`)];
const stale = staleFiles(root, generatedTexts(), folders);
if (process.argv.includes('--check')) {
  for (const path of stale.keys()) {
    console.error(
      `mu2net: ${path} is not what the zod schemas say; run 'npm run generate' and commit it`,
    );
  }
  process.exitCode = stale.size > 0 ? 1 : 0;
} else {
  updateFiles(root, stale);
}
