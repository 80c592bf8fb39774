import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RootCheckpoint } from '../../domain/experiment.js';
import type { Config } from '../schema/config.js';
import type { BuildContext } from './context.js';

/** The file of the root model's weights. It must exist, unless nothing is going to read it. */
export function checkpointOf(
  { root: { checkpoint, sha256 }, continueFrom }: Config,
  { folderOf, dataMustExist, refuse }: BuildContext,
): RootCheckpoint | null {
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
  if (/^augreg:|:\/\//.test(checkpoint)) return { source: checkpoint, sha256 };
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
