import type { RunEvent } from '../../run/events/events.js';
import { readHolder } from '../../state/lock/holder.js';
import type { Ledger } from '../../state/record/ledger.js';
import { environmentOf } from '../../views/environment.js';
import type { WorkerNow, WorkersDocument, WorkerWork } from '../documents/workers.js';

/**
 * Reads who grows a branch now, and who grew it.
 * @param recap events of the session in progress: its last generation and what each worker said last.
 */
export function workersDocumentOf(
  ledger: Ledger,
  run: string,
  recap: readonly RunEvent[],
): WorkersDocument {
  const isGrowing = readHolder(ledger.directory)?.branch === ledger.branch;
  const generation = recap.findLast((event) => event.type === 'generation');
  const sampled = generation?.children.length ?? 0;
  const measured = ledger.pendingMeasurements().length;
  const isOpen = generation !== undefined && !recap.some(({ type }) => type === 'child');
  return {
    run,
    isGrowing,
    queued: isGrowing && isOpen ? Math.max(0, sampled - measured) : 0,
    now: isGrowing ? recap.flatMap(nowOf) : [],
    work: workOf(ledger),
    sessions: environmentOf(ledger),
  };
}

function nowOf(event: RunEvent): readonly WorkerNow[] {
  if (event.type !== 'worker' || event.worker === null) return [];
  const { worker, change, message, time } = event;
  return [{ worker, change, message, time }];
}

function workOf(ledger: Ledger): readonly WorkerWork[] {
  const work = new Map<string | null, WorkerWork>();
  for (const { worker, task, failed, trainSeconds, pathId } of ledger.childOutlines()) {
    const before = work.get(worker);
    work.set(worker, {
      worker,
      children: (before?.children ?? 0) + 1,
      failed: (before?.failed ?? 0) + Number(failed),
      trainSeconds: (before?.trainSeconds ?? 0) + trainSeconds,
      tasks: before?.tasks.includes(task) ? before.tasks : [...(before?.tasks ?? []), task],
      lastPathId: pathId,
    });
  }
  return [...work.values()].sort((a, b) => b.children - a.children);
}
