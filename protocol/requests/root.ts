import { z } from 'zod';
import { architecture, trainedComponent } from '../values/component.js';
import { componentName, digest, positive, seed, storeUrl, text } from '../values/scalars.js';

const components = z.array(componentName).min(1);

export const initialiseRequest = z
  .strictObject({
    kind: z.literal('initialise'),
    store: storeUrl,
    architecture,
    components,
    seed,
  })
  .meta({
    id: 'InitialiseRequest',
    description: 'Creates the components of a randomly initialised root model and stores them.',
  });

export const initialiseResult = z
  .strictObject({ kind: z.literal('initialise'), components: z.array(trainedComponent) })
  .meta({ id: 'InitialiseResult', description: 'The components of the root model.' });

export const importRequest = z
  .strictObject({
    kind: z.literal('import'),
    store: storeUrl,
    source: text.describe('Path, URL or name of a checkpoint, or `augreg:` and a query.'),
    sha256: digest.nullable().describe('Hash that the file must have; null: any.'),
    architecture,
    depth: positive.describe('Encoder blocks of the checkpoint; paths may use fewer.'),
    components,
  })
  .meta({
    id: 'ImportRequest',
    description: 'Stores the components of a root model from a checkpoint; beats count its MiB.',
  });

export const importResult = z
  .strictObject({
    kind: z.literal('import'),
    components: z.array(trainedComponent),
    sha256: digest.describe('Hash of the file.'),
    notices: z.array(text).describe('Changes and omissions, a line each.'),
  })
  .meta({ id: 'ImportResult', description: 'The components of the root model, and their file.' });
