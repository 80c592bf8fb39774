import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { ServedRequest, ServeOptions, WorkerNews } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { parsePositiveNumber, parseWholeNumber, parseWithin } from '../shell/arguments.js';
import { SIDECAR_OPTIONS, type SidecarFlags, sessionOptionsOf } from '../shell/engine.js';
import { Stopped, UsageError } from '../shell/failure.js';
import { type Globals, logLevelOf } from '../shell/globals.js';
import { runInterruptible } from '../shell/interrupt.js';
import { isShown } from '../shell/log-level.js';
import { note, print, printJson } from '../shell/output.js';
import { MODEL_RUN_OPTION, openModelRun } from '../shell/run.js';
import { workerLevel } from '../view/event-level.js';

interface Options extends SidecarFlags {
  readonly run?: string;
  readonly task?: string[];
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly maxBatch: number;
  readonly wait: number;
  readonly maxWaiting: number;
  readonly maxBody: number;
  readonly maxPixels: number;
  readonly timeout: number;
  readonly accessLog?: true;
}

/** Addresses that only this machine reaches. */
const LOOPBACK = /^(localhost|127\.|::1$)/;

export const serve = defineCommand<[], Options>({
  name: 'serve',
  group: 'use',
  description: 'answer requests for predictions over HTTP; layers that models share run once',
  options: [
    new Option('--task <task...>', 'tasks whose models to serve (default: all tasks of the run)'),
    MODEL_RUN_OPTION,
    new Option('--host <address>', 'where to listen').default('127.0.0.1', 'only this machine'),
    new Option('--port <n>', 'port; 0 takes a free one')
      .argParser(parseWithin(0, 65_535))
      .default(8080),
    new Option('--token-file <file>', 'file with the token that requests must carry'),
    new Option('--max-batch <n>', 'images that are computed together, 32 at most')
      .argParser(parseWithin(1, 32))
      .default(32),
    new Option('--wait <milliseconds>', 'how long an image waits for others')
      .argParser(parsePositiveNumber)
      .default(2),
    new Option('--max-waiting <n>', 'images that wait; more are refused with status 429')
      .argParser(parseWholeNumber)
      .default(256),
    new Option('--max-body <MiB>', 'size of a request, 48 at most')
      .argParser(parseWithin(1, 48))
      .default(16),
    new Option('--max-pixels <millions>', 'pixels of an image')
      .argParser(parsePositiveNumber)
      .default(32),
    new Option('--timeout <seconds>', 'how long a request may take')
      .argParser(parsePositiveNumber)
      .default(30),
    new Option('--access-log', 'print a line for each request'),
    ...SIDECAR_OPTIONS,
  ],
  details: `
  curl -F image=@a.png -F task=digits http://127.0.0.1:8080/v1/predict

/docs describes the requests, /openapi.json for programs; /readyz says when models are loaded, and
/metrics counts for Prometheus. Ctrl-C or SIGTERM stops it: requests in flight are answered first.
Nothing is encrypted: let others reach it through a proxy only (docs/serving.md).`,
  async run(_, { run: name, tokenFile, ...flags }) {
    const run = openModelRun(name, flags);
    const token = tokenFile === undefined ? undefined : readToken(tokenFile);
    if (token === undefined && !LOOPBACK.test(flags.host)) {
      note(`everyone who reaches ${flags.host} may ask; --token-file lets in only some`);
    }
    await runInterruptible(
      async (signal) => {
        const server = await run.serve({ ...serveOptionsOf(flags), token, signal });
        announce(server.url, run.name, flags);
        if (!signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
        await server.close();
      },
      () => note('stopping: requests in flight are answered; press Ctrl-C again to end at once'),
      (exitCode) => new Stopped('the server was stopped', exitCode),
    );
  },
});

function serveOptionsOf(flags: Omit<Options, 'run' | 'tokenFile'> & Globals): ServeOptions {
  const { workers, engine, pool } = sessionOptionsOf(flags);
  return {
    workers,
    engine,
    pool,
    tasks: flags.task,
    host: flags.host,
    port: flags.port,
    maxBatch: flags.maxBatch,
    waitMillis: flags.wait,
    maxWaiting: flags.maxWaiting,
    maxBodyBytes: Math.round(flags.maxBody * 2 ** 20),
    maxPixels: Math.round(flags.maxPixels * 1e6),
    timeoutSeconds: flags.timeout,
    onWorker: (news) => tellWorker(news, flags),
    onRequest: flags.accessLog && ((request) => tellRequest(request, flags)),
  };
}

/** Reads a token, without the line break that an editor leaves. */
function readToken(file: string): string {
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 16) {
    throw new UsageError(
      `the token in ${file} has ${token.length} characters; it needs 16`,
      'mu2net serve',
    );
  }
  return token;
}

function announce(url: string, run: string, globals: Globals): void {
  if (globals.json) printJson({ type: 'serving', run, url });
  else print(`${run} is served at ${url}; ${url}/docs says how to ask`);
}

function tellRequest({ method, path, status, seconds }: ServedRequest, globals: Globals): void {
  const time = new Date().toISOString();
  if (globals.json) printJson({ type: 'request', time, method, path, status, seconds });
  else print(`${time.slice(11, 19)} ${method} ${path} ${status} ${(1000 * seconds).toFixed(1)} ms`);
}

function tellWorker(news: WorkerNews, globals: Globals): void {
  if (globals.json) printJson({ type: 'worker', time: new Date().toISOString(), ...news });
  else if (isShown(workerLevel(news.change), logLevelOf(globals))) note(news.message);
}
