import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';

/** Where in a configuration: keys and indices from its top. */
export type ConfigPath = readonly PropertyKey[];

/** Where a value of a configuration was written. */
export interface Position {
  /** Stands before a message, for example `configs/x.yaml:12:3: `; empty for a program's values. */
  readonly prefix: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Further facts about a refused value. */
export interface RefusalDetails {
  /** `CONFIG_INVALID` by default. */
  readonly code?: ErrorCode | undefined;
  readonly task?: string | undefined;
  readonly method?: string | undefined;
  readonly cause?: unknown;
}

/** Throws the one line that says what is wrong, where, and what to do. */
export type Refuse = (path: ConfigPath, message: string, details?: RefusalDetails) => never;

/** Creates the function that refuses values of a configuration, by where each was written. */
export function createRefuse(positionOf: (path: ConfigPath) => Position): Refuse {
  return (path, message, { code = 'CONFIG_INVALID', ...details } = {}) => {
    const { prefix, ...position } = positionOf(path);
    const key = path.length > 0 ? path.join('.') : undefined;
    throw new Mu2NetError(code, `${prefix}${message}`, { ...position, key, ...details });
  };
}
