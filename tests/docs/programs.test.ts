import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { blocksOf, type Page, ROOT, readPages } from './markdown.js';

/** Returns the blocks of code on a page that import the package, by the names of their files. */
function programsOf({ path, text }: Page): readonly (readonly [file: string, code: string])[] {
  const name = path.replace(/\W+/g, '-');
  return blocksOf(text, ['js', 'ts'])
    .filter((code) => code.includes("from 'mu2net'"))
    .map((code, nth) => [`${name}-${nth + 1}.ts`, code]);
}

/** Checks programs with the TypeScript compiler; returns its messages, each on a line. */
function compile(programs: ReturnType<typeof programsOf>): readonly string[] {
  const folder = temporaryFolder();
  for (const [file, code] of programs) writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const project = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      rootDir: parse(ROOT).root,
      paths: { mu2net: [join(ROOT, 'dist/ts/src/index.d.ts')] },
      typeRoots: [join(ROOT, 'node_modules/@types')],
      noUnusedLocals: false,
    },
    files: programs.map(([file]) => file),
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

const WRONG: Page = {
  path: 'wrong.md',
  text: "```js\nimport { openRun } from 'mu2net';\n\nopenRun('a').nowhere();\n```\n",
};

describe('the programs in the documentation', () => {
  const programs = readPages().flatMap(programsOf);
  let messages: readonly string[];
  beforeAll(() => {
    messages = compile([...programs, ...programsOf(WRONG)]);
  });

  it('use the Node API as it is', () => {
    expect(programs.map(([file]) => file)).toContain('README-md-1.ts');
    expect(messages.filter((line) => !line.includes('wrong-md-1.ts'))).toEqual([]);
  });

  it('are checked', () => {
    expect(messages.filter((line) => line.includes('nowhere'))).toHaveLength(1);
  });
});
