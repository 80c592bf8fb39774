import { Option } from 'commander';
import { CHILD_ORDERS, type ChildOrder, type ChildSelection } from '../../index.js';
import { parseWholeNumber } from './arguments.js';

/** Values of the options that say which children are meant. */
export interface ChildFlags {
  readonly task?: string;
  readonly retained?: true;
  readonly discarded?: true;
  readonly worker?: string;
}

/** Values of the options that also say in which order. */
export interface OrderFlags extends ChildFlags {
  readonly sort?: ChildOrder;
  readonly reverse?: true;
  readonly limit?: number;
}

/** Options that say which children are meant. */
export const CHILD_OPTIONS: readonly Option[] = [
  new Option('--task <task>', 'only children of this task'),
  new Option('--retained', 'only children that were retained').conflicts('discarded'),
  new Option('--discarded', 'only children that were not retained'),
  new Option('--worker <name>', 'only children that this worker trained'),
];

/** Options that say in which order children are listed, and how many. */
export const ORDER_OPTIONS: readonly Option[] = [
  new Option(
    '--sort <order>',
    'oldest first (path, the default), best first (quality, score), or longest training first (time)',
  ).choices(CHILD_ORDERS),
  new Option('--reverse', 'reverse the order'),
  new Option('--limit <n>', 'at most so many').argParser(parseWholeNumber),
];

/** Returns the selection that the flags of a command ask for. */
export function selectionOf(flags: OrderFlags): ChildSelection {
  const { task, retained, discarded, worker, sort, reverse, limit } = flags;
  const kept = retained ? true : discarded ? false : undefined;
  return { task, retained: kept, worker, sort, reverse, limit };
}
