/** A model in the graph: a child, or a model that children grew from but no generation made. */
export interface Model {
  readonly pathId: number;
  /** null for a model that grew from nothing that is recorded. */
  readonly parentId: number | null;
  /** null for a root model. */
  readonly task: string | null;
  /** Task iteration of the system's history; null for a model that no generation made. */
  readonly iteration: number | null;
  readonly generation: number | null;
  /** Best validation accuracy, in [0, 1]; null if it was never validated. */
  readonly quality: number | null;
  readonly retained: boolean;
}

/** Models and who grew from whom; everything is by the place of a model in `all`. */
export interface Forest {
  readonly all: readonly Model[];
  /** Place of the model that it grew from; -1 for a model without one. */
  readonly parents: Int32Array;
  readonly places: ReadonlyMap<number, number>;
  /** Tasks in the order in which they were learned. */
  readonly tasks: readonly string[];
}

/** Arranges children, oldest first, and adds the models that they grew from. */
export function forestOf(children: readonly Model[]): Forest {
  const known = new Set(children.map(({ pathId }) => pathId));
  const others = new Set(
    children.flatMap(({ parentId }) => (parentId === null || known.has(parentId) ? [] : [parentId])),
  );
  const roots = [...others].sort((a, b) => a - b).map(rootModel);
  const all = [...roots, ...children];
  const places = new Map(all.map(({ pathId }, place) => [pathId, place]));
  const parents = Int32Array.from(all, ({ parentId }) =>
    parentId === null ? -1 : (places.get(parentId) ?? -1),
  );
  const tasks = [...new Set(children.flatMap(({ task }) => task ?? []))];
  return { all, parents, places, tasks };
}

function rootModel(pathId: number): Model {
  const unknown = { parentId: null, task: null, iteration: null, generation: null, quality: null };
  return { pathId, ...unknown, retained: true };
}

/** Returns the places from a model back to the one without a parent, itself first. */
export function ancestry({ parents }: Forest, place: number): readonly number[] {
  const line: number[] = [];
  for (let at = place; at >= 0 && line.length <= parents.length; at = parents[at] ?? -1) {
    line.push(at);
  }
  return line;
}

/** Where a key leads from a model. */
export type Step = 'parent' | 'child' | 'earlier' | 'later';

/** Returns the place that a step leads to; the same place where there is nothing. */
export function stepFrom({ parents, all }: Forest, place: number, step: Step): number {
  switch (step) {
    case 'parent':
      return Math.max(parents[place] ?? -1, -1) < 0 ? place : (parents[place] ?? place);
    case 'child': {
      const grown = parents.indexOf(place);
      return grown < 0 ? place : grown;
    }
    case 'earlier':
      return Math.max(0, place - 1);
    case 'later':
      return Math.min(all.length - 1, place + 1);
  }
}

/** Which models of a forest are shown. */
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

/** Returns for each model whether a filter shows it. */
export function selectModels(forest: Forest, filter: ModelFilter): Uint8Array {
  const search = filter.search.trim().toLowerCase();
  const shows = ({ pathId, task, quality, retained }: Model) =>
    (filter.task === null || task === filter.task) &&
    (!filter.retained || retained) &&
    (filter.minQuality <= 0 || (quality ?? 0) >= filter.minQuality) &&
    (search === '' ||
      String(pathId) === search.replace(/^#/, '') ||
      (task ?? 'root').toLowerCase().includes(search));
  return Uint8Array.from(forest.all, (model) => (shows(model) ? 1 : 0));
}
