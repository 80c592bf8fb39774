/**
 * What the two papers claim of their methods, in our words: each is cited by a test, in its title by
 * `claim('…')` or, in Python, by `@pytest.mark.claim("…")`.
 */
export interface Claim {
  readonly id: string;
  readonly paper: 'µ2Net' | 'µ2Net+' | 'both';
  /** 'Abstract' of that paper, or the section of docs/method.md that has the rule. */
  readonly section: 'Abstract' | `method §${number}`;
  readonly sentence: string;
  /**
   * Page with figures, for what no test can decide: the test that cites the claim then shows that
   * they are measured as they should be.
   */
  readonly measured?: `docs/${string}.md`;
}

export const CLAIMS = [
  {
    id: 'new-tasks',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'A system takes on new tasks at any time, and goes on with all that it has learned.',
  },
  {
    id: 'bounded-compute',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'A task costs the compute of one path, however large the system has grown.',
  },
  {
    id: 'fewer-parameters',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'The larger the system, the fewer parameters a further task adds to it.',
  },
  {
    id: 'no-forgetting',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'What a task has learned is not forgotten: its finished model never changes.',
  },
  {
    id: 'no-interference',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'No gradient of one task reaches a component that another task uses.',
  },
  {
    id: 'no-negative-transfer',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'Nothing that is learned later makes the answers of an earlier task worse.',
  },
  {
    id: 'better-than-fine-tuning',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence:
      'Learning tasks together reaches better quality than a model for each, through knowledge transfer.',
    measured: 'docs/evolution-against-fine-tuning.md',
  },
  {
    id: 'living-system',
    paper: 'µ2Net+',
    section: 'Abstract',
    sentence:
      'Extensions of the method are tried on the living system, which then goes on with them.',
  },
  {
    id: 'size-and-compute',
    paper: 'µ2Net+',
    section: 'Abstract',
    sentence: 'The score puts a price on size and on compute, so that quality is traded for both.',
  },
  {
    id: 'train-locks',
    paper: 'both',
    section: 'method §1',
    sentence: 'A component is trainable if and only if neither a root nor another task uses it.',
  },
  {
    id: 'private-tasks',
    paper: 'both',
    section: 'method §1',
    sentence: "A private task's path uses what others learned, and is never another task's parent.",
  },
  {
    id: 'accounted-parameters',
    paper: 'both',
    section: 'method §1',
    sentence: 'A component is accounted in equal parts to those that use it.',
  },
  {
    id: 'shared-batches',
    paper: 'both',
    section: 'method §2',
    sentence: 'The children of a generation see the same batches, prepared in the same way.',
  },
  {
    id: 'data-hyperparameters',
    paper: 'both',
    section: 'method §2',
    sentence:
      "A generation's data hyperparameters are the best path's, each moved with its probability of mutation.",
  },
  {
    id: 'retention',
    paper: 'both',
    section: 'method §2',
    sentence: 'A child of its own task stays if its score reaches its parent’s; any other stays.',
  },
  {
    id: 'bounded-population',
    paper: 'µ2Net+',
    section: 'method §2',
    sentence: 'A population keeps no more than its number of best paths.',
  },
  {
    id: 'one-survivor',
    paper: 'both',
    section: 'method §2',
    sentence: 'A task iteration leaves its best path alone, the most recent among equals.',
  },
  {
    id: 'reproducible',
    paper: 'both',
    section: 'method §2',
    sentence:
      'A run is repeated from its seed, and a finished model has the same test result for ever.',
  },
  {
    id: 'parent-sampling',
    paper: 'both',
    section: 'method §3',
    sentence: 'The best are parents first, each half as readily for every child it already has.',
  },
  {
    id: 'mutation-steps',
    paper: 'both',
    section: 'method §4',
    sentence:
      'A hyperparameter that mutates moves one step in its ordered range, up or down alike.',
  },
  {
    id: 'learned-mutation',
    paper: 'µ2Net+',
    section: 'method §4',
    sentence: 'Each action has a probability of its own, which is itself learned by mutation.',
  },
  {
    id: 'clone-or-share',
    paper: 'both',
    section: 'method §4',
    sentence: 'A locked component is shared, or cloned with the probability of mutation.',
  },
  {
    id: 'own-head',
    paper: 'both',
    section: 'method §4',
    sentence: "A task's head is its own: another task's is never inherited.",
  },
  {
    id: 'neutral-adapters',
    paper: 'both',
    section: 'method §4',
    sentence: 'Inserting a residual adapter does not change the function of a model.',
  },
  {
    id: 'inherited-momentum',
    paper: 'both',
    section: 'method §4',
    sentence: 'A clone inherits the momentum of what it was cloned from.',
  },
  {
    id: 'optimizer',
    paper: 'both',
    section: 'method §5',
    sentence:
      'A child trains by SGD with momentum and a global clip, under the schedule it has drawn.',
  },
  {
    id: 'best-validation',
    paper: 'both',
    section: 'method §5',
    sentence: 'A child is as good as the best of its validations, and keeps the latest of those.',
  },
  {
    id: 'augmentation',
    paper: 'both',
    section: 'method §6',
    sentence:
      'Training images are cropped, mirrored and recoloured within what was drawn; others are not.',
  },
] as const satisfies readonly Claim[];

export type ClaimId = (typeof CLAIMS)[number]['id'];

/** Cites claims in the title of the test that shows them. */
export function claim(...ids: readonly ClaimId[]): string {
  return `[${ids.join(', ')}]`;
}
