import { z } from 'zod';
import {
  baselineRequest,
  baselineResult,
  evaluateRequest,
  evaluateResult,
  flopsRequest,
  flopsResult,
} from './evaluate.js';
import { examineRequest, examineResult } from './examine.js';
import { exportRequest, exportResult } from './export.js';
import { inspectRequest, inspectResult } from './inspect.js';
import { classifyRequest, classifyResult, predictRequest, predictResult } from './predict.js';
import { pretrainRequest, pretrainResult } from './pretrain.js';
import { publishedRequest, publishedResult } from './published.js';
import { importRequest, importResult, initialiseRequest, initialiseResult } from './root.js';
import {
  collectRequest,
  collectResult,
  copyRequest,
  copyResult,
  listRequest,
  listResult,
} from './store.js';
import { trainRequest, trainResult } from './train.js';

export const request = z
  .discriminatedUnion('kind', [
    inspectRequest,
    initialiseRequest,
    importRequest,
    trainRequest,
    pretrainRequest,
    evaluateRequest,
    examineRequest,
    baselineRequest,
    flopsRequest,
    predictRequest,
    classifyRequest,
    exportRequest,
    publishedRequest,
    collectRequest,
    copyRequest,
    listRequest,
  ])
  .meta({ id: 'Request', description: 'Work for a worker.' });

export const result = z
  .discriminatedUnion('kind', [
    inspectResult,
    initialiseResult,
    importResult,
    trainResult,
    pretrainResult,
    evaluateResult,
    examineResult,
    baselineResult,
    flopsResult,
    predictResult,
    classifyResult,
    exportResult,
    publishedResult,
    collectResult,
    copyResult,
    listResult,
  ])
  .meta({ id: 'Result', description: 'The answer to a request of the same kind.' });

/** A unit of work for a worker. */
export type Request = z.infer<typeof request>;
/** The answer to a request. */
export type Result = z.infer<typeof result>;
/** The kinds of requests, such as `train`. */
export type RequestKind = Request['kind'];
/** A request of kind K. */
export type RequestOf<K extends RequestKind> = Extract<Request, { kind: K }>;
/** The result that answers a request of kind K. */
export type ResultOf<K extends RequestKind> = Extract<Result, { kind: K }>;
