import { z } from 'zod';
import { architecture } from '../values/component.js';
import { storeUrl, text } from '../values/scalars.js';
import { evaluatedComponent } from './evaluate.js';

export const exportRequest = z
  .strictObject({
    kind: z.literal('export'),
    store: storeUrl,
    architecture,
    components: z.array(evaluatedComponent).min(1),
    format: z.enum(['timm', 'transformers', 'augreg', 'stablehlo', 'onnx']),
    folder: text.describe('Where the files go; it is created if it does not exist.'),
    labels: z.array(text).describe('Names of the classes in order; empty: not known.'),
  })
  .meta({ id: 'ExportRequest', description: 'Writes a path as a model of its own.' });

export const exportResult = z
  .strictObject({
    kind: z.literal('export'),
    files: z.array(text).describe('Names of the files in the folder.'),
  })
  .meta({ id: 'ExportResult', description: 'The files of an exported model.' });
