import { z } from 'zod';
import {
  errorAnswer,
  healthAnswer,
  predictAnswer,
  predictBody,
  predictForm,
  tasksAnswer,
} from './documents.js';
import { REFUSALS, type RefusalCode } from './refusal.js';

/** The settings of a server on which its description depends. */
export interface OpenApiOptions {
  readonly version: string;
  /** Whether requests need a token. */
  readonly hasToken: boolean;
}

/** Returns the OpenAPI document of the server, made from the schemas that check its requests. */
export function openApiDocument({ version, hasToken }: OpenApiOptions) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mu2net serve',
      version,
      description: 'Predictions of the models of a run, several tasks on one image.',
    },
    paths: {
      '/v1/predict': {
        post: {
          operationId: 'predict',
          summary: 'Classifies images by the models of tasks',
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: schemaOf(predictBody, 'input') },
              'multipart/form-data': { schema: schemaOf(predictForm, 'input') },
            },
          },
          responses: {
            200: jsonOf('The predictions', predictAnswer),
            ...refusals(400, 413, 415, 422, 429, 500, 503),
          },
        },
      },
      '/v1/tasks': {
        get: {
          operationId: 'tasks',
          summary: 'Lists the tasks that are served',
          responses: { 200: jsonOf('The tasks', tasksAnswer) },
        },
      },
      '/healthz': health('Says whether the server can still work', 200, 503),
      '/readyz': health('Says whether requests for predictions are accepted', 200, 503),
      '/metrics': plain('Counts what the server did, in the text format of Prometheus'),
      '/openapi.json': plain('Returns this document', 'application/json'),
      '/docs': plain('Shows this document to people', 'text/html'),
    },
    ...(hasToken && {
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    }),
  };
}

/** The document. */
export type OpenApiDocument = ReturnType<typeof openApiDocument>;

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

const jsonOf = (description: string, schema: z.ZodType) => ({
  description,
  content: { 'application/json': { schema: schemaOf(schema, 'output') } },
});

/** The answers that are errors of some statuses, with the codes that each may have. */
function refusals(...statuses: readonly number[]) {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      jsonOf(codes.filter((code) => REFUSALS[code] === status).join(', '), errorAnswer),
    ]),
  );
}

const health = (summary: string, ...statuses: readonly number[]) => ({
  get: {
    summary,
    security: [],
    responses: Object.fromEntries(
      statuses.map((status) => [status, jsonOf(status === 200 ? 'Yes' : 'No', healthAnswer)]),
    ),
  },
});

const plain = (summary: string, type = 'text/plain') => ({
  get: { summary, responses: { 200: { description: summary, content: { [type]: {} } } } },
});
