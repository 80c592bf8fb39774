// Builds the documentation site into site/: the Markdown pages, and the reference of the Node API.
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deadLinks } from './docs-links.mjs';
import { execute, fail, root } from './tools.mjs';

const source = join(root, 'docs', 'site');
const site = join(root, 'site');

function typedoc() {
  try {
    const manifest = createRequire(join(source, 'package.json')).resolve('typedoc/package.json');
    return join(dirname(manifest), 'bin', 'typedoc');
  } catch {
    return fail("TypeDoc is not installed; run 'npm run setup'");
  }
}

rmSync(site, { recursive: true, force: true });
const options = join(source, 'typedoc.config.mjs');
const { ok, output } = await execute(process.execPath, [typedoc(), '--options', options]);
if (!ok || !existsSync(join(site, 'index.html'))) {
  console.error(output.trimEnd());
  fail('TypeDoc could not build the site; its messages are above');
}
const dead = deadLinks(site);
if (dead.length > 0) {
  console.error(dead.join('\n'));
  fail(`the site has ${dead.length} dead links, listed above`);
}
console.log('mu2net: the site is in site/; open site/index.html');
