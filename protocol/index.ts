export * from './messages/broker.js';
export * from './messages/worker.js';
export * from './requests/request.js';
export type { ChildRequest, Measurement } from './requests/train.js';
export { type WireErrorCode, wireErrorCode } from './values/errors.js';
export { LIMITS } from './values/limits.js';
export * from './version.js';
