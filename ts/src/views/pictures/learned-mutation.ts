import type { ChildRow } from '../children.js';
import type { GenerationSpan } from './hyperparameter-history.js';
import { type Span, spansOf } from './spans.js';

/** The probability of one action over a history. */
export interface ActionHistory {
  /** `hp:opt_lr`, `clone:head`, `add:residual_adapter_0`; `µ` for the one that all start from. */
  readonly action: string;
  /** Its mean over the children of each span; null where no child has it. */
  readonly means: readonly (number | null)[];
}

/** How likely children take each action, over the generations of a history. */
export interface LearnedMutation {
  readonly spans: readonly GenerationSpan[];
  /** µ first, then the actions with a learned probability, in the order of the alphabet. */
  readonly actions: readonly ActionHistory[];
}

const LEARNED = '_mu_|';

/** Averages µ and the learned probabilities of the children over the generations. */
export function learnedMutation(children: readonly ChildRow[]): LearnedMutation {
  const spans = spansOf(children);
  const names = new Set(
    children.flatMap(({ hyperparameters }) =>
      Object.keys(hyperparameters).filter((name) => name.startsWith(LEARNED)),
    ),
  );
  const ordered = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    spans: spans.map(({ from, to, children: some }) => ({ from, to, children: some.length })),
    actions: ['_mu_', ...ordered].map((name) => ({
      action: name === '_mu_' ? 'µ' : name.slice(LEARNED.length),
      means: spans.map((span) => meanOf(span, name as '_mu_')),
    })),
  };
}

function meanOf({ children }: Span, name: '_mu_' | `_mu_|${string}`): number | null {
  const values = children.flatMap(({ hyperparameters }) => hyperparameters[name] ?? []);
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}
