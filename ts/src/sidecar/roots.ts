import { runTool } from './tool.js';

/** A root model that lies in the user's cache, as its `root.json` says. */
export interface FetchedRoot {
  /** Its name in configurations. */
  readonly name: string;
  /** Where it was fetched. */
  readonly url: string;
  /** Address of the page that describes it. */
  readonly page: string;
  /** Commit of its files on the hub; null elsewhere. */
  readonly revision: string | null;
  /** null if its server says none. */
  readonly licence: string | null;
  readonly fetchedAt: string;
  /** Its file on this machine. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Whose names its tensors have: AugReg, timm or Hugging Face. */
  readonly layout: string;
  /** Its published architecture, such as `Ti/16`; null if it has another size. */
  readonly architecture: string | null;
  /** The model in a few words. */
  readonly description: string;
  /** Side of the images that it was made for, pixels. */
  readonly imageSize: number;
  /** Encoder blocks. */
  readonly layers: number;
  /** Parameters in all, with a head if it has one. */
  readonly parameterCount: number;
}

/** The content of a file of weights. */
export type SurveyedRoot = Omit<
  FetchedRoot,
  'name' | 'url' | 'page' | 'revision' | 'licence' | 'fetchedAt'
>;

/** A root that is not on this machine. */
export interface AbsentRoot {
  readonly name: string;
  readonly path: null;
}

/** A root model that a server has. */
export interface RemoteRoot {
  readonly name: string;
  /** Its architecture, if the server says it. */
  readonly architecture?: string;
}

/** The servers whose roots can be listed. */
export const ROOT_SERVERS = ['augreg', 'timm'] as const;
export type RootServer = (typeof ROOT_SERVERS)[number];

/** The bytes of a download. */
export interface FetchProgress {
  readonly stage: 'fetch';
  readonly done: number;
  /** 0 if the server does not say it. */
  readonly total: number;
}

interface FetchOptions {
  /** Hash that the file must have. */
  readonly sha256?: string | undefined;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads a root into the user's cache, if it is not there yet. A download that was stopped keeps
 * the bytes that arrived, and the next call continues it.
 * @throws Mu2NetError CHECKPOINT_MISSING, CHECKPOINT_INVALID, CANCELLED, PYTHON_MISSING
 */
export async function fetchRoot(
  name: string,
  { sha256, onProgress = () => {}, signal }: FetchOptions = {},
): Promise<FetchedRoot> {
  const words = ['root', 'fetch', name, ...(sha256 === undefined ? [] : ['--sha256', sha256])];
  return (await runTool(words, 'fetch a root', { onProgress, signal })) as FetchedRoot;
}

/**
 * Says what a root is on this machine: a name, a query of AugReg or a file. Uses no network.
 * @throws Mu2NetError CHECKPOINT_MISSING, CHECKPOINT_INVALID, PYTHON_MISSING
 */
export async function showRoot(source: string): Promise<FetchedRoot | SurveyedRoot | AbsentRoot> {
  const words = ['root', 'show', source];
  return (await runTool(words, 'read a root')) as FetchedRoot | SurveyedRoot | AbsentRoot;
}

/**
 * Lists the roots in the user's cache, by name.
 * @throws Mu2NetError PYTHON_MISSING
 */
export async function listFetchedRoots(): Promise<readonly FetchedRoot[]> {
  return (await runTool(['root', 'list'], 'list roots')) as readonly FetchedRoot[];
}

/**
 * Lists the roots that a server has, those whose name contains a text.
 * @throws Mu2NetError CHECKPOINT_MISSING, PYTHON_MISSING
 */
export async function listRemoteRoots(
  server: RootServer,
  text: string,
  signal: AbortSignal,
): Promise<readonly RemoteRoot[]> {
  const words = ['root', 'remote', server, text];
  return (await runTool(words, 'list roots', { signal })) as readonly RemoteRoot[];
}
