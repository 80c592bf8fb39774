import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { Row } from './connection.js';
import type { ChildOutline, ChildWork } from './records.js';

/** Children without their JSON, which takes most of the time of reading them. */
export const CHILD_OUTLINES = `
  SELECT children.path AS pathId, children.parent AS parentId, children.task,
    children.iteration, generation, retained, worker, score, kind,
    coalesce(seconds, 0) AS trainSeconds, best AS quality
  FROM children LEFT JOIN paths ON paths.id = children.path LEFT JOIN (
    SELECT path, measurement ->> 'worker' AS worker, measurement ->> 'kind' AS kind,
      measurement ->> 'trainSeconds' AS seconds,
      (SELECT max(value) FROM json_each(measurement, '$.qualities')) AS best
    FROM measurements) AS measured ON measured.path = children.path
  ORDER BY children.path`;

/** The hyperparameters and components of children that their operations follow from. */
export const CHILD_WORK = `
  SELECT path AS pathId, task,
    child ->> '$.hyperparameters.num_layers' AS num_layers,
    child ->> '$.hyperparameters.num_classes' AS num_classes,
    child ->> '$.hyperparameters.adapter_dim' AS adapter_dim,
    child ->> '$.hyperparameters.ds_image_size' AS ds_image_size,
    child ->> '$.hyperparameters.adapter_layers' AS adapter_layers,
    (SELECT group_concat(value ->> 'name' || ' ' || (value ->> 'origin'), ',' ORDER BY key)
     FROM json_each(child, '$.components')) AS components
  FROM children ORDER BY path`;

/** Reads a row of {@link CHILD_OUTLINES}. */
export function childOutlineOfRow({ retained, kind, ...row }: Row): ChildOutline {
  return {
    ...(row as unknown as Omit<ChildOutline, 'retained' | 'failed'>),
    retained: retained === 1,
    failed: kind === 'diverged',
  };
}

/** Reads a row of {@link CHILD_WORK}. */
export function childWorkOfRow({
  pathId,
  task,
  components,
  adapter_layers,
  ...shape
}: Row): ChildWork {
  return {
    pathId: pathId as PathId,
    task: task as TaskName,
    hyperparameters: {
      ...(shape as unknown as Omit<ChildWork['hyperparameters'], 'adapter_layers'>),
      adapter_layers: JSON.parse(adapter_layers as string) as readonly number[],
    },
    components: (components as string).split(',').map((text) => {
      const [name, origin] = text.split(' ');
      return { name, origin } as ChildWork['components'][number];
    }),
  };
}
