import type { PoolMessageOf } from '../../../protocol/index.js';

/** The state of a standing pool: its workers, who uses it, and what waits. */
export type PoolSurvey = Omit<PoolMessageOf<'surveyed'>, 'type'>;
