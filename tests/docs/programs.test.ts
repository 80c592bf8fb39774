import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { blocksOf, type Page, ROOT, readPages } from './markdown.js';

/** Returns the blocks of code on a page that import the package, by names for messages. */
function programsOf({ path, text }: Page): readonly (readonly [name: string, code: string])[] {
  const name = path.replace(/\W+/g, '-');
  return blocksOf(text, ['js', 'ts'])
    .filter((code) => code.includes("from 'mu2net'"))
    .map((code, nth) => [`${name}-${nth + 1}.ts`, code]);
}

/** Returns what the TypeScript compiler says against the programs of pages; '' when it accepts all. */
function objectionsTo(pages: readonly Page[]): string {
  const folder = temporaryFolder();
  const programs = pages.flatMap(programsOf);
  for (const [name, code] of programs) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const project = join(folder, 'tsconfig.json');
  const options = {
    rootDir: parse(ROOT).root,
    paths: { mu2net: [join(ROOT, 'ts/src/index.ts')] },
    typeRoots: [join(ROOT, 'node_modules/@types')],
    noUnusedLocals: false,
  };
  const files = programs.map(([name]) => name);
  const base = join(ROOT, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ extends: base, compilerOptions: options, files }));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  return stdout;
}

describe('the programs in the documentation', () => {
  const pages = readPages();

  it('use the Node API as it is', () => {
    expect(pages.flatMap(programsOf).map(([name]) => name)).toContain('README-md-1.ts');
    expect(objectionsTo(pages)).toBe('');
  });

  it('are checked', () => {
    const text = "```js\nimport { openRun } from 'mu2net';\nopenRun('a').nowhere();\n```\n";
    expect(objectionsTo([{ path: 'a.md', text }])).toMatch(/a-md-1\.ts.*'nowhere'/);
  });
});
