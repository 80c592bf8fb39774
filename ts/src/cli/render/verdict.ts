import type { Colors } from '../shell/output.js';

/**
 * The state of a task's data: whether it is here; if not, what is missing and the steps to take.
 */
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
