import { basename } from 'node:path';
import type { ComponentId, ComponentName, Digest } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import { locksDuring, NOT_TRAINABLE } from '../evolution/index.js';
import type { Ledger } from '../state/record/ledger.js';
import { bestPaths, recallModels, recallSystem } from '../state/record/recall.js';

/** A component of a path: its origin and its users. */
export interface ShownComponent {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameterCount: number;
  readonly paramsDigest: Digest;
  readonly origin: 'root' | 'shared' | 'cloned' | 'fresh' | 'resampled' | 'adopted';
  /** Tasks whose retained model uses it; 'root' stands for a root model. */
  readonly users: readonly string[];
}

/** The details of one path. */
export interface ShownPath {
  readonly pathId: PathId;
  readonly task: TaskName | null;
  readonly living: boolean;
  readonly quality: number | null;
  readonly score: number | null;
  readonly testAccuracy: number | null;
  readonly hyperparameters: Hyperparameters;
  readonly components: readonly ShownComponent[];
  /** The path and all its recorded ancestors, up to the root. */
  readonly lineage: readonly {
    readonly pathId: PathId;
    readonly task: TaskName | null;
    readonly quality: number | null;
  }[];
}

/**
 * Returns the details of a path: of the given id, or a task's best path by the task's name.
 * @throws Mu2NetError PATH_UNKNOWN
 */
export function show(ledger: Ledger, which: string): ShownPath {
  const records = new Map(ledger.paths().map((path) => [path.id, path]));
  const best = bestPaths(ledger);
  const id = best.get(which) ?? (/^\d+$/.test(which) ? Number(which) : undefined);
  const path = id === undefined ? undefined : records.get(id);
  if (!path) {
    throw new Mu2NetError(
      'PATH_UNKNOWN',
      `'${which}' is neither a retained path nor a task of this run; its tasks are: ${[...best.keys()].join(', ') || 'none yet'}`,
      { run: basename(ledger.directory), ...(id === undefined ? { task: which } : { pathId: id }) },
    );
  }
  const locks = locksDuring(recallModels(ledger), null);
  const components = new Map(
    ledger.components(path.components).map((component) => [component.id, component]),
  );
  const sampled = ledger.child(path.id);
  // A path that was adopted from a branch was sampled in that branch.
  const elsewhere = path.task === null ? 'root' : 'adopted';
  const origins = new Map(sampled?.components.map(({ id: each, origin }) => [each, origin]));
  const evaluation = ledger
    .evaluations()
    .findLast((each) => each.pathId === path.id && each.split === 'test');
  const ancestry = [];
  for (
    let at = records.get(path.id);
    at;
    at = at.parentId === null ? undefined : records.get(at.parentId)
  ) {
    ancestry.push({ pathId: at.id, task: at.task, quality: at.quality });
  }
  return {
    pathId: path.id,
    task: path.task,
    living: recallSystem(ledger).paths.has(path.id),
    quality: path.quality,
    score: path.score,
    testAccuracy: evaluation ? evaluation.correct / evaluation.total : null,
    hyperparameters: path.hyperparameters,
    components: path.components.flatMap((each): ShownComponent[] => {
      const component = components.get(each);
      if (!component) return [];
      const users = [...(locks.get(each) ?? [])].map((lock) =>
        lock === NOT_TRAINABLE ? 'root' : lock,
      );
      const { name, parameterCount, paramsDigest } = component;
      return [
        {
          id: each,
          name,
          parameterCount,
          paramsDigest,
          origin: origins.get(each) ?? elsewhere,
          users,
        },
      ];
    }),
    lineage: ancestry,
  };
}
