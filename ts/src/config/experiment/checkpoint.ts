import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BOXED_ROOTS, boxFile } from '../../catalogue/index.js';
import { isFetched, type RootCheckpoint } from '../../domain/experiment.js';
import type { Config } from '../schema/config.js';
import type { BuildContext } from './context.js';

/** Begins the name of a root model that comes with this package. */
const BOX = 'box:';

/** The file of the root model's weights. It must exist, unless nothing is going to read it. */
export function checkpointOf(config: Config, context: BuildContext): RootCheckpoint | null {
  const { root, continueFrom } = config;
  const { checkpoint, sha256 } = root;
  const { folderOf, dataMustExist, refuse } = context;
  if (checkpoint === null) {
    if (sha256 === null) return null;
    return refuse(['root', 'sha256'], 'root.sha256 needs a root.checkpoint to check');
  }
  if (continueFrom !== null) {
    return refuse(
      ['root', 'checkpoint'],
      'root.checkpoint is not read where continueFrom gives the system; leave one of them out',
    );
  }
  if (checkpoint.startsWith(BOX)) return boxedCheckpoint(checkpoint, root, context);
  if (isFetched(checkpoint)) return { source: checkpoint, sha256 };
  const source = resolve(folderOf(['root', 'checkpoint']), checkpoint);
  if (dataMustExist && !existsSync(source)) {
    refuse(
      ['root', 'checkpoint'],
      `there is no checkpoint ${source}; correct root.checkpoint, or fetch the file first`,
      { code: 'CHECKPOINT_MISSING' },
    );
  }
  return { source, sha256 };
}

function boxedCheckpoint(
  checkpoint: string,
  { architecture, sha256 }: Config['root'],
  { refuse }: BuildContext,
): RootCheckpoint {
  const name = checkpoint.slice(BOX.length).trim();
  const root = BOXED_ROOTS[name];
  if (root === undefined) {
    const known = Object.keys(BOXED_ROOTS).map((each) => `${BOX}${each}`);
    return refuse(
      ['root', 'checkpoint'],
      `mu2net comes with no root model ${checkpoint}; write ${known.join(' or ')}`,
    );
  }
  if (root.architecture !== architecture) {
    return refuse(
      ['root', 'architecture'],
      `${checkpoint} is a ${root.architecture}, not a ${architecture}; write root.architecture: ${root.architecture}`,
    );
  }
  return { source: boxFile(root.file), sha256: sha256 ?? root.sha256 };
}
