import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import { Mu2NetError } from '../domain/errors.js';
import { experimentOf, type LoadedExperiment } from './experiment.js';
import { type ConfigPath, type Refuse, refusal, tellIssue } from './issue.js';
import { type Config, type ConfigInput, schema } from './schema.js';

/** Values that take the place of a configuration's: `{ seed: 3, 'training.batchSize': 64 }`. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface LoadOptions {
  /**
   * Whether a task whose data is absent is an error, unless it is optional. True by default; a dry
   * run has no need of data.
   */
  readonly dataMustExist?: boolean;
}

/**
 * Reads a configuration file. Its paths are relative to its folder.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING, with file, line and column
 */
export function loadExperiment(
  file: string,
  overrides: Overrides = {},
  { dataMustExist = true }: LoadOptions = {},
): LoadedExperiment {
  const lines = new LineCounter();
  const document = parseDocument(read(file), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}: `;
  };
  const error = document.errors[0];
  if (error) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${place(error.pos[0])}not valid YAML: ${error.message}`,
    );
  }
  const overridden = Object.keys(overrides);
  const refuse = refusal((path) => {
    const key = overridden.find((name) => path.join('.').startsWith(name));
    if (key !== undefined) return `${file} with ${key} overridden: `;
    const offset = offsetOf(document, path);
    return offset === undefined ? `${file}: ` : place(offset);
  });
  for (const [key, value] of Object.entries(overrides)) override(document, key, value, refuse);
  const config = checked(plain(document, refuse), refuse);
  return experimentOf(config, { baseDirectory: dirname(resolve(file)), dataMustExist, refuse });
}

/**
 * The experiment of a configuration written in a program, which is checked as a file's would be.
 *
 * @param options.baseDirectory folder that paths are relative to; the working directory by default
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING
 */
export function defineExperiment(
  input: ConfigInput,
  {
    baseDirectory = process.cwd(),
    dataMustExist = true,
  }: LoadOptions & { readonly baseDirectory?: string } = {},
): LoadedExperiment {
  const refuse = refusal(() => '');
  return experimentOf(checked(input, refuse), { baseDirectory, dataMustExist, refuse });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${file}: ${why}; name a configuration, for example configs/quickstart.yaml`,
      {
        cause,
      },
    );
  }
}

export function override(document: Document, key: string, value: unknown, refuse: Refuse): void {
  try {
    document.setIn(key.split('.'), document.createNode(value));
  } catch {
    refuse([], `cannot set ${key}: what stands there takes no keys`);
  }
}

export function plain(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return refuse([], `not valid YAML: ${(error as Error).message}`);
  }
}

export function checked(input: unknown, refuse: Refuse): Config {
  const result = schema.safeParse(input, { reportInput: true });
  return result.success ? result.data : tellIssue(result.error.issues, refuse);
}

/** Offset in the file of the deepest node on a path that stands there: its key where it has one. */
function offsetOf(document: Document, path: ConfigPath): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const key of path) {
    let start: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key));
      [start, node] = [pair?.key, pair?.value];
    } else {
      start = node = isSeq(node) ? node.items[Number(key)] : undefined;
    }
    if (isNode(start)) offset = start.range?.[0] ?? offset;
  }
  return offset;
}
