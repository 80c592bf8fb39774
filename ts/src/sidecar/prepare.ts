import { runTool } from './tool.js';

/** Which stage of preparation which data set, or base split, is at. */
export type PrepareProgress =
  /** TFDS downloads and prepares it. */
  | { readonly stage: 'prepare'; readonly what: string }
  /** `done` of its `total` images are decoded, checked (where they stay files), or labelled. */
  | {
      readonly stage: 'decode' | 'check' | 'label';
      readonly what: string;
      readonly done: number;
      readonly total: number;
    };

export interface PrepareOptions {
  /** A data-set builder that TFDS does not bring: its file, or its folder. */
  readonly builder?: string | undefined;
  /** GB that the decoded images of a data set may fill; by default the sidecar decides. */
  readonly decodedLimit?: number | undefined;
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Whether the program's other output, such as TFDS's progress bars, goes to this stderr. */
  readonly verbose?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Lets TFDS prepare the data sets of a source, and decodes them. Data that is already there stays.
 * Incomplete data never has the name of complete data, however this ends.
 *
 * @param source wire form of a source of kind `tfds`
 * @throws Mu2NetError DATA_MISSING, DATA_CORRUPT or IMAGE_UNDECODABLE, as the sidecar says;
 *   CANCELLED; PYTHON_MISSING; SIDECAR_FAILED
 */
export async function prepareSource(
  source: object,
  { builder, decodedLimit, onProgress = () => {}, verbose = false, signal }: PrepareOptions = {},
): Promise<void> {
  const words = [
    ...['prepare', JSON.stringify(source), '--json'],
    ...(builder === undefined ? [] : ['--builder', builder]),
    ...(decodedLimit === undefined ? [] : ['--decoded-limit', `${decodedLimit}`]),
  ];
  await runTool<PrepareProgress>(words, 'prepare data', { onProgress, verbose, signal });
}
