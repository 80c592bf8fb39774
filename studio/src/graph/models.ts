import { type LineageGraph, MODEL_KINDS } from '../../../ts/src/studio/documents/graph.js';

const DISCARDED = MODEL_KINDS.indexOf('discarded');

/** The settings of the graph's filters. */
export interface ModelFilter {
  /** Only models of this task. */
  readonly task: string | null;
  /** Only models that were retained. */
  readonly retained: boolean;
  /** Only models with at least this validation accuracy, in [0, 1]. */
  readonly minQuality: number;
  /** Words of the search: the number of a path, or a part of a task's name. */
  readonly search: string;
}

/** Whether a model was retained, or is a root model. */
export const isRetained = (graph: LineageGraph, place: number) => graph.kind[place] !== DISCARDED;

/** The name of a model's task; a root model is called `root`. */
export function nameOf(graph: LineageGraph, place: number): string {
  return graph.tasks[graph.task[place] ?? -1] ?? 'root';
}

/** Returns for each model whether the filter shows it. */
export function selectModels(graph: LineageGraph, filter: ModelFilter): Uint8Array {
  const search = filter.search.trim().toLowerCase();
  const { pathId, quality } = graph;
  const number = /^#?\d+$/.test(search) ? Number(search.replace('#', '')) : null;
  const found = graph.tasks.map((task) => task.toLowerCase().includes(search));
  const rootFound = 'root'.includes(search);
  const task = filter.task === null ? null : graph.tasks.indexOf(filter.task);
  return Uint8Array.from(graph.task, (owner, place) => {
    if (task !== null && owner !== task) return 0;
    if (filter.retained && !isRetained(graph, place)) return 0;
    if (filter.minQuality > 0 && (quality[place] ?? 0) < filter.minQuality) return 0;
    if (search === '' || (number !== null && pathId[place] === number)) return 1;
    return (owner < 0 ? rootFound : found[owner]) ? 1 : 0;
  });
}

/** Returns the places from a model back to its root model, the model first. */
export function ancestry({ parent }: LineageGraph, place: number): readonly number[] {
  const line: number[] = [];
  for (let at = place; at >= 0; at = parent[at] ?? -1) line.push(at);
  return line;
}

/** Where a key leads from a model. */
export type Step = 'parent' | 'child' | 'earlier' | 'later';

/** Returns the place that a step leads to; the same place where there is nothing. */
export function stepFrom({ parent, pathId }: LineageGraph, place: number, step: Step): number {
  switch (step) {
    case 'parent':
      return (parent[place] ?? -1) < 0 ? place : (parent[place] ?? place);
    case 'child': {
      const grown = parent.indexOf(place);
      return grown < 0 ? place : grown;
    }
    case 'earlier':
      return Math.max(0, place - 1);
    case 'later':
      return Math.min(pathId.length - 1, place + 1);
  }
}
