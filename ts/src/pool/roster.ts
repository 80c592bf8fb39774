import type { PoolMessageOf, WorkerMessage, WorkerMessageOf } from '../../../protocol/index.js';
import type { WorkerInfo } from './pool.js';

type Hello = WorkerMessageOf<'hello'>;

/** Why a worker gets no requests. */
export type Barred = 'drained' | 'evicted';

/** How a worker stands with its pool. */
export type WorkerState = PoolMessageOf<'crew'>['workers'][number]['state'];

/** The minor version of a worker that tells which data it has. */
const MINOR_OF_OFFERS = 3;
/** The minor version of a worker that takes `context`. */
const MINOR_OF_CONTEXT = 6;

/** A lost worker. One that is stuck sends heartbeats, and returns only when it answers. */
interface Lost {
  readonly hello: Hello;
  readonly isStuck: boolean;
}

/** Knows the workers of a pool by their routing ids: who is here, who was lost, who is barred. */
export class Roster {
  readonly #members = new Map<string, Hello>();
  /** Lost workers, each of which is welcomed again when it shows that it works. */
  readonly #lost = new Map<string, Lost>();
  readonly #barred: Map<string, Barred>;
  /** Called when no worker is left. */
  #onEmpty: () => void = () => {};

  constructor(barred: Iterable<readonly [worker: string, why: Barred]> = []) {
    this.#barred = new Map(barred);
  }

  /** Resolves when no worker is connected. */
  whenEmpty(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      this.#noticeEmpty();
    });
  }

  add(peer: string, hello: Hello): void {
    this.#lost.delete(peer);
    this.#members.set(peer, hello);
  }

  /** Removes a worker that left or was sent away. */
  remove(peer: string): void {
    this.#members.delete(peer);
    this.#noticeEmpty();
  }

  /** Removes a worker that may return by itself. */
  lose(peer: string, isStuck: boolean): void {
    const hello = this.#members.get(peer);
    if (hello) this.#lost.set(peer, { hello, isStuck });
    this.#members.delete(peer);
  }

  has(peer: string): boolean {
    return this.#members.has(peer);
  }

  helloOf(peer: string): Hello | undefined {
    return this.#members.get(peer);
  }

  nameOf(peer: string): string {
    return this.#members.get(peer)?.worker ?? peer;
  }

  peers(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** Routing ids of the connected workers of a name: one, unless two machines chose the same. */
  peersOf(worker: string): readonly string[] {
    return this.peers().filter((peer) => this.nameOf(peer) === worker);
  }

  /** Describes the connected workers. */
  describe(isBusy: (peer: string) => boolean): readonly (WorkerInfo & { state: WorkerState })[] {
    return [...this.#members].map(([peer, { worker, versions, devices, engine }]) => {
      const busy = isBusy(peer);
      const barred = this.whyBarred(worker);
      const state = barred === 'drained' && busy ? 'draining' : (barred ?? 'ready');
      return { name: worker, versions, devices, engine, busy, state };
    });
  }

  /** The introduction of a lost worker, if the message shows that it can do work again. */
  returning(peer: string, { type }: WorkerMessage): Hello | undefined {
    const lost = this.#lost.get(peer);
    if (!lost) return undefined;
    const provesWork = lost.isStuck ? type === 'done' || type === 'failed' : type !== 'goodbye';
    return provesWork ? lost.hello : undefined;
  }

  /** Bars a worker from requests, or admits it again. */
  bar(worker: string, why: Barred | null): void {
    if (why === null) this.#barred.delete(worker);
    else this.#barred.set(worker, why);
  }

  whyBarred(worker: string): Barred | null {
    return this.#barred.get(worker) ?? null;
  }

  /** Whether a worker tells which data it has, before it gets a lease. */
  tellsOffers(peer: string): boolean {
    return (this.#members.get(peer)?.version.minor ?? 0) >= MINOR_OF_OFFERS;
  }

  /** Whether a worker understands what its work belongs to. */
  takesContext(peer: string): boolean {
    return (this.#members.get(peer)?.version.minor ?? 0) >= MINOR_OF_CONTEXT;
  }

  /** Whether the worker of this routing id gets no requests. */
  isBarred(peer: string): boolean {
    return this.whyBarred(this.nameOf(peer)) !== null;
  }

  barred(): readonly (readonly [worker: string, why: Barred])[] {
    return [...this.#barred];
  }

  #noticeEmpty(): void {
    if (this.#members.size === 0) this.#onEmpty();
  }
}
