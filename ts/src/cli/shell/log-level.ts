/** How much is shown of work in progress, the least first. Each level includes those before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Says whether something of a level is shown where `shown` is wanted. */
export function isShown(level: LogLevel, shown: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(shown);
}
