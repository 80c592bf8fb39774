import type { Component, ComponentId } from '../domain/component.js';
import type { Path, PathId } from '../domain/path.js';
import { componentsOf, lineage, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { AdoptedModels, Ledger } from '../state/record/ledger.js';
import { recallModels } from '../state/record/recall.js';
import type { PathRecord } from '../state/record/records.js';

/** Copies the rows of tasks' models from `source`, with new ids in `target`. */
export function copyModels(
  source: Ledger,
  target: Ledger,
  tasks: ReadonlySet<TaskName>,
): AdoptedModels {
  const [theirs, ours] = [recallModels(source), recallModels(target)];
  const scores = new Map(source.paths().map(({ id, score }) => [id, score]));
  const next = target.nextPathId();
  const iteration = target.iterations().length;
  const ids = new Map<PathId, PathId>();
  const components = new ComponentCopies(ours);
  const paths: PathRecord[] = [];
  // Oldest first, so that a path comes after its ancestors.
  for (const path of [...theirs.paths.values()].sort((a, b) => a.id - b.id)) {
    if (path.task === null || !tasks.has(path.task) || equalPathOf(path, theirs, ours)) continue;
    const id = next + paths.length;
    ids.set(path.id, id);
    const [, ...ancestors] = lineage(path, theirs);
    const parents = ancestors.map(
      (each) => ids.get(each.id) ?? equalPathOf(each, theirs, ours)?.id,
    );
    paths.push({
      ...path,
      id,
      parentId: parents.find((parent) => parent !== undefined) ?? null,
      components: componentsOf(path, theirs).map((component) => components.idOf(component, id)),
      iteration: iteration + paths.length,
      score: scores.get(path.id) ?? null,
    });
  }
  return {
    tasks: paths.flatMap(({ task }) => source.tasks().filter(({ name }) => name === task)),
    paths,
    components: components.copies,
    evaluations: source.evaluations().flatMap((each) => {
      const pathId = ids.get(each.pathId);
      return pathId === undefined ? [] : [{ ...each, pathId }];
    }),
  };
}

/** Maps the ids of components in one system to ids in another. */
class ComponentCopies {
  readonly copies: Component[] = [];
  readonly #system: System;
  readonly #ids = new Map<ComponentId, ComponentId>();

  constructor(system: System) {
    this.#system = system;
  }

  /** Returns the id of the system's own equal component, or else of a copy. */
  idOf(component: Component, path: PathId): ComponentId {
    const own = this.#system.components.get(component.id);
    if (own?.paramsDigest === component.paramsDigest && own.traceDigest === component.traceDigest)
      return own.id;
    const known = this.#ids.get(component.id);
    if (known !== undefined) return known;
    const id = `${path}/${component.name}`;
    this.#ids.set(component.id, id);
    this.copies.push({ ...component, id });
    return id;
  }
}

/** Returns the equal path of another system, which may have another id. */
function equalPathOf(path: Path, theirs: System, ours: System): Path | undefined {
  return [...ours.paths.values()].find(
    (own) => own.task === path.task && contentsOf(own, ours) === contentsOf(path, theirs),
  );
}

/** Returns a text of a path's contents: equal for equal models, even if component ids differ. */
function contentsOf(path: Path, system: System): string {
  return componentsOf(path, system)
    .map(({ name, paramsDigest, traceDigest }) => `${name} ${paramsDigest} ${traceDigest}`)
    .join();
}
