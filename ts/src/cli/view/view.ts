import type { ViewEvent } from './state.js';

/** Shows a run while it goes on. */
export interface View {
  onEvent(event: ViewEvent): void;
  /** Restores the terminal, whether or not the run is finished. */
  close(): void;
}
