/** Facts about a span; null values are left out. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | readonly number[] | null>
>;

/** A piece of work with its time, a part of a trace. */
export interface Span {
  /** Names the span to those who do a part of it, as W3C Trace Context writes it; null: untraced. */
  readonly traceparent: string | null;
  /** Ends it; with a problem if it failed. */
  end(problem?: string): void;
}

/** Records spans somewhere, or nowhere. */
export interface Tracing {
  /** Starts a span. @param parent `traceparent` of the span that it is a part of; null: of none. */
  start(name: string, attributes: Attributes, parent: string | null): Span;
  /** Sends what is recorded, and ends. */
  close(): Promise<void>;
}

/** Records nothing. */
export const UNTRACED: Tracing = {
  start: () => ({ traceparent: null, end: () => {} }),
  close: () => Promise.resolve(),
};

/** Does work within a span, which gets its error if it fails. */
export async function withSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    span.end();
    return result;
  } catch (error) {
    span.end(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
