import { z } from 'zod';
import * as broker from '../messages/broker.js';
import * as worker from '../messages/worker.js';
import * as controller from '../pool/controller.js';
import * as pool from '../pool/pool.js';
import * as poolScalars from '../pool/scalars.js';
import * as workers from '../pool/workers.js';
import * as evaluate from '../requests/evaluate.js';
import * as examine from '../requests/examine.js';
import * as exported from '../requests/export.js';
import * as inspect from '../requests/inspect.js';
import * as predict from '../requests/predict.js';
import * as pretrain from '../requests/pretrain.js';
import * as published from '../requests/published.js';
import * as request from '../requests/request.js';
import * as root from '../requests/root.js';
import * as store from '../requests/store.js';
import * as train from '../requests/train.js';
import * as component from '../values/component.js';
import * as context from '../values/context.js';
import * as errors from '../values/errors.js';
import * as machine from '../values/machine.js';
import * as relay from '../values/relay.js';
import * as scalars from '../values/scalars.js';
import * as source from '../values/source.js';
import * as task from '../values/task.js';
import * as training from '../values/training.js';
import type { Module, Package } from './python.js';

/** The folders of the protocol; each is a package of its Python twin if sidecars speak it. */
export const packages: readonly Package[] = [
  { name: 'values', description: 'Values that messages are made of.' },
  { name: 'requests', description: 'Requests and their results.' },
  { name: 'messages', description: 'Messages between a worker and the broker.' },
  {
    name: 'pool',
    description: 'Messages between a controller and a standing pool.',
    isOfControllers: true,
  },
];

const idsOf = (exports: object): readonly string[] =>
  Object.values(exports).flatMap((schema) => {
    const id = schema instanceof z.ZodType ? z.globalRegistry.get(schema)?.id : undefined;
    return id === undefined ? [] : [id];
  });

/** The files of the protocol, in the order in which they build on each other. */
export const modules: readonly Module[] = (
  [
    ['values', 'scalars', 'Numbers and texts with their bounds.', scalars],
    ['values', 'errors', 'Codes of errors.', errors],
    ['values', 'context', 'The run and the span that work belongs to.', context],
    ['values', 'machine', 'The machine and the software of a worker.', machine],
    ['values', 'source', 'Sources of images and labels.', source],
    ['values', 'task', 'Tasks and their splits.', task],
    ['values', 'component', 'Components of paths.', component],
    ['values', 'relay', 'Objects that travel between a worker and a store.', relay],
    ['values', 'training', 'How a child is trained.', training],
    ['requests', 'inspect', 'The size of a task.', inspect],
    ['requests', 'root', 'Root models.', root],
    ['requests', 'train', 'Training of cohorts.', train],
    ['requests', 'pretrain', 'Pretraining of root models.', pretrain],
    ['requests', 'evaluate', 'Evaluation of paths, and what a forward pass costs.', evaluate],
    ['requests', 'examine', 'Predictions on a split by class, and mistakes.', examine],
    ['requests', 'predict', 'Classification of images.', predict],
    ['requests', 'export', 'Export of paths.', exported],
    ['requests', 'published', "Systems that the papers' notebooks saved.", published],
    ['requests', 'store', 'Upkeep of component stores.', store],
    ['requests', 'request', 'All requests and all results.', request],
    ['messages', 'worker', 'Messages from a worker.', worker],
    ['messages', 'broker', 'Messages from the broker.', broker],
    ['pool', 'scalars', 'Names and shares.', poolScalars],
    ['pool', 'workers', 'Workers of a pool.', workers],
    ['pool', 'controller', 'Messages from a controller.', controller],
    ['pool', 'pool', 'Messages from the pool.', pool],
  ] as const
).map(([folder, name, description, exports]) => ({
  package: folder,
  name,
  description,
  ids: idsOf(exports),
}));
