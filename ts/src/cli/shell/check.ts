/** The result of one check. A `note` is only information; a `problem` prevents runs. */
export interface Check {
  readonly name: string;
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly detail: string;
  /** The next step; null if there is nothing to do. */
  readonly next: string | null;
}
