import type { LeaseEvent } from '../../pool/leases/lease-event.js';
import { duration, plural } from '../../text/format.js';
import type { LogLevel } from '../shell/log-level.js';

/** Returns the level of something that happens to a request. */
export function leaseLevel({ type }: LeaseEvent): LogLevel {
  return type === 'failed' ? 'warn' : 'debug';
}

/** Returns an event as a line of the log: what happens, its ids, and a sentence for people. */
export function leaseLine({ type: event, owner: controller, ...fields }: LeaseEvent) {
  const message = messageOf({ type: event, owner: controller, ...fields } as LeaseEvent);
  return { type: 'lease' as const, event, controller, ...fields, message };
}

function messageOf(event: LeaseEvent): string {
  const { lease, run, request, task } = event;
  const what = `${lease} ${request}${task === null ? '' : ` ${task}`}`;
  switch (event.type) {
    case 'queued':
      return `${what}: asked for by ${event.owner}${run === null ? '' : ` for ${run}`}`;
    case 'granted': {
      const { worker, attempt, children } = event;
      const of = children.length === 0 ? '' : `, ${plural(children.length, 'child', 'children')}`;
      return `${what}: worker ${worker} has it, attempt ${attempt}${of}`;
    }
    case 'measured':
      return `${what}: path ${event.child} ${event.outcome} by worker ${event.worker}`;
    case 'released':
      return `${what}: worker ${event.worker} had it for ${duration(event.seconds)}`;
    case 'done':
    case 'cancelled':
      return `${what}: ${event.type} after ${duration(event.seconds)}`;
    case 'failed':
      return `${what}: failed after ${duration(event.seconds)}: ${event.message}`;
  }
}
