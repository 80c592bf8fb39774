import { RecordedRun } from '../api/recorded-run.js';
import { summarizeStart } from '../api/survey-runs.js';
import { modelOf } from '../models/models.js';
import { PICTURE_KINDS, type PictureKind } from '../pictures/draw.js';
import type { Theme } from '../pictures/theme.js';
import { isRun } from '../state/directory.js';
import { type Ledger, readRun } from '../state/record/ledger.js';
import { type Address, runNameOf } from '../state/runs.js';
import type { ComparisonDocument } from './documents/comparison.js';
import type { PictureDocument } from './documents/picture.js';
import type { RunDocument } from './documents/run.js';
import { RequestError } from './http/failure.js';
import type { Examinations } from './live/examinations.js';
import type { Feeds } from './live/feeds.js';
import { childColumnsOf, readChild } from './read/children.js';
import { findRunIn } from './read/find-run.js';
import { lineageGraphOf } from './read/graph.js';
import { poolDocumentOf, type ShownPool } from './read/pool.js';
import { taskDocumentOf } from './read/task.js';
import { workersDocumentOf } from './read/workers.js';

/** The runs, pool and feeds that documents are read from. */
export interface Sources {
  /** Folder of the runs. */
  readonly folder: string;
  readonly pool: ShownPool | undefined;
  readonly feeds: Feeds;
  readonly examinations: Examinations;
}

/** A document that somebody asks for. */
export interface Asked {
  /** The parts of the path for which its pattern has names. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly sources: Sources;
}

/** An image; every other document is a value that is sent as JSON. */
export class SvgDocument {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A document, by the pattern of its path. */
export interface Route {
  readonly pattern: string;
  /**
   * Whether the document follows from the record of its run alone, or from the files of runs alone,
   * so that any thread can read it; or else from what this process knows.
   */
  readonly from: 'record' | 'files' | 'process';
  readonly read: (asked: Asked) => unknown;
}

/** The documents; docs/studio.md describes each. */
export const ROUTES: readonly Route[] = [
  live('overview', ({ sources }) => sources.feeds.folder.overview()),
  ofFiles('compare', compare),
  live('pool', ({ sources }) => poolDocumentOf(sources.pool)),
  ofFiles('runs/:run', runDocument),
  live('runs/:run/workers', (asked) => {
    const { recap } = asked.sources.feeds.run(addressOf(asked));
    return read(asked, (ledger, run) => workersDocumentOf(ledger, run, recap));
  }),
  live('runs/:run/tasks/:task/examination', (asked) => {
    const subject = subjectOf(asked);
    const { examinations } = asked.sources;
    return asked.query.has('wait') ? examinations.read(subject) : examinations.known(subject);
  }),
  recorded('runs/:run/pictures/:kind', picture),
  recorded('runs/:run/children', (asked) =>
    read(asked, (ledger, run) => childColumnsOf(ledger, run, sinceOf(asked))),
  ),
  recorded('runs/:run/children/:path', (asked) =>
    read(asked, (ledger) => readChild(ledger, numberOf(asked.parts.path ?? ''))),
  ),
  recorded('runs/:run/graph', (asked) => read(asked, (ledger, run) => lineageGraphOf(ledger, run))),
  recorded('runs/:run/tasks/:task', (asked) =>
    read(asked, (ledger, run) => taskDocumentOf(ledger, run, asked.parts.task ?? '')),
  ),
];

/** Finds the branch that a path names. */
export function addressOf({ parts, sources }: Pick<Asked, 'parts' | 'sources'>): Address {
  return findRunIn(sources.folder, parts.run ?? '');
}

/**
 * Finds the model that a path names.
 * @throws Mu2NetError RUN_UNKNOWN, TASK_UNKNOWN
 */
export function subjectOf(asked: Pick<Asked, 'parts' | 'sources'>) {
  const address = addressOf(asked);
  const { task } = modelOf(address, asked.parts.task ?? '');
  return { address, task: task.name };
}

/**
 * Returns the parts of a path that fits a pattern, such as `runs/:run`; null if it does not fit.
 * @throws RequestError when a part is not percent-encoded text.
 */
export function partsOf(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [at, name] of wanted.entries()) {
    const part = given[at] ?? '';
    if (name.startsWith(':')) parts[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  return parts;
}

function recorded(pattern: string, read: Route['read']): Route {
  return { pattern, from: 'record', read };
}

function ofFiles(pattern: string, read: Route['read']): Route {
  return { pattern, from: 'files', read };
}

function live(pattern: string, read: Route['read']): Route {
  return { pattern, from: 'process', read };
}

function read<T>(asked: Asked, from: (ledger: Ledger, run: string) => T): T {
  const address = addressOf(asked);
  return readRun(address, (ledger) => from(ledger, runNameOf(address)));
}

function runDocument(asked: Asked): RunDocument {
  const address = addressOf(asked);
  const run = runNameOf(address);
  if (!isRun(address.directory)) {
    return { kind: 'start', run, start: summarizeStart(address.directory) };
  }
  const recordedRun = new RecordedRun(address);
  const status = recordedRun.status();
  return { kind: 'branch', run, status, board: recordedRun.leaderboard(), log: recordedRun.log() };
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

function picture(asked: Asked): PictureDocument | SvgDocument {
  const { kind: name = '' } = asked.parts;
  const kind = oneOf<PictureKind>(PICTURE_KINDS, name.replace(/\.svg$/, ''), 'picture');
  const run = new RecordedRun(addressOf(asked));
  const { svg, ...drawn } = run.draw(kind);
  if (!name.endsWith('.svg')) return { run: run.name, ...drawn };
  return new SvgDocument(
    svg({ theme: oneOf(THEMES, asked.query.get('theme') ?? 'auto', 'theme') }),
  );
}

function compare({ query, sources }: Asked): ComparisonDocument {
  const [first, ...others] = query
    .getAll('run')
    .map((name) => new RecordedRun(findRunIn(sources.folder, name)));
  if (!first)
    throw new RequestError(400, 'BAD_REQUEST', 'name the runs, as in compare?run=a&run=b');
  return {
    comparison: first.compareWith(...others),
    differences: others.map((other) => first.diff(other)),
  };
}

function sinceOf({ query }: Asked): number {
  return numberOf(query.get('since') ?? '0');
}

function numberOf(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new RequestError(400, 'BAD_REQUEST', `'${text}' is not the number of a path`);
}

function oneOf<T extends string>(known: readonly T[], given: string, noun: string): T {
  const found = known.find((each) => each === given);
  if (found !== undefined) return found;
  const message = `there is no ${noun} '${given}'; there is ${known.join(', ')}`;
  throw new RequestError(404, 'NOT_FOUND', message);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RequestError(400, 'BAD_REQUEST', `'${part}' is not percent-encoded text`);
  }
}
