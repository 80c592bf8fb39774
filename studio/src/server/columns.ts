/** A document that has its rows column by column, and names the history that they belong to. */
interface Columns {
  readonly history: string;
  readonly pathId: readonly number[];
}

/**
 * Adds the rows that came since to a document. Lists as long as `pathId` are columns, and so are
 * those in a record of lists; everything else is taken from the later document.
 *
 * @returns null if the histories differ, or a hyperparameter began to vary: then everything must be
 *   read again.
 */
export function appendRows<Document extends Columns>(
  before: Document,
  since: Document,
): Document | null {
  if (before.history !== since.history) return null;
  if (since.pathId.length === 0) return before;
  const joined = Object.entries(since).map(([name, value]) => {
    const known = before[name as keyof Document];
    return [name, isNames(name) ? value : joinOf(known, value)] as const;
  });
  if (joined.some(([, value]) => value === undefined)) return null;
  return Object.fromEntries(joined) as unknown as Document;
}

/** Lists that columns count in; the later document has all of them. */
const isNames = (name: string) => name === 'tasks' || name === 'workers';

function joinOf(known: unknown, value: unknown): unknown {
  if (Array.isArray(known) && Array.isArray(value)) return [...known, ...value];
  if (!isRecord(known) || !isRecord(value)) return value;
  const names = Object.keys(value);
  if (names.length !== Object.keys(known).length || names.some((each) => !(each in known))) {
    return undefined;
  }
  return Object.fromEntries(names.map((name) => [name, joinOf(known[name], value[name])]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
