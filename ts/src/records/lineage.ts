import type { Ledger } from '../state/record/ledger.js';
import { livingPaths } from '../state/record/recall.js';
import { type ChildRow, childrenOf } from '../views/children.js';
import { type ChildSelection, selectChildren } from '../views/select-children.js';
import { type RecordTable, tableOf } from './table.js';

/**
 * The lineage of a system as a graph. `nodes` has a row per model (root models, retained and
 * discarded children) and per recorded component; its first column is the id. `edges` leads from
 * `source` to `target`: from a model to its children (`parent`), from a recorded model to its
 * components (`uses`), and from a component to its copies (`copied`).
 */
export interface Lineage {
  readonly nodes: RecordTable;
  readonly edges: RecordTable;
}

/** A node before it is a row; what a node has not is null. */
interface Node {
  readonly id: string;
  readonly kind: 'root' | 'retained' | 'discarded' | 'component';
  readonly name: string;
  readonly task?: string | null;
  readonly iteration?: number | null;
  readonly quality?: number | null;
  readonly score?: number | null;
  readonly living?: boolean;
  readonly parameterCount: number;
}

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly kind: 'parent' | 'uses' | 'copied';
}

const pathNode = (id: number) => `path ${id}`;
const componentNode = (id: string) => `component ${id}`;

/** Reads the lineage of a branch. The selection leaves out discarded children, no other model. */
export function lineageOf(ledger: Ledger, selection: ChildSelection = {}): Lineage {
  const children = selectChildren(childrenOf(ledger), selection);
  const nodes = [...modelNodes(ledger, children), ...componentNodes(ledger)];
  const known = new Set(nodes.map(({ id }) => id));
  const edges = [...parentEdges(ledger, children), ...useEdges(ledger), ...copyEdges(children)];
  return {
    nodes: tableOf('nodes', nodes, {
      id: ['text', (node) => node.id],
      kind: ['text', (node) => node.kind],
      name: ['text', (node) => node.name],
      task: ['text', (node) => node.task ?? null],
      iteration: ['integer', (node) => node.iteration ?? null],
      quality: ['number', (node) => node.quality ?? null],
      score: ['number', (node) => node.score ?? null],
      living: ['boolean', (node) => node.living ?? null],
      parameterCount: ['integer', (node) => node.parameterCount],
    }),
    // A component that only discarded children had is not recorded.
    edges: tableOf(
      'edges',
      edges.filter(({ source, target }) => known.has(source) && known.has(target)),
      {
        source: ['text', (edge) => edge.source],
        target: ['text', (edge) => edge.target],
        kind: ['text', (edge) => edge.kind],
      },
    ),
  };
}

function modelNodes(ledger: Ledger, children: readonly ChildRow[]): readonly Node[] {
  const living = new Set(livingPaths(ledger).map(({ id }) => id));
  const sizes = new Map(ledger.components().map(({ id, parameterCount }) => [id, parameterCount]));
  const recorded = ledger.paths().map(
    ({ id, task, iteration, quality, score, components }): Node => ({
      id: pathNode(id),
      kind: task === null ? 'root' : 'retained',
      name: `${id}`,
      ...{ task, iteration, quality, score },
      living: living.has(id),
      parameterCount: components.reduce((sum, component) => sum + (sizes.get(component) ?? 0), 0),
    }),
  );
  const discarded = children.filter(({ retained }) => !retained);
  return [
    ...recorded,
    ...discarded.map(
      ({ pathId, task, iteration, quality, components }): Node => ({
        id: pathNode(pathId),
        kind: 'discarded',
        name: `${pathId}`,
        ...{ task, iteration, quality },
        living: false,
        parameterCount: components.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
      }),
    ),
  ];
}

function componentNodes(ledger: Ledger): readonly Node[] {
  return ledger.components().map(({ id, name, parameterCount }) => ({
    id: componentNode(id),
    kind: 'component',
    name,
    parameterCount,
  }));
}

function parentEdges(ledger: Ledger, children: readonly ChildRow[]): readonly Edge[] {
  const sampled = new Set(children.map(({ pathId }) => pathId));
  const edge = (parentId: number, id: number): Edge => ({
    source: pathNode(parentId),
    target: pathNode(id),
    kind: 'parent',
  });
  return [
    ...children.map(({ pathId, parentId }) => edge(parentId, pathId)),
    // Adopted and imported models were never sampled here.
    ...ledger
      .paths()
      .flatMap(({ id, parentId }) =>
        parentId === null || sampled.has(id) ? [] : [edge(parentId, id)],
      ),
  ];
}

function useEdges(ledger: Ledger): readonly Edge[] {
  return ledger.paths().flatMap(({ id, components }) =>
    components.map(
      (component): Edge => ({
        source: pathNode(id),
        target: componentNode(component),
        kind: 'uses',
      }),
    ),
  );
}

function copyEdges(children: readonly ChildRow[]): readonly Edge[] {
  return children.flatMap(({ components }) =>
    components.flatMap(({ id, from, trained }): readonly Edge[] =>
      from === null || !trained
        ? []
        : [{ source: componentNode(from), target: componentNode(id), kind: 'copied' }],
    ),
  );
}
