import { InvalidArgumentError } from 'commander';
import { isName, NAME_RULE } from '../../domain/names.js';

/** Parses an option that is a count. */
export function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError('it must be a whole number from 1 to 9999.');
  }
  return Number(text);
}

/** Returns a parser of a whole number between two others. */
export function parseWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`it must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Parses how many workers to start, or 'auto'. */
export function parseWorkerCount(text: string): number | 'auto' {
  if (text !== 'auto' && !/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError("it must be a whole number from 1 to 9999, or 'auto'.");
  }
  return text === 'auto' ? text : Number(text);
}

/** Parses an amount of memory, in the form that the sidecar reads. */
export function parseMemoryAmount(text: string): string {
  const [, amount] = /^(\d+(?:\.\d+)?)(?:%|MB|GB)$/.exec(text) ?? [];
  if (!Number(amount) || (text.endsWith('%') && Number(amount) > 100)) {
    throw new InvalidArgumentError(
      "write it as a share or an amount, for example '50%' or '16GB'.",
    );
  }
  return text;
}

/** Parses an option that is a positive quantity, such as 1e14. */
export function parsePositiveNumber(text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0)) {
    throw new InvalidArgumentError('it must be a positive number, for example 1e14.');
  }
  return value;
}

/** Parses the name of a branch, or of a run, which is also the name of its folder. */
export function parseRunName(text: string): string {
  if (!isName(text)) throw new InvalidArgumentError(`${NAME_RULE}.`);
  return text;
}

/** Parses a seed. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffff_ffff) {
    throw new InvalidArgumentError('it must be a whole number from 0 to 4294967295.');
  }
  return seed;
}

/** Parses names separated by commas. */
export function parseNames(text: string): readonly string[] {
  const parts = text.split(',').map((name) => name.trim());
  if (parts.some((name) => name === '')) {
    throw new InvalidArgumentError('write names with commas between them, for example a,b.');
  }
  return parts;
}
