import type { ComponentId, ComponentName } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/ledger.js';
import { isTrained, type Sampled, type SampledComponent } from '../state/sampled.js';

/** A component of a recorded child. */
export interface ChildComponentRow {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameters: number;
  /** How the child got it. */
  readonly origin: SampledComponent['origin'];
  /** Whether the child trained it; a shared component stays frozen. */
  readonly trained: boolean;
}

/** A child of a committed generation: what was sampled, and what was measured. */
export interface ChildRow {
  readonly pathId: PathId;
  readonly parent: PathId;
  readonly task: TaskName;
  /** Task iteration of the system's history; counts from 0. */
  readonly iteration: number;
  /** Generation of the task iteration; counts from 0. */
  readonly generation: number;
  readonly hyperparameters: Hyperparameters;
  readonly components: readonly ChildComponentRow[];
  /** Validation accuracy at each validation, in [0, 1]. */
  readonly qualities: readonly number[];
  /** Score when it was retained; null for a child that was not. */
  readonly score: number | null;
  /** Whether it stayed in the system when its generation ended. */
  readonly retained: boolean;
  /** Why the child has no quality; null when it was measured. */
  readonly failure: string | null;
  readonly trainSeconds: number;
}

/** A child's measurement as the record keeps it. */
interface Measured {
  readonly kind: 'trained' | 'diverged';
  readonly qualities: readonly number[];
  readonly reason?: string;
  readonly trainSeconds?: number;
}

/** Reads the children of committed generations, oldest first, from the path `since` on. */
export function childrenOf(ledger: Ledger, since: PathId = 0): readonly ChildRow[] {
  const children = ledger.children<Sampled>().filter(({ path }) => path >= since);
  // Read after the children: a process that grows the run may write in between.
  const scores = new Map(ledger.paths().map(({ id, score }) => [id, score]));
  return children.map(
    ({ path, parent, task, iteration, generation, child, retained }): ChildRow => {
      const measured = ledger.measurement<Measured>(path);
      return {
        pathId: path,
        parent,
        task,
        iteration,
        generation,
        hyperparameters: child.hyperparameters,
        components: child.components.map((component) => {
          const { id, name, parameters, origin } = component;
          return { id, name, parameters, origin, trained: isTrained(component) };
        }),
        qualities: measured?.qualities ?? [],
        score: scores.get(path) ?? null,
        retained,
        failure: measured?.reason ?? null,
        trainSeconds: measured?.trainSeconds ?? 0,
      };
    },
  );
}
