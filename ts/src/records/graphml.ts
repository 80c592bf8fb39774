import { escapeXml } from '../text/escape-xml.js';
import type { Lineage } from './lineage.js';
import type { Cell, ColumnType, RecordColumn, RecordTable } from './table.js';

/** The types of GraphML. It has no lists; a lineage has none either. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  integer: 'long',
  number: 'double',
  boolean: 'boolean',
  time: 'string',
  integers: 'string',
  numbers: 'string',
};

/** Writes a lineage as GraphML, which networkx, igraph, Gephi, yEd and Cytoscape read. */
export function graphmlOf({ nodes, edges }: Lineage): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keysOf('node', nodes, 1),
    ...keysOf('edge', edges, 2),
    '<graph edgedefault="directed">',
    ...elementsOf('node', nodes, ['id']),
    ...elementsOf('edge', edges, ['source', 'target']),
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}

/** Declares the columns of a table; the first `skipped` of them are attributes of the elements. */
function keysOf(element: string, { columns }: RecordTable, skipped: number): readonly string[] {
  return columns
    .slice(skipped)
    .map(
      ({ name, type }) =>
        `<key id="${element}.${name}" for="${element}" attr.name="${name}" attr.type="${TYPES[type]}"/>`,
    );
}

/** Writes a row as an element: the first cells as attributes, the others as data. */
function elementsOf(
  element: string,
  { columns, rows }: RecordTable,
  attributes: readonly string[],
): readonly string[] {
  const skipped = attributes.length;
  return rows.map((row) => {
    const given = attributes.map((name, at) => ` ${name}="${escapeXml(String(row[at]))}"`);
    const data = columns
      .slice(skipped)
      .map((column, at) => dataOf(element, column, row[at + skipped] ?? null));
    return `<${element}${given.join('')}>${data.join('')}</${element}>`;
  });
}

function dataOf(element: string, { name }: RecordColumn, cell: Cell): string {
  return cell === null ? '' : `<data key="${element}.${name}">${escapeXml(String(cell))}</data>`;
}
