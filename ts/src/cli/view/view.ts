import type { ViewEvent } from './state.js';

/** A view shows a run while it grows. */
export interface View {
  onEvent(event: ViewEvent): void;
  /** Restores the terminal, even if the run is not finished. */
  close(): void;
}
