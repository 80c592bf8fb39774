import { Argument } from 'commander';
import { BOXED_ROOTS } from '../../../catalogue/index.js';
import { Mu2NetError } from '../../../index.js';
import { showRoot } from '../../../sidecar/roots.js';
import { didYouMean } from '../../../text/did-you-mean.js';
import { defineCommand } from '../../define-command.js';
import { BOX, describeBoxed, type RootDescription, rootLines } from '../../render/roots.js';
import { print, printJson } from '../../shell/output.js';
import { screenOf } from '../../shell/screen.js';

export const rootShow = defineCommand<[root: string]>({
  name: 'show',
  description: 'show a root on this machine: architecture, parameters, licence, origin, hash',
  arguments: [new Argument('<root>', 'box:characters, a name, a query of AugReg, or a file')],
  async run([source], { json }) {
    const root = await describe(source);
    if (json) printJson(root);
    else print(...rootLines(root, screenOf(process.stdout)));
  },
});

async function describe(source: string): Promise<RootDescription> {
  if (source.startsWith(BOX)) return boxed(source.slice(BOX.length));
  const root = await showRoot(source);
  if (root.path === null) {
    throw new Mu2NetError(
      'CHECKPOINT_MISSING',
      `${root.name} is not on this machine; run 'npx mu2net root fetch' with this name`,
    );
  }
  if ('page' in root) return { ...root, provenance: root.page };
  const unknown = { licence: null, provenance: null, revision: null, fetchedAt: null };
  return { name: source, ...root, ...unknown };
}

function boxed(name: string): RootDescription {
  const root = BOXED_ROOTS[name];
  if (root) return describeBoxed(name, root);
  const known = Object.keys(BOXED_ROOTS);
  const near = didYouMean(name, known) || `; write ${BOX}${known.join(` or ${BOX}`)}`;
  throw new Mu2NetError('CHECKPOINT_MISSING', `mu2net comes with no root ${BOX}${name}${near}`);
}
