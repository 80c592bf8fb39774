import { Option } from 'commander';

const LOG_FORMATS = ['text', 'json'] as const;

/** How a process that works for others writes its log. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The option of commands that work for others; the environment may say the same. */
export const LOG_FORMAT_OPTION = new Option(
  '--log-format <format>',
  'lines of the log: text, or JSON with the ids of run, child and lease',
)
  .choices(LOG_FORMATS)
  .env('MU2NET_LOG_FORMAT');

/** Says whether the log is JSON. */
export const isJsonLog = (format: LogFormat | undefined): boolean => format === 'json';
