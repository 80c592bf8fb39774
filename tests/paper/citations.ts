import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The citation of a claim by a test. */
export interface Citation {
  readonly file: string;
  readonly id: string;
}

const IN_TITLE =
  /\b(?:test|it)(?:\.each\((?:[^`;]|`[^`]*`)*?\))?\(\s*`(?:[^`$]|\$\{(?!claim))*\$\{claim\(([^)]*)\)\}/g;
const ANYWHERE = /\bclaim\((?=')/g;
const MARK = /^@pytest\.mark\.claim\(([^)]*)\)$/gm;

/** Returns the ids in the arguments of a citation: its string literals. */
const idsOf = (args = '') => [...args.matchAll(/['"]([^'"]*)['"]/g)].map(([, id]) => id ?? '');

/**
 * Returns the citations in a file of TypeScript tests.
 * @throws Error for a citation that is not in the title of a running test.
 */
export function titleCitations(file: string, source: string): readonly Citation[] {
  const titles = [...source.matchAll(IN_TITLE)];
  if (titles.length !== [...source.matchAll(ANYWHERE)].length) {
    throw new Error(`${file}: a citation is not in the title of a test`);
  }
  return titles.flatMap(([, args]) => idsOf(args).map((id) => ({ file, id })));
}

/** Returns the citations in a file of Python tests: its marks. */
export function markCitations(file: string, source: string): readonly Citation[] {
  return [...source.matchAll(MARK)].flatMap(([, args]) => idsOf(args).map((id) => ({ file, id })));
}

function filesIn(folder: string, suffix: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => suffix.test(file))
    .map((file) => join(folder, file));
}

/** Returns the citations in all tests of the repository at `root`. */
export function citationsIn(root: string): readonly Citation[] {
  const typescript = ['ts/src', 'protocol', 'tests'].flatMap((folder) =>
    filesIn(join(root, folder), /\.test\.ts$/),
  );
  const python = filesIn(join(root, 'py/tests'), /[/\\]test_\w+\.py$/);
  return [
    ...typescript.flatMap((file) => titleCitations(file, readFileSync(file, 'utf8'))),
    ...python.flatMap((file) => markCitations(file, readFileSync(file, 'utf8'))),
  ];
}
