import type { PathId } from '../../domain/path.js';
import { Ledger } from './ledger.js';
import type { GenerationCommit, IterationRecord, PathRecord } from './records.js';

/**
 * The record of a simulated run, in memory. It keeps the models of tasks, and what was measured of
 * them; it forgets all other children, because nothing ever resumes a simulation.
 */
export class SimulatedLedger extends Ledger {
  readonly #commits: GenerationCommit[] = [];

  /** Nothing reads the measurement of a child that is only simulated. */
  override async recordMeasurement(): Promise<void> {}

  /** Nothing is stored, so nothing is removed. */
  override removeStored(): void {}

  override recordGeneration(commit: GenerationCommit): void {
    this.#commits.push(commit);
  }

  /** Records the best path of the iteration, if it is new, and forgets the others. */
  override recordIteration(iteration: Omit<IterationRecord, 'endedAt'>, endedAt: Date): void {
    const commits = this.#commits.splice(0);
    const children = commits.flatMap((commit) => commit.children);
    const paths = new Map(commits.flatMap((commit) => commit.paths).map((path) => [path.id, path]));
    const best = paths.get(iteration.bestPathId);
    const [first] = commits;
    if (best && first) {
      const components = commits.flatMap((commit) => commit.components);
      super.recordGeneration({
        generation: first.generation,
        children: children.filter(({ pathId }) => pathId === best.id),
        paths: [{ ...best, parentId: recordedAncestor(best, paths) }],
        components: components.filter(({ id }) => best.components.includes(id)),
      });
    }
    super.recordIteration(iteration, endedAt);
  }
}

/** Returns the nearest ancestor of a path that is not one of `paths`; null for none. */
function recordedAncestor(path: PathRecord, paths: ReadonlyMap<PathId, PathRecord>): PathId | null {
  let id = path.parentId;
  while (id !== null) {
    const parent = paths.get(id);
    if (!parent) break;
    id = parent.parentId;
  }
  return id;
}
