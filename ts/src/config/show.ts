import { Document, isCollection, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { type Architecture, architectureName } from '../domain/architecture.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { type Config, schema } from './schema/config.js';
import type { TaskConfig } from './schema/tasks.js';

/**
 * Writes out the complete configuration of an experiment, with every default and range. In YAML a
 * comment says what each key means. Loading it gives the same experiment.
 *
 * @param leftToModule dotted keys that are left out, because only a module that was not run can say
 *   them
 */
export function showExperiment(
  experiment: Experiment,
  format: 'yaml' | 'json' = 'yaml',
  leftToModule: readonly string[] = [],
): string {
  const document = new Document(configOf(experiment), { aliasDuplicateObjects: false });
  for (const key of leftToModule) document.deleteIn(key.split('.'));
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  if (isMap(document.contents)) {
    annotate(document.contents, schema);
    annotateOpenSplits(document.contents);
  }
  return document.toString({ lineWidth: 0 });
}

/** The configuration of an experiment; its ranges are complete, so it names no published ones. */
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

/** The configuration of a task. */
export function taskConfigOf(task: TaskSpec): TaskConfig {
  const { name, isPrivate, source, splits, classNames, facts } = task;
  return {
    name,
    private: isPrivate,
    optional: false,
    source,
    splits,
    ...(classNames && { classNames }),
    facts,
  };
}

function nameOf(architecture: Architecture): string {
  const name = architectureName(architecture);
  if (name) return name;
  throw new Error(`an architecture of width ${architecture.hiddenSize} has no name`);
}

/** Adds the schema's description of each key: beside it, or above it when a mapping follows. */
function annotate(map: YAMLMap, node: z.ZodType): void {
  const section = unwrap(node);
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

/** Says of tasks without splits when they get them. */
function annotateOpenSplits(config: YAMLMap): void {
  const tasks = config.get('tasks');
  if (!isSeq(tasks)) return;
  for (const task of tasks.items) {
    const splits = isMap(task) ? task.get('splits', true) : undefined;
    if (splits?.value === null) splits.comment = ' chosen when the data is read';
  }
}

/** A schema without its default. */
function unwrap(node: z.ZodType): z.ZodType {
  return node instanceof z.ZodPrefault ? (node.unwrap() as z.ZodType) : node;
}
