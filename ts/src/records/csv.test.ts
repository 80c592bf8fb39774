import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvOf } from './csv.js';
import type { Cell, RecordTable } from './table.js';

/** Reads CSV by RFC 4180: the fields of each record, and null for one that is empty and unquoted. */
function readCsv(text: string): readonly (readonly (string | null)[])[] {
  const records: (string | null)[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    records.at(-1)?.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    if (end === '\n') records.push([]);
  }
  return records.slice(0, -1);
}

const cells: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ') }),
  fc.array(fc.integer()),
);

it('every cell can be read back from CSV', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cells, cells)), (rows) => {
      const columns = ['first', 'the, "second"'].map((name) => {
        return { name, type: 'text', isHyperparameter: false } as const;
      });
      const table: RecordTable = { name: 'some', columns, rows };
      const written = (cell: Cell) =>
        cell === null ? null : Array.isArray(cell) ? JSON.stringify(cell) : String(cell);
      const expected = [columns.map(({ name }) => name), ...rows.map((row) => row.map(written))];
      expect(readCsv(csvOf(table))).toEqual(expected);
    }),
  );
});
