import type { Architecture } from '../../domain/architecture.js';
import type { Hyperparameters, MutationRanges, TunableName } from '../../domain/hyperparameters.js';
import type { Refuse } from '../errors/refuse.js';
import type { Config } from '../schema/config.js';
import { publishedRanges } from '../schema/published-ranges.js';

/** Classes of the root model, whose head no path uses. */
const ROOT_CLASSES = 1;

/** Refuses adapters of layers that the root model does not have. */
export function checkAdapters({ hyperparameters }: Config, refuse: Refuse): void {
  const { adapter_layers: layers, num_layers } = hyperparameters;
  const absent = layers === 'all' ? undefined : layers.find((layer) => layer >= num_layers);
  if (absent === undefined) return;
  refuse(
    ['hyperparameters', 'adapter_layers'],
    `hyperparameters.adapter_layers ${absent} is not one of the ${num_layers} layers, which count from 0`,
  );
}

/** The hyperparameters of the root model. */
export function defaultsOf({ hyperparameters }: Config): Hyperparameters {
  const { adapter_layers: layers, num_layers } = hyperparameters;
  const all = Array.from({ length: num_layers }, (_, layer) => layer);
  return {
    ...hyperparameters,
    num_classes: ROOT_CLASSES,
    adapter_layers: all.filter((layer) => layers === 'all' || layers.includes(layer)),
  };
}

/** The mutation ranges: the configuration's, or else the published ones; in the schema's order. */
export function rangesOf({ autoTune, ranges, hyperparameters }: Config): MutationRanges {
  const published = autoTune ? publishedRanges(autoTune, hyperparameters.num_layers) : {};
  return Object.fromEntries(
    (Object.keys(hyperparameters) as TunableName[])
      .map((name) => [name, ranges[name] ?? published[name]] as const)
      .filter(([, range]) => range !== undefined),
  );
}

/** A hyperparameter whose default must be in its range. */
interface RangedDefault {
  readonly name: TunableName;
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
}

/** Refuses a default that is not in its range, because a mutation moves within the range. */
export function checkRange(
  config: Config,
  { name, defaults, ranges }: RangedDefault,
  refuse: Refuse,
): void {
  const range: readonly unknown[] = ranges[name] ?? [];
  if (range.includes(defaults[name])) return;
  const own = config.ranges[name] !== undefined;
  const owner = own ? `ranges.${name}` : `autoTune ${config.autoTune}`;
  const advice = own ? 'add it there' : `give it a range of its own under 'ranges'`;
  refuse(
    ['hyperparameters', name],
    `hyperparameters.${name} ${defaults[name]} is not in its range [${range.join(', ')}] of ${owner}; ${advice}`,
  );
}

/** Hyperparameters, and the architecture that they must fit. */
export interface Shapes {
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
  readonly architectureName: string;
  readonly architecture: Architecture;
}

/** Images must divide into whole patches, and a model has the architecture's layers at most. */
export function shapeRulesOf({ patchSize, depth }: Architecture): readonly ShapeRule[] {
  return [
    {
      key: 'ds_image_size',
      fits: (value) => value % patchSize === 0,
      rule: `is not a multiple of the patch side ${patchSize}`,
    },
    {
      key: 'num_layers',
      fits: (value) => value <= depth,
      rule: `is more than the ${depth} layers`,
    },
  ];
}

/** A rule of an architecture about a hyperparameter. */
export interface ShapeRule {
  readonly key: 'ds_image_size' | 'num_layers';
  readonly fits: (value: number) => boolean;
  /** Says of a value that does not fit why it does not. */
  readonly rule: string;
}

/** Refuses a default that does not fit the architecture. */
export function checkDefault(
  { defaults, architectureName }: Shapes,
  { key, fits, rule }: ShapeRule,
  refuse: Refuse,
): void {
  const value = defaults[key];
  if (fits(value)) return;
  refuse(
    ['hyperparameters', key],
    `hyperparameters.${key} ${value} ${rule} of ${architectureName}`,
  );
}

/** Refuses a range with a value that does not fit the architecture. */
export function checkValues(
  { ranges, architectureName }: Shapes,
  { key, fits, rule }: ShapeRule,
  refuse: Refuse,
): void {
  const misfit = ranges[key]?.find((value) => !fits(value));
  if (misfit === undefined) return;
  refuse(['ranges', key], `ranges.${key} ${misfit} ${rule} of ${architectureName}`);
}
