import { ConfigErrors, Mu2NetError } from '../../domain/errors.js';

/** Collects the errors of a configuration, so that all of them are told at once. */
export class Refusals {
  readonly #errors: Mu2NetError[] = [];
  readonly #broken: string[] = [];

  /** Notes that a value is wrong and has a stand-in, about which nothing is told. */
  addBroken(path: readonly PropertyKey[]): void {
    if (path.length > 0) this.#broken.push(path.map(String).join('.'));
  }

  /**
   * Returns what the work returns. Returns undefined when it is refused, which is noted, or when one
   * of the values that it needs is broken.
   *
   * @param needs dotted keys
   */
  attempt<T>(needs: readonly string[], work: () => T): T | undefined {
    if (needs.some((key) => this.#broken.some((broken) => isWithin(key, broken)))) return undefined;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Mu2NetError)) throw error;
      this.#errors.push(error);
      return undefined;
    }
  }

  /** @throws Mu2NetError the only error; ConfigErrors if there are several. */
  throwIfAny(): void {
    const [first, ...others] = [...this.#errors].sort(this.#byPosition);
    if (first) throw others.length === 0 ? first : new ConfigErrors([first, ...others]);
  }

  /** The order in the files; errors without a line come first. */
  readonly #byPosition = ({ subject: a }: Mu2NetError, { subject: b }: Mu2NetError): number => {
    const files = this.#errors.map(({ subject }) => subject.file);
    return (
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0)
    );
  };
}

/** Returns whether one of two keys is the other or above it. */
export function isWithin(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}
