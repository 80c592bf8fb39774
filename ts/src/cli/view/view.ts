import type { ViewEvent } from './state.js';

/** Shows a run while it goes on. */
export interface View {
  onEvent(event: ViewEvent): void;
  /** Leaves the terminal as it was found, whether or not the run is finished. */
  close(): void;
}
