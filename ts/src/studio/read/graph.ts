import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { Ledger } from '../../state/record/ledger.js';
import { bestPaths } from '../../state/record/recall.js';
import type { LineageGraph, ModelKind } from '../documents/graph.js';
import { learnedTasks } from './children.js';
import { NameColumn, roundOrNull } from './columns.js';

interface Model {
  readonly pathId: PathId;
  readonly parentId: PathId | null;
  readonly task: TaskName | null;
  readonly iteration: number | null;
  readonly generation: number | null;
  readonly quality: number | null;
  readonly score: number | null;
  readonly isRetained: boolean;
}

/** Reads who grew from whom. */
export function lineageGraphOf(ledger: Ledger, run: string): LineageGraph {
  const best = new Set(bestPaths(ledger).values());
  const tasks = new NameColumn(learnedTasks(ledger));
  const models = modelsOf(ledger);
  const places = new Map(models.map(({ pathId }, place) => [pathId, place]));
  const parent = models.map(({ parentId }) => places.get(parentId ?? -1) ?? -1);
  const depth: number[] = [];
  for (const [at, place] of parent.entries()) depth[at] = place < 0 ? 0 : (depth[place] ?? 0) + 1;
  const kindOf = ({ pathId, task, isRetained }: Model): ModelKind =>
    task === null ? 0 : best.has(pathId) ? 1 : isRetained ? 2 : 3;
  const column = <T>(of: (model: Model) => T): readonly T[] => models.map(of);
  const task = column((model) => tasks.numberOf(model.task));
  return {
    run,
    tasks: tasks.names,
    pathId: column((model) => model.pathId),
    parent,
    task,
    depth,
    iteration: column((model) => model.iteration ?? -1),
    generation: column((model) => model.generation ?? -1),
    kind: column(kindOf),
    quality: column((model) => roundOrNull(model.quality)),
    score: column((model) => roundOrNull(model.score)),
  };
}

/** Returns all root models, children and adopted models; a parent has a smaller id than its child. */
function modelsOf(ledger: Ledger): readonly Model[] {
  const sampled = ledger.childOutlines().map(
    ({ retained, failed: _, trainSeconds: __, worker: ___, ...outline }): Model => ({
      ...outline,
      isRetained: retained,
    }),
  );
  const known = new Set(sampled.map(({ pathId }) => pathId));
  const others = ledger
    .paths()
    .filter(({ id }) => !known.has(id))
    .map(
      ({ id, parentId, task, iteration, quality, score }): Model => ({
        ...{ pathId: id, parentId, task, iteration, generation: null, quality, score },
        isRetained: true,
      }),
    );
  return [...others, ...sampled].sort((a, b) => a.pathId - b.pathId);
}
