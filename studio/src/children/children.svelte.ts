import type { ChildColumns } from '../../../ts/src/studio/documents/children.js';
import { appendRows } from '../server/columns.js';
import type { LiveRun } from '../server/live-run.svelte.js';
import { paths } from '../server/paths.js';
import { Reading } from '../server/reading.svelte.js';

/** Reads the children of a branch while a component lives, and later ones when they are there. */
export function readChildren(run: string, live: LiveRun): Reading<ChildColumns> {
  const children = new Reading<ChildColumns>();
  $effect(() => {
    void live.version;
    void update(children, run);
  });
  $effect(() => () => children.clear());
  return children;
}

async function update(children: Reading<ChildColumns>, run: string): Promise<void> {
  const known = children.document;
  const since = (known?.pathId.at(-1) ?? 0) + 1;
  if (!known) return children.read(paths.children(run));
  let isOther = false;
  await children.read(paths.children(run, since), (before, later) => {
    const joined = before && appendRows(before, later);
    isOther = joined === null;
    return joined ?? before ?? later;
  });
  if (isOther) await children.read(paths.children(run));
}
