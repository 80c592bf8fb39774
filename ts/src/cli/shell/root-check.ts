import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BOXED_ROOTS, boxFile } from '../../catalogue/index.js';
import { loadExperiment } from '../../config/index.js';
import { architectureName } from '../../domain/architecture.js';
import { isFetched, type RootCheckpoint } from '../../domain/experiment.js';
import { showRoot } from '../../sidecar/roots.js';
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
export async function rootOfConfig(config: string): Promise<Check> {
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
  if (isFetched(source)) return fetchedRoot(checkpoint, size, gets);
  if (!existsSync(source)) {
    const next = 'correct root.checkpoint, or fetch the file first';
    return { name, verdict: 'problem', detail: gets(`no root: there is no ${source}`), next };
  }
  return { name, verdict: 'ok', detail: gets(`${shown}, a ${size}`), next: null };
}

/** Checks a root that a name, a query or a URL gives. */
async function fetchedRoot(
  { source, sha256 }: RootCheckpoint,
  size: string | undefined,
  gets: (what: string) => string,
): Promise<Check> {
  const name = 'root';
  const found = await showRoot(queryWith(source, size));
  if (found.path === null) {
    const detail = gets(`${source}, a ${size}, which is not on this machine yet`);
    const next = source.includes('://')
      ? 'each run downloads it when it starts'
      : `the run fetches it when it starts; 'npx mu2net root fetch' does so now`;
    return { name, verdict: 'note', detail, next };
  }
  if (found.architecture !== size) {
    const next = `write root.architecture: ${found.architecture ?? 'of another checkpoint'}`;
    return { name, verdict: 'problem', detail: `${source} is a ${found.description}`, next };
  }
  if (sha256 !== null && sha256 !== found.sha256) {
    const detail = `${found.path} has the sha256 ${found.sha256}, but root.sha256 is ${sha256}`;
    return { name, verdict: 'problem', detail, next: 'correct root.sha256' };
  }
  return { name, verdict: 'ok', detail: gets(`${source}, a ${found.description}`), next: null };
}

/** A query of a configuration leaves the architecture to `root.architecture`. */
function queryWith(source: string, size: string | undefined): string {
  const isOpen = source.includes('==') && !/\bname\s*==/.test(source);
  return isOpen ? `${source} and name=="${size}"` : source;
}
