/**
 * A claim of the two papers, in our words. At least one test cites each claim: in its title by
 * `claim('…')`, or in Python by `@pytest.mark.claim("…")`.
 */
export interface Claim {
  readonly id: string;
  readonly paper: 'µ2Net' | 'µ2Net+' | 'both';
  /** 'Abstract' of the paper, or the section of docs/method.md with the rule. */
  readonly section: 'Abstract' | `method §${number}`;
  readonly sentence: string;
  /**
   * Page with measured figures, for a claim that a test cannot decide alone. The citing test shows
   * that the measurement is valid.
   */
  readonly measured?: `docs/${string}.md`;
  /** Why no test decides it, and none cites it. */
  readonly untested?: string;
}

/** The claims of both papers, in the order of abstract and method. */
export const CLAIMS = [
  {
    id: 'new-tasks',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'A system can learn new tasks at any time, and uses everything that it has learned.',
  },
  {
    id: 'bounded-compute',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'A task costs the compute of one path, independently of the size of the system.',
  },
  {
    id: 'fewer-parameters',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'The larger the system, the fewer parameters a new task adds to it.',
    measured: 'docs/evolution-against-fine-tuning.md',
  },
  {
    id: 'no-forgetting',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence: 'The system does not forget a task: its finished model never changes.',
    measured: 'docs/evolution-against-fine-tuning.md',
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
    sentence: 'Later tasks do not make the results of an earlier task worse.',
  },
  {
    id: 'better-than-fine-tuning',
    paper: 'µ2Net',
    section: 'Abstract',
    sentence:
      'Learning tasks together gives better quality than separate models, through knowledge transfer.',
    measured: 'docs/evolution-against-fine-tuning.md',
  },
  {
    id: 'state-of-the-art',
    paper: 'both',
    section: 'Abstract',
    sentence: 'One system of 69, then 124 tasks reaches the best published results.',
    untested: 'needs the ViT-L/16 roots, the data and the accelerators of the papers',
  },
  {
    id: 'improved-by-extensions',
    paper: 'µ2Net+',
    section: 'Abstract',
    sentence: 'The extensions give better quality for the same training.',
    measured: 'docs/evolution-against-fine-tuning.md',
  },
  {
    id: 'living-system',
    paper: 'µ2Net+',
    section: 'Abstract',
    sentence:
      'Extensions of the method are tried on the living system, which then continues with them.',
  },
  {
    id: 'size-and-compute',
    paper: 'µ2Net+',
    section: 'Abstract',
    sentence: 'The score penalises size and compute, and so trades quality against both.',
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
    sentence: "A private task's path can use other tasks' components, but is never their parent.",
  },
  {
    id: 'accounted-parameters',
    paper: 'both',
    section: 'method §1',
    sentence: 'The parameters of a component are divided equally among its users.',
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
      "A generation's data hyperparameters are those of the best path, mutated with their probabilities.",
  },
  {
    id: 'retention',
    paper: 'both',
    section: 'method §2',
    sentence:
      'A child of a same-task parent stays if it reaches the parent’s score; others always stay.',
  },
  {
    id: 'bounded-population',
    paper: 'µ2Net+',
    section: 'method §2',
    sentence: 'A population keeps only its best paths, up to its largest size.',
  },
  {
    id: 'one-survivor',
    paper: 'both',
    section: 'method §2',
    sentence: 'A task iteration keeps only its best path, the most recent among equals.',
  },
  {
    id: 'reproducible',
    paper: 'both',
    section: 'method §2',
    sentence:
      'A run can be repeated from its seed, and a finished model always has the same test result.',
  },
  {
    id: 'parent-sampling',
    paper: 'both',
    section: 'method §3',
    sentence:
      'The best paths are tried first as parents; each child of a path halves its probability.',
  },
  {
    id: 'mutation-steps',
    paper: 'both',
    section: 'method §4',
    sentence: 'A hyperparameter that mutates moves one step up or down in its ordered range.',
  },
  {
    id: 'learned-mutation',
    paper: 'µ2Net+',
    section: 'method §4',
    sentence: 'Each action has its own probability, which is learned by mutation.',
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
    sentence: 'A path never inherits the head of another task.',
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
    sentence: 'A clone inherits the momentum of the original component.',
  },
  {
    id: 'optimizer',
    paper: 'both',
    section: 'method §5',
    sentence:
      'A child trains by SGD with momentum, a global clip and the schedule that it has drawn.',
  },
  {
    id: 'best-validation',
    paper: 'both',
    section: 'method §5',
    sentence: 'The quality of a child is its best validation; it keeps the latest among equals.',
  },
  {
    id: 'augmentation',
    paper: 'both',
    section: 'method §6',
    sentence:
      'Only training images are cropped, mirrored and recoloured, within the sampled limits.',
  },
] as const satisfies readonly Claim[];

/** Id of a claim. */
export type ClaimId = (typeof CLAIMS)[number]['id'];

/** Cites claims in the title of a test. */
export function claim(...ids: readonly ClaimId[]): string {
  return `[${ids.join(', ')}]`;
}
