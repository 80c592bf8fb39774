import { Document, isCollection, isMap, isScalar, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { type Architecture, architectureName } from '../domain/architecture.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { type Config, schema } from './schema.js';
import type { TaskConfig } from './tasks.js';

/**
 * The complete configuration of an experiment, every default and range written out. As YAML, each
 * key says what it means. Loading it gives the same experiment.
 */
export function showExperiment(experiment: Experiment, format: 'yaml' | 'json' = 'yaml'): string {
  const config = configOf(experiment);
  if (format === 'json') return `${JSON.stringify(config, null, 2)}\n`;
  const document = new Document(config, { aliasDuplicateObjects: false });
  if (isMap(document.contents)) annotate(document.contents, schema);
  return document.toString({ lineWidth: 0 });
}

/** The configuration that spells an experiment out; its ranges need no published ones beneath. */
export function configOf({ architecture, checkpoint, method, ...experiment }: Experiment): Config {
  const { defaults, ranges, module, ...rest } = method;
  const { num_classes: _, adapter_layers, ...hyperparameters } = defaults;
  return {
    name: experiment.name,
    seed: experiment.seed,
    root: {
      architecture: nameOf(architecture),
      // Records of earlier versions have no checkpoint.
      checkpoint: checkpoint?.source ?? null,
      sha256: checkpoint?.sha256 ?? null,
    },
    method: {
      ...rest,
      module: module?.file ?? null,
      sha256: module?.sha256 ?? null,
      alwaysClone: [...rest.alwaysClone],
    },
    training: experiment.training,
    hyperparameters: { ...hyperparameters, adapter_layers: [...adapter_layers] },
    autoTune: null,
    ranges: ranges as Config['ranges'],
    tasks: experiment.tasks.map(taskConfigOf),
    taskIterations: experiment.taskIterations,
    cycles: experiment.cycles,
    continueFrom: experiment.continueFrom,
  };
}

export function taskConfigOf(task: TaskSpec): TaskConfig {
  const { name, isPrivate, source, splits, classNames, facts } = task;
  const named = classNames && { classNames };
  return { name, private: isPrivate, optional: false, source, splits, ...named, facts };
}

function nameOf(architecture: Architecture): string {
  const name = architectureName(architecture);
  if (name) return name;
  throw new Error(`no name for an architecture of width ${architecture.hiddenSize}`);
}

/** Puts the schema's description of each key beside it; above it where a mapping follows. */
function annotate(map: YAMLMap, node: z.ZodType): void {
  const section = unwrapped(node);
  if (!(section instanceof z.ZodObject)) return;
  for (const { key, value } of map.items) {
    const described = section.shape[String(key)] as z.ZodType | undefined;
    if (!described) continue;
    if (described.description) {
      if (isScalar(value)) value.comment = ` ${described.description}`;
      else if (isScalar(key)) key.commentBefore = ` ${described.description}`;
    }
    if (isMap(value)) annotate(value, described);
    else if (isCollection(value) && value.items.every((item) => isScalar(item))) value.flow = true;
  }
}

/** A schema without its default. */
function unwrapped(node: z.ZodType): z.ZodType {
  return node instanceof z.ZodPrefault ? (node.unwrap() as z.ZodType) : node;
}
