/** No command is silent for ten seconds, also where timers are late. */
const SILENT_MILLIS = 6_000;

/** Calls `beat` each time that nothing was shown for a while. */
export class Heartbeat {
  readonly #beat: () => void;
  #timer: NodeJS.Timeout;
  #shownAt = performance.now();

  constructor(beat: () => void) {
    this.#beat = beat;
    this.#timer = setInterval(() => this.check(), SILENT_MILLIS / 8).unref();
  }

  /** Takes note that something was shown. */
  touch(): void {
    this.#shownAt = performance.now();
  }

  /** Beats if it is time to; for work that keeps timers waiting. */
  check(): void {
    if (performance.now() - this.#shownAt < SILENT_MILLIS) return;
    this.touch();
    this.#beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
