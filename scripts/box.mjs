// Makes what comes in box/ again: npm run box -- --fonts <folder> [--benchmark] [--root]
//
// The folder holds the fonts of Debian's packages fonts-noto-core, fonts-noto-extra and
// fonts-noto-cjk, as `apt-get download` and `dpkg -x` unpack them.
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { python, root, runHere } from './tools.mjs';

const { values } = parseArgs({
  options: {
    fonts: { type: 'string' },
    benchmark: { type: 'boolean', default: false },
    root: { type: 'boolean', default: false },
  },
});
if (values.fonts === undefined) {
  console.error('npm run box -- --fonts <folder with the fonts of Noto> [--benchmark] [--root]');
  process.exit(2);
}
const all = !values.benchmark && !values.root;
const build = join(root, 'build', 'characters');
const draw = ['-m', 'characters', '--fonts', resolve(values.fonts)];

/** The recipe of the root in the box; box/README.md says what came of it. */
const RECIPE = ['--steps', '1300', '--learning-rate', '0.0015', '--warp', '0.6'].concat([
  '--recolour',
  '0.25',
]);

function step(program, words, options) {
  const status = runHere(program, words, options);
  if (status !== 0) process.exit(status);
}

const inPython = { env: { ...process.env, PYTHONPATH: join(root, 'py') } };
if (all || values.benchmark) {
  step(python, [...draw, '--benchmark', join(root, 'box', 'scripts')], inPython);
}
if (all || values.root) {
  step(python, [...draw, '--root', join(build, 'root')], inPython);
  const config = join(root, 'py', 'characters', 'root.yaml');
  const model = join(build, 'model');
  const words = ['pretrain-root', config, '--out', model, ...RECIPE];
  step(process.execPath, [join(root, 'bin', 'mu2net.js'), ...words]);
  copyFileSync(join(model, 'model.npz'), join(root, 'box', 'characters.npz'));
}
