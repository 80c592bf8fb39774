import { type Argument, type Command, CommanderError, type Option } from 'commander';
import { UsageError } from './shell/failure.js';
import { type Globals, optionsOf } from './shell/globals.js';

/** Headings of the help, in order. */
export const GROUPS = {
  grow: 'Grow:',
  look: 'Look:',
  branch: 'Branch:',
  use: 'Use:',
  data: 'Data:',
  pool: 'Pool:',
  help: 'Help:',
} as const;

/** A command: its name, its arguments and options, and its work. */
export interface CommandDefinition<Arguments extends readonly unknown[], Options> {
  readonly name: string;
  /** The heading of the help that lists it; a subcommand has none. */
  readonly group?: keyof typeof GROUPS;
  readonly description: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Text at the end of the help. */
  readonly details?: string;
  /** Whether its parent runs it when no subcommand is given. */
  readonly isDefault?: boolean;
  /** Does the work. It throws a CommanderError if the command line is wrong. */
  run(values: Arguments, options: Options & Globals): void | Promise<void>;
}

/** Adds a defined command to its parent. */
export type AddCommand = (parent: Command) => void;

/** Defines a command; `Arguments` and `Options` are the types of the values that `run` gets. */
export function defineCommand<Arguments extends readonly unknown[] = [], Options = unknown>(
  definition: CommandDefinition<Arguments, Options>,
): AddCommand {
  return (parent) => {
    const { name, group, description, isDefault = false } = definition;
    const command = addSubcommand(parent, name, description, isDefault);
    if (group) command.helpGroup(GROUPS[group]);
    if (definition.details !== undefined) command.addHelpText('after', definition.details);
    for (const argument of definition.arguments ?? []) command.addArgument(argument);
    for (const option of definition.options ?? []) command.addOption(option);
    command.action(async (...given: readonly unknown[]) => {
      // Commander passes the values of the arguments, then the options and the command.
      const values = given.slice(0, -2) as unknown as Arguments;
      try {
        await definition.run(values, optionsOf<Options>(command));
      } catch (error) {
        throw usageErrorOf(error, command);
      }
    });
  };
}

/** A command that has subcommands and does nothing itself. */
export interface CommandSetDefinition {
  readonly name: string;
  readonly group: keyof typeof GROUPS;
  readonly description: string;
  readonly commands: readonly AddCommand[];
}

/** Defines a command that has subcommands. */
export function defineCommandSet(definition: CommandSetDefinition): AddCommand {
  return (parent) => {
    const { name, group, description, commands } = definition;
    const command = addSubcommand(parent, name, description, false).helpGroup(GROUPS[group]);
    for (const add of commands) add(command);
  };
}

/** Makes a command throw usage errors, where commander would end the process. */
export function throwUsageErrors(command: Command): Command {
  return command.exitOverride((error) => {
    throw usageErrorOf(error, command);
  });
}

function addSubcommand(
  parent: Command,
  name: string,
  description: string,
  isDefault: boolean,
): Command {
  const command = throwUsageErrors(parent.createCommand(name).copyInheritedSettings(parent));
  parent.addCommand(command.description(description), { isDefault });
  return command;
}

/** Returns a usage error that names the help of the command; returns any other error unchanged. */
function usageErrorOf(error: unknown, command: Command): unknown {
  if (!(error instanceof CommanderError) || error.exitCode === 0) return error;
  return error.code === 'commander.help' ? error : new UsageError(error.message, nameOf(command));
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
