import type { Architecture } from '../../domain/architecture.js';
import type { Hyperparameters, MutationRanges, TunableName } from '../../domain/hyperparameters.js';
import type { Refuse } from '../errors/refuse.js';
import type { Config } from '../schema/config.js';
import { publishedRanges } from '../schema/published-ranges.js';

/** Classes of the root model, whose head no path uses. */
const ROOT_CLASSES = 1;

/** The hyperparameters of the root model. */
export function defaultsOf({ hyperparameters }: Config, refuse: Refuse): Hyperparameters {
  const { adapter_layers: layers, num_layers } = hyperparameters;
  const all = Array.from({ length: num_layers }, (_, layer) => layer);
  const absent = layers === 'all' ? undefined : layers.find((layer) => layer >= num_layers);
  if (absent !== undefined) {
    refuse(
      ['hyperparameters', 'adapter_layers'],
      `hyperparameters.adapter_layers ${absent} is not one of the ${num_layers} layers, which count from 0`,
    );
  }
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

/** Refuses a default that is not in its range, because a mutation moves within the range. */
export function checkRanges(
  config: Config,
  defaults: Hyperparameters,
  ranges: MutationRanges,
  refuse: Refuse,
): void {
  for (const [name, range] of Object.entries(ranges) as [TunableName, readonly unknown[]][]) {
    if (range.includes(defaults[name])) continue;
    const own = config.ranges[name] !== undefined;
    const owner = own ? `ranges.${name}` : `autoTune ${config.autoTune}`;
    const advice = own ? 'add it there' : `give it a range of its own under 'ranges'`;
    refuse(
      ['hyperparameters', name],
      `hyperparameters.${name} ${defaults[name]} is not in its range [${range.join(', ')}] of ${owner}; ${advice}`,
    );
  }
}

/** Hyperparameters, and the architecture that they must fit. */
interface Shapes {
  readonly defaults: Hyperparameters;
  readonly ranges: MutationRanges;
  readonly architectureName: string;
  readonly architecture: Architecture;
}

/** Refuses images that do not divide into whole patches, and more layers than the architecture has. */
export function checkShapes(shapes: Shapes, refuse: Refuse): void {
  const { patchSize, depth } = shapes.architecture;
  const size = (value: number) => value % patchSize === 0;
  const rule = `is not a multiple of the patch side ${patchSize}`;
  checkShape(shapes, { key: 'ds_image_size', fits: size, rule }, refuse);
  const layers = (value: number) => value <= depth;
  checkShape(
    shapes,
    { key: 'num_layers', fits: layers, rule: `is more than the ${depth} layers` },
    refuse,
  );
}

interface ShapeRule {
  readonly key: 'ds_image_size' | 'num_layers';
  readonly fits: (value: number) => boolean;
  /** Says of a value that does not fit why it does not. */
  readonly rule: string;
}

function checkShape(
  { defaults, ranges, architectureName }: Shapes,
  { key, fits, rule }: ShapeRule,
  refuse: Refuse,
): void {
  const refuseValue = (place: 'hyperparameters' | 'ranges', value: number) =>
    refuse([place, key], `${place}.${key} ${value} ${rule} of ${architectureName}`);
  if (!fits(defaults[key])) refuseValue('hyperparameters', defaults[key]);
  const misfit = ranges[key]?.find((value) => !fits(value));
  if (misfit !== undefined) refuseValue('ranges', misfit);
}
