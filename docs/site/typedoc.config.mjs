import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERATED, HOME, SECTIONS } from './pages.mjs';
import { sidecarPage } from './sidecar.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

mkdirSync(join(root, dirname(GENERATED)), { recursive: true });
writeFileSync(join(root, GENERATED), sidecarPage(root));

const pages = SECTIONS.flatMap(({ pages: listed }) => listed)
  .map(([file]) => join(root, file))
  .filter(existsSync);

/** Options of TypeDoc: https://typedoc.org/documents/Options.html */
export default {
  name: 'mu2net',
  basePath: root,
  entryPoints: [join(root, 'ts/src/index.ts')],
  tsconfig: join(root, 'tsconfig.build.json'),
  plugin: [join(here, 'theme.mjs')],
  theme: 'mu2net',
  router: 'mu2net',
  customCss: join(here, 'style.css'),
  customJs: join(here, 'menu.js'),
  readme: join(root, HOME),
  projectDocuments: pages,
  out: join(root, 'site'),
  // scripts/docs.mjs checks the links of what is built, which TypeDoc only warns of.
  logLevel: 'Error',
  // `npm run check` checks the types, with a younger TypeScript.
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  disableGit: true,
  searchInDocuments: true,
  hideGenerator: true,
  githubPages: false,
  includeHierarchySummary: false,
  alwaysCreateEntryPointModule: true,
  sort: ['kind', 'alphabetical'],
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables', '*'],
  navigation: { includeGroups: true, includeCategories: false, includeFolders: false },
  highlightLanguages: ['sh', 'yaml', 'js', 'ts', 'json', 'python', 'sql'],
};
