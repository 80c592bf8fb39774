import type { Colors } from '../shell/output.js';

/** Whether the data of a task is here; if not, what is missing and what to do, in order. */
export interface Verdict {
  readonly task: string;
  readonly ready: boolean;
  readonly missing: string | null;
  readonly next: readonly string[];
}

export function verdictLines(
  { task, ready, missing, next }: Verdict,
  { green, yellow, dim }: Colors,
): readonly string[] {
  if (ready) return [`${green('✓')} ${task}`];
  return [
    `${yellow('!')} ${task}: ${missing}`,
    ...next.map((step, nth) => dim(`    ${nth + 1}. ${step}`)),
  ];
}
