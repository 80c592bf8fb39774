import type { Refusals } from '../errors/refusals.js';
import type { ConfigPath } from '../errors/refuse.js';
import type { SchemaRefusal } from '../errors/schema-issue.js';

type Mapping = Readonly<Record<PropertyKey, unknown>>;

/** Values that have no default. */
const STAND_INS: Mapping = { name: 'x', tasks: [standInTask(0)] };

/**
 * Returns a configuration without the values that the schema refuses: each is left out or has a
 * stand-in, and is noted as broken.
 */
export function repairConfig(
  input: unknown,
  refused: readonly SchemaRefusal[],
  refusals: Refusals,
): unknown {
  if (!isMapping(input)) return input;
  let repaired = input;
  for (const { path, meant } of refused) {
    const [section, nth] = path;
    const { tasks } = repaired;
    if (section === 'tasks' && typeof nth === 'number' && Array.isArray(tasks)) {
      // Other tasks keep their places, at which they are found in the file.
      repaired = { ...repaired, tasks: tasks.with(nth, standInTask(nth)) };
      continue;
    }
    // A list is refused as a whole, because its entries have no defaults.
    const entry = path.findIndex((key) => typeof key === 'number');
    const broken = entry < 0 ? path : path.slice(0, entry);
    refusals.addBroken(broken);
    if (meant) refusals.addBroken(meant);
    repaired = without(repaired, broken);
  }
  return { ...STAND_INS, ...repaired };
}

/** A task that is always in order and has a name of its own. */
function standInTask(nth: number) {
  return { name: `stand-in-${nth}`, source: { kind: 'digits' } };
}

/** The same mapping without the value at a path. */
function without(mapping: Mapping, [key, ...rest]: ConfigPath): Mapping {
  if (key === undefined) return mapping;
  const value = mapping[key];
  if (rest.length > 0 && isMapping(value)) return { ...mapping, [key]: without(value, rest) };
  const { [key]: _, ...others } = mapping;
  return others;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
