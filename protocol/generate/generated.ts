import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROTOCOL_VERSION } from '../version.js';
import { examplesIn } from './corpus.js';
import { staleFiles, type Texts } from './files.js';
import { modules, packages } from './modules.js';
import { pythonFiles, pythonVersion } from './python.js';
import { referencePage } from './reference.js';
import { definitionsOf, schemaDocument } from './schema.js';

/** The root of the repository; this module runs in dist/protocol/generate. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const corpus = join(root, 'protocol/corpus');
export const schemaFile = 'protocol/schema/protocol.json';
const wire = 'py/mu2net_sidecar/wire';
const twins = packages.filter(({ isOfControllers }) => !isOfControllers);
const folders = ['protocol/schema', ...twins.map(({ name }) => `${wire}/${name}`)];

/** Lists the generated files that are stale, with the text that they should have, if any. */
export const staleGenerated = () => staleFiles(root, generatedTexts(), folders);

function generatedTexts(): Texts {
  const definitions = definitionsOf();
  const examples = examplesIn(corpus, definitions);
  const reference = referencePage({
    version: PROTOCOL_VERSION,
    packages,
    modules,
    definitions,
    exampleOf: (id) => examples.get(id),
  });
  return new Map([
    [schemaFile, schemaDocument(definitions)],
    ['docs/protocol-reference.md', reference],
    [`${wire}/_version.py`, pythonVersion(PROTOCOL_VERSION)],
    ...[...pythonFiles(packages, modules, definitions)].map(
      ([path, text]) => [`${wire}/${path}`, text] as const,
    ),
  ]);
}
