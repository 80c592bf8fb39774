import { fileURLToPath } from 'node:url';
import { PROTOCOL_VERSION } from '../version.js';
import { staleFiles, type Texts, updateFiles } from './files.js';
import { modules, packages } from './modules.js';
import { pythonFiles, pythonVersion } from './python.js';
import { definitionsOf, schemaDocument } from './schema.js';

// Run as dist/protocol/generate/main.js.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const wire = 'py/mu2net_sidecar/wire';

function generatedTexts(): Texts {
  const definitions = definitionsOf();
  return new Map([
    ['protocol/schema/protocol.json', schemaDocument(definitions)],
    [`${wire}/_version.py`, pythonVersion(PROTOCOL_VERSION)],
    ...[...pythonFiles(packages, modules, definitions)].map(
      ([path, text]) => [`${wire}/${path}`, text] as const,
    ),
  ]);
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
