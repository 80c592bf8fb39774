import type { RequestKind, RequestOf } from '../../../protocol/index.js';
import type { ExecuteOptions, Pool } from '../pool/pool.js';
import { type Attributes, type Tracing, withSpan } from '../tracing/tracing.js';
import type { RunContext } from './growth/context.js';

/** The run that requests are a part of, and a span of it. */
export interface TracedWork {
  readonly tracing: Tracing;
  readonly run: string;
  /** `traceparent` of the span; null: each request is a trace of its own. */
  readonly parent: string | null;
}

/** Returns the pool, which tells with each request what it is for, and records a span of it. */
export function tracedPool(pool: Pool, { tracing, run, parent }: TracedWork): Pool {
  return {
    execute: <K extends RequestKind>(request: RequestOf<K>, options: ExecuteOptions = {}) => {
      // The request is told to be a part of something nearer.
      if (options.context) return pool.execute(request, options);
      const task = 'task' in request ? request.task.name : null;
      const span = tracing.start('request', { run, task, request: request.kind }, parent);
      const context = { run, traceparent: span.traceparent };
      return withSpan(span, () => pool.execute(request, { ...options, context }));
    },
    workers: () => pool.workers(),
    close: () => pool.close(),
  };
}

/** Does a part of a run within a span; its requests are parts of the span. */
export function inSpan<T>(
  context: RunContext,
  name: string,
  attributes: Attributes,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  if (!context.traced) return work(context);
  const { tracing, run } = context.traced;
  const span = tracing.start(name, { run, ...attributes }, null);
  const pool = tracedPool(context.pool, { tracing, run, parent: span.traceparent });
  return withSpan(span, () => work({ ...context, pool }));
}
