import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteCorpus } from './corpus.js';
import { updateFiles } from './files.js';
import { corpus, root, schemaFile, staleGenerated } from './generated.js';
import { createRenamer, parseRename, type Rename } from './rename.js';
import { type Definitions, definitionsOf } from './schema.js';

/** Renames fields in the corpus and in generated files; returns what is wrong, if anything is. */
function renameFields(args: readonly string[]): string | undefined {
  const renames = args.map(parseRename).filter((rename) => rename !== undefined);
  if (renames.length === 0 || renames.length < args.length) {
    return 'write each field and its new name as Child.path=pathId';
  }
  const { $defs } = JSON.parse(readFileSync(join(root, schemaFile), 'utf8')) as {
    readonly $defs: Definitions;
  };
  const after = definitionsOf();
  const objection = renames.map((rename) => objectionTo(rename, $defs, after)).find(Boolean);
  if (objection) return objection;
  rewriteCorpus(corpus, createRenamer($defs, renames));
  updateFiles(root, staleGenerated());
  return undefined;
}

/** Says why a rename cannot be applied; undefined if it can. */
function objectionTo(
  { id, from, to }: Rename,
  before: Definitions,
  after: Definitions,
): string | undefined {
  if (!before[id]?.properties?.[from]) return `${schemaFile} has no field ${id}.${from}`;
  if (after[id]?.properties?.[to]) return undefined;
  return `the zod schema of ${id} has no field ${to} yet; rename ${from} there first`;
}

const problem = renameFields(process.argv.slice(2));
if (problem !== undefined) {
  console.error(`mu2net: ${problem}`);
  process.exitCode = 2;
}
