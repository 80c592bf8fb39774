// @ts-check
/**
 * The cells of the comparison: their order, and which of them a file of results already has.
 */
import { existsSync, readFileSync } from 'node:fs';

/** @import { CellResult } from '../../ts/src/documents/claim/results.js' */
/** @typedef {Pick<CellResult, 'arm' | 'seed' | 'budget'>} Cell */

/**
 * Returns the cells in the order in which they are measured. All arms of a seed and a budget follow
 * one another, and small products of seed and budget come first, so the comparison is fair wherever
 * it is interrupted, and gains seeds and budgets alike.
 * @param {{
 *   readonly arms: readonly string[],
 *   readonly seeds: readonly number[],
 *   readonly budgets: readonly number[],
 * }} grid
 * @returns {readonly Cell[]}
 */
export function orderCells({ arms, seeds, budgets }) {
  return seeds
    .flatMap((seed) => budgets.map((budget) => ({ seed, budget })))
    .sort((a, b) => a.seed * a.budget - b.seed * b.budget || a.budget - b.budget)
    .flatMap(({ seed, budget }) => arms.map((arm) => ({ arm, seed, budget })));
}

/**
 * Returns the result of a cell that was measured with the same experiment by the same minor version
 * of mu2net, which gives the same result except for rounding; undefined without one.
 * @param {readonly CellResult[]} results
 * @param {Cell} cell
 * @param {{ readonly experiment: string, readonly version: string }} now
 * @returns {CellResult | undefined}
 */
export function findResult(results, cell, { experiment, version }) {
  return results.find(
    (each) =>
      isSameCell(each, cell) &&
      each.experiment === experiment &&
      minorOf(each.versions.mu2net) === minorOf(version),
  );
}

/**
 * Returns the results with that of a new cell, instead of an older one of the same cell, as a file.
 * @param {readonly CellResult[]} results
 * @param {CellResult} measured
 */
export function withResult(results, measured) {
  return [...results.filter((each) => !isSameCell(each, measured)), measured].sort(
    (a, b) => a.budget - b.budget || a.seed - b.seed || a.arm.localeCompare(b.arm),
  );
}

/**
 * Reads the lines of a file of results; without the file there are none.
 * @param {string} file
 * @returns {readonly CellResult[]}
 */
export function readResults(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @param {readonly CellResult[]} results */
export function writeResults(results) {
  return results.map((each) => `${JSON.stringify(each)}\n`).join('');
}

/**
 * @param {Cell} a
 * @param {Cell} b
 */
function isSameCell(a, b) {
  return a.arm === b.arm && a.seed === b.seed && a.budget === b.budget;
}

/** @param {string} version */
const minorOf = (version) => version.split('.').slice(0, 2).join('.');
