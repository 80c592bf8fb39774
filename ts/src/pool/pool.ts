import type {
  Measurement,
  RequestKind,
  RequestOf,
  ResultOf,
  StoreAnswer,
  StoreAsk,
  WorkContext,
  WorkerMessageOf,
} from '../../../protocol/index.js';

/** Progress of a child in training. */
export type Progress = Omit<WorkerMessageOf<'beat'>, 'type' | 'lease' | 'attempt'>;

/** A child at which several workers crashed alike. */
export interface Fault {
  readonly pathId: number;
  /** The message with which each of them crashed. */
  readonly message: string;
}

/** How much of the data of a task a worker has fetched from this process. */
export interface Travel {
  readonly task: string;
  readonly bytes: number;
  readonly of: number;
}

/** Who listens while a request is executed, and what cancels it. */
export interface ExecuteOptions {
  /** Called as children train; may be called again for the same step after a retry. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called once per child as soon as it is finished and its components are stored. */
  readonly onMeasured?: (measurement: Measurement, worker: string) => void;
  /**
   * Called once per child at which several workers crashed alike; the result has no measurement of
   * it. Without this, the request fails.
   */
  readonly onFaulty?: (fault: Fault) => void;
  /** Called while a worker fetches the data of the request from this process. */
  readonly onTravel?: (travel: Travel) => void;
  /**
   * Answers what a worker asks of the request's store, if it does not share it; by default from the
   * folder on this machine.
   */
  readonly onAsk?: (ask: StoreAsk) => Promise<StoreAnswer>;
  /** Cancels the request; the promise then rejects with code CANCELLED. */
  readonly signal?: AbortSignal;
  /** The run and the span that the request belongs to, for logs and traces. */
  readonly context?: WorkContext;
}

/** A worker as the pool sees it. */
export interface WorkerInfo {
  readonly name: string;
  readonly versions: WorkerMessageOf<'hello'>['versions'];
  readonly devices: WorkerMessageOf<'hello'>['devices'];
  /** How it computes. */
  readonly engine: WorkerMessageOf<'hello'>['engine'];
  readonly busy: boolean;
}

/**
 * Executes requests somewhere: on sidecars behind the broker, or nowhere at all (the null pool).
 * Attempts at least once; a promise settles exactly once, with the result of one attempt.
 */
export interface Pool {
  /**
   * @throws Mu2NetError with the code of the sidecar's failure, CANCELLED when aborted, or
   *   SIDECAR_LOST when every attempt lost its worker.
   */
  execute<K extends RequestKind>(
    request: RequestOf<K>,
    options?: ExecuteOptions,
  ): Promise<ResultOf<K>>;
  /** Workers connected at this moment. */
  workers(): readonly WorkerInfo[];
  /** Stops accepting requests, shuts workers down and frees the sockets. */
  close(): Promise<void>;
}
