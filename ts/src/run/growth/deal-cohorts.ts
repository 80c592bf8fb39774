/**
 * Deals children to workers so that all are expected to end together: each child goes to the worker
 * that would be the first to have done it. Returns the cohorts, the one of the fastest worker first,
 * because the pool gives the first request to the fastest idle worker; no cohort is empty.
 *
 * @param speeds how fast each worker is, beside the others.
 */
export function dealCohorts<T>(
  children: readonly T[],
  speeds: readonly number[],
): readonly (readonly T[])[] {
  const hands = speeds.toSorted((a, b) => b - a).map((speed) => ({ speed, cohort: [] as T[] }));
  const endOf = ({ speed, cohort }: (typeof hands)[number]) => (cohort.length + 1) / speed;
  for (const child of children) {
    const first = hands.reduce((best, hand) => (endOf(hand) < endOf(best) ? hand : best));
    first.cohort.push(child);
  }
  return hands.map(({ cohort }) => cohort).filter((cohort) => cohort.length > 0);
}
