import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The file of figures that `npm run test:faults` writes, a JSON line for each. */
export const FIGURES = fileURLToPath(new URL('../../build/faults.jsonl', import.meta.url));

const figure = z.strictObject({
  fault: z.string(),
  measure: z.string(),
  value: z.number(),
  unit: z.string(),
});
/** Something that was measured while a fault was tried. */
type Figure = z.infer<typeof figure>;

/** Writes a figure, if figures are wanted. */
export function recordFigure(measured: Figure): void {
  const file = process.env.MU2NET_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify(measured)}\n`);
}

/** Writes how many seconds have passed since `start`, a time of `performance.now()`. */
export function recordSeconds(fault: string, measure: string, start: number): void {
  recordFigure({ fault, measure, value: (performance.now() - start) / 1000, unit: 's' });
}

/** Begins a new file of figures before all tests. */
export function setup(): void {
  mkdirSync(dirname(FIGURES), { recursive: true });
  rmSync(FIGURES, { force: true });
}

/** Prints a summary of the figures after all tests. */
export function teardown(): void {
  if (!existsSync(FIGURES)) return;
  const lines = readFileSync(FIGURES, 'utf8').trim().split('\n');
  const groups = new Map<string, Figure[]>();
  for (const each of lines.map((line) => figure.parse(JSON.parse(line)))) {
    const name = `${each.fault} | ${each.measure}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  console.log(`\nfigures in ${FIGURES}: how often, median and largest`);
  for (const [name, group] of groups) {
    const values = group.map(({ value }) => value).sort((a, b) => a - b);
    const [median = 0, largest = 0] = [values[values.length >> 1], values.at(-1)];
    const shown = [median, largest].map((value) => Number(value.toPrecision(3)));
    console.log(`${name} | ${values.length} | ${shown.join(' | ')} ${group[0]?.unit}`);
  }
}
