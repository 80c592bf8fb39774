/** The tabs of a branch. */
export const TABS = ['summary', 'lineage', 'children', 'pictures'] as const;

/** A tab of a branch. */
export type Tab = (typeof TABS)[number];

/** A view of the studio, as an address names it. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'pool' }
  | { readonly view: 'compare'; readonly systems: readonly string[] }
  | { readonly view: 'run'; readonly run: string; readonly tab: Tab }
  | { readonly view: 'task'; readonly run: string; readonly task: string }
  | { readonly view: 'unknown' };

/** An address: a view, and the settings of its filters. */
export interface Address {
  readonly route: Route;
  readonly settings: Settings;
}

/** The settings of a view's filters; one that has its usual value is left out. */
export type Settings = Readonly<Record<string, string>>;

/** Reads the part of an address after `#`. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const parameters = new URLSearchParams(query);
  const words = path.split('/').filter((word) => word !== '');
  const route = routeOf(words.map(decode), parameters.getAll('run'));
  parameters.delete('run');
  return { route, settings: Object.fromEntries(parameters) };
}

function routeOf(
  [view, run, tab = 'summary', task]: readonly string[],
  systems: readonly string[],
): Route {
  if (view === undefined) return { view: 'runs' };
  if (view === 'pool') return { view };
  if (view === 'compare') return { view, systems };
  if (view !== 'runs' || run === undefined) return { view: 'unknown' };
  if (tab === 'tasks' && task !== undefined) return { view: 'task', run, task };
  const known = TABS.find((each) => each === tab);
  return known ? { view: 'run', run, tab: known } : { view: 'unknown' };
}

/** Writes the address of a view: the reference of a link. */
export function linkTo(route: Route, settings: Settings = {}): string {
  const parameters = new URLSearchParams(
    Object.entries(settings).filter(([, value]) => value !== ''),
  );
  if (route.view === 'compare') for (const run of route.systems) parameters.append('run', run);
  const query = parameters.size === 0 ? '' : `?${parameters}`;
  return `#/${wordsOf(route).map(encodeURIComponent).join('/')}${query}`;
}

function wordsOf(route: Route): readonly string[] {
  switch (route.view) {
    case 'runs':
    case 'unknown':
      return [];
    case 'run':
      return ['runs', route.run, ...(route.tab === 'summary' ? [] : [route.tab])];
    case 'task':
      return ['runs', route.run, 'tasks', route.task];
    default:
      return [route.view];
  }
}

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
