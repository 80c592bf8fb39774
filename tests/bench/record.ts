import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** One measured number, in the same form as the Python rows (py/mu2net_sidecar/bench/record.py). */
export interface BenchRecord {
  readonly row: number;
  readonly metric: string;
  readonly ours: number;
  readonly baseline: number | null;
  readonly ratio: number | null;
  readonly spread: readonly [number, number] | null;
  readonly goal: string | null;
  readonly pass: boolean | null;
  readonly unit: string;
  readonly detail: string;
}

const ENVIRONMENT = {
  device: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  node: process.versions.node,
  seed: 0,
  date: new Date().toISOString().slice(0, 10),
};

/** Appends a record to the file that scripts/bench.mjs names, or prints it if there is none. */
export function report(record: BenchRecord): void {
  const line = `${JSON.stringify({ ...record, environment: ENVIRONMENT })}\n`;
  const file = process.env.MU2NET_BENCH_RECORDS;
  if (file) appendFileSync(file, line);
  else process.stdout.write(line);
}

/** Returns the value below which this fraction of the samples lies. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))];
  if (value === undefined) throw new Error('no samples');
  return value;
}
