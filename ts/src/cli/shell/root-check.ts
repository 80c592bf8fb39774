import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BOXED_ROOTS, boxFile } from '../../catalogue/index.js';
import { loadExperiment } from '../../config/index.js';
import { architectureName } from '../../domain/architecture.js';
import type { Check } from './check.js';

/** Checks the root models that come with mu2net. */
export function boxChecks(): readonly Check[] {
  return Object.entries(BOXED_ROOTS).map(([name, { file, sha256, architecture, title }]): Check => {
    const path = boxFile(file);
    const found = existsSync(path)
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : null;
    if (found === sha256) {
      const detail = `box:${name}, a ${architecture} that knows ${title}`;
      return { name: 'root', verdict: 'ok', detail, next: null };
    }
    const why = found === null ? 'is gone' : 'is not the file that this version came with';
    return {
      name: 'root',
      verdict: 'problem',
      detail: `${path} ${why}`,
      next: 'install mu2net again',
    };
  });
}

/**
 * Says which root model a configuration would get.
 * @throws Mu2NetError as loading it does
 */
export function rootOfConfig(config: string): Check {
  const { experiment } = loadExperiment(config, {}, { dataMustExist: false, runModule: false });
  const { architecture, checkpoint, continueFrom } = experiment;
  const size = architectureName(architecture);
  const name = 'root';
  const gets = (what: string) => `${config} gets ${what}`;
  if (continueFrom !== null) {
    return { name, verdict: 'ok', detail: gets(`the system of ${continueFrom}`), next: null };
  }
  if (checkpoint === null) {
    const detail = gets(`a ${size} of random weights`);
    const next = 'name a root.checkpoint, for example box:characters, to start from knowledge';
    return { name, verdict: 'note', detail, next };
  }
  const { source } = checkpoint;
  const boxed = Object.entries(BOXED_ROOTS).find(([, { file }]) => boxFile(file) === source);
  const shown = boxed ? `box:${boxed[0]}` : source;
  const isRemote = /^augreg:|:\/\//.test(source);
  if (!isRemote && !existsSync(source)) {
    const next = 'correct root.checkpoint, or fetch the file first';
    return { name, verdict: 'problem', detail: gets(`no root: there is no ${source}`), next };
  }
  return { name, verdict: 'ok', detail: gets(`${shown}, a ${size}`), next: null };
}
