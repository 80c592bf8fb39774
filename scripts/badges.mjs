// Draws the badges of the README, docs/images/badge-*.svg, from package.json and pyproject.toml.
//
//     npm run build && node scripts/badges.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badgeSvg } from '../dist/ts/src/pictures/badge-svg.js';
import { fail, root } from './tools.mjs';

const { license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pyproject = readFileSync(join(root, 'py', 'pyproject.toml'), 'utf8');
const [, python] = /^requires-python = "(.+)"$/m.exec(pyproject) ?? [];
if (python === undefined)
  fail('py/pyproject.toml has no requires-python; say which Python it needs');

const BADGES = {
  ci: ['CI', 'npm test'],
  licence: ['licence', license],
  node: ['Node', engines.node.replace('>=', '≥ ')],
  python: ['Python', python.replace('>=', '≥ ')],
};
for (const [name, badge] of Object.entries(BADGES)) {
  writeFileSync(join(root, 'docs', 'images', `badge-${name}.svg`), badgeSvg(...badge));
}
