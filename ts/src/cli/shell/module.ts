import { Option } from 'commander';

/** Value of the option that lets a command run the module of a configuration's method. */
export interface ModuleFlags {
  readonly loadModule?: true;
}

/** The option that lets a command run the module of a configuration's method. */
export const LOAD_MODULE_OPTION: Option = new Option(
  '--load-module',
  'run the module of the method, which is code that the configuration names',
);

/** Says that a module was not run, and how to run it. */
export function notRunNote(file: string): string {
  return `the method module ${file} was not run; --load-module runs it`;
}
