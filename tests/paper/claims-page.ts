import { relative, sep } from 'node:path';
import { type Arm, differencesOf, summarizeArms } from '../../ts/src/documents/claim/comparison.js';
import type { CellResult } from '../../ts/src/documents/claim/results.js';
import { plural } from '../../ts/src/text/format.js';
import type { Interval } from '../../ts/src/views/interval.js';
import { meanOf } from '../../ts/src/views/student.js';
import type { Citation } from './citations.js';
import { CLAIMS, type Claim } from './claims.js';

const NOT_YET = 'not measured yet';

/** Verdicts of the results on the claims that are measured. */
const VERDICTS: Readonly<Record<string, (results: readonly CellResult[]) => string>> = {
  'better-than-fine-tuning': (results) =>
    `${verdictOf(results, 'mu2net', ['finetune-tuned', 'finetune-once'])}; it loses [from a weak root](claim/earlier.md)`,
  'improved-by-extensions': (results) => verdictOf(results, 'mu2net-plus', ['mu2net']),
  'fewer-parameters': (results) => {
    const [first] = summarizeArms(results).filter(({ arm }) => arm === 'mu2net');
    if (!first) return `shown by tests; ${NOT_YET}`;
    const changes = first.cells.map(({ tasks }) => {
      const added = tasks.map((task) => task.added);
      const middle = Math.floor(added.length / 2);
      const [early, late] = [meanOf(added.slice(0, middle)), meanOf(added.slice(middle))];
      return (late?.value ?? 0) - (early?.value ?? 0);
    });
    const mean = meanOf(changes);
    const word = judge([mean?.interval && [-mean.interval[1], -mean.interval[0]]]);
    return `shown by tests; ${word} by measurement (${plural(changes.length, 'seed')})`;
  },
  'no-forgetting': (results) => {
    const models = results
      .filter(({ arm }) => arm.startsWith('mu2net'))
      .flatMap(({ tasks }) => tasks);
    if (models.length === 0) return `shown by tests; ${NOT_YET}`;
    const same = models.filter(({ isUnchanged }) => isUnchanged).length;
    const word = same === models.length ? 'shown' : 'refuted';
    return `shown by tests; ${word} by measurement (${same} of ${plural(models.length, 'model')})`;
  },
};

/** Says whether an arm is better than others wherever they were compared. */
function verdictOf(results: readonly CellResult[], arm: Arm, others: readonly Arm[]): string {
  const differences = others.flatMap((other) => differencesOf(results, arm, other));
  if (differences.length === 0) return NOT_YET;
  const word = judge(differences.map(({ mean }) => mean.interval));
  return `${word} (${plural(differences.length, 'comparison')})`;
}

/** A claim is shown if every interval is above zero, and refuted if one is below. */
function judge(intervals: readonly (Interval | null | undefined)[]): string {
  if (intervals.every((interval) => interval && interval[0] > 0)) return '**shown**';
  return intervals.some((interval) => interval && interval[1] < 0) ? '**refuted**' : 'not shown';
}

/** The page docs/claims.md: every claim of the register, and what is known of it here. */
export function claimsPage(
  root: string,
  citations: readonly Citation[],
  results: readonly CellResult[],
): string {
  return `${[
    '# Claims of the papers',
    '',
    'Each claim of the two papers in our words, whether it holds here, and the command that repeats it.',
    '*Shown by tests* means that tests of this repository fail if it does not hold, at the small scale of',
    'tests. A claim on quality is *shown* where every 95 % interval of',
    '[the comparison](evolution-against-fine-tuning.md) is above zero, *refuted* where one is below, and',
    'else *not shown*. `tests/paper/claims.ts` is the register, and this command writes the page:',
    '',
    '```sh',
    'npx vitest run tests/paper/claims.test.ts -u',
    '```',
    '',
    '| claim | paper | here | repeat it |',
    '| --- | --- | --- | --- |',
    ...(CLAIMS as readonly Claim[]).map((claim) => {
      const status = statusOf(claim, results);
      const commands = commandsOf(root, claim, citations).map((command) => `\`${command}\``);
      return `| ${claim.sentence} | ${claim.paper} | ${status} | ${commands.join('<br>') || '–'} |`;
    }),
  ].join('\n')}\n`;
}

function statusOf({ id, untested }: Claim, results: readonly CellResult[]): string {
  if (untested !== undefined) return `not tested: ${untested}`;
  return VERDICTS[id]?.(results) ?? 'shown by tests';
}

function commandsOf(root: string, { id, measured }: Claim, citations: readonly Citation[]) {
  const files = [
    ...new Set(
      citations
        .filter((citation) => citation.id === id)
        .map(({ file }) => relative(root, file).split(sep).join('/')),
    ),
  ].sort();
  const [typescript, python] = ['.ts', '.py'].map((end) =>
    files.filter((file) => file.endsWith(end)),
  );
  return [
    ...(measured ? ['node examples/scripts-benchmark/compare.js'] : []),
    ...(typescript?.length ? [`npx vitest run -t ${id} ${typescript.join(' ')}`] : []),
    ...(python?.length ? [`node scripts/python.mjs -m pytest ${python.join(' ')}`] : []),
  ];
}
