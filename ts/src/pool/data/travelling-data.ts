import {
  LARGEST_PART_BYTES,
  type Request,
  type StoreAnswer,
  type StoreAsk,
} from '../../../../protocol/index.js';
import { describe } from '../leases/job.js';
import type { Travel } from '../pool.js';
import { DataPack, LARGEST_PACK_BYTES, listPlaces, listSource, TooLarge } from './data-pack.js';
import { readPublication } from './published-data.js';

type DataAsk = Extract<StoreAsk, { kind: 'data' | 'readData' }>;

/** Whether a question is about the data of a request, not about its store. */
export const isAboutData = (ask: StoreAsk): ask is DataAsk =>
  ask.kind === 'data' || ask.kind === 'readData';

/**
 * Answers what workers ask of the data of their requests, which are on this machine. Data are hashed
 * when they are first asked for, and again when a file of them has changed.
 */
export class TravellingData {
  readonly #packs = new Map<string, { readonly state: string; readonly pack: Promise<DataPack> }>();
  /** How much of the data of a request has been read. */
  readonly #done = new WeakMap<Request, number>();

  async answer(
    request: Request,
    ask: DataAsk,
    onTravel: (travel: Travel) => void = () => {},
  ): Promise<StoreAnswer> {
    if (!('task' in request)) return declined('the request is not about data');
    try {
      const published = ask.kind === 'data' ? await publishedPacks(request.task.source) : null;
      if (published) return { kind: 'data', packs: [...published] };
      const pack = await this.#packOf(request.task.source, ask.kind === 'data');
      if (ask.kind === 'data') {
        this.#done.set(request, 0);
        const { digest, bytes } = pack;
        return { kind: 'data', packs: [{ digest, bytes: String(bytes), url: null }] };
      }
      const length = Math.min(ask.length, LARGEST_PART_BYTES);
      const part = await pack.read(ask.digest, ask.offset, length);
      if (!part) return { kind: 'missing' };
      if (ask.digest !== pack.digest) {
        const done = (this.#done.get(request) ?? 0) + part.data.length;
        this.#done.set(request, done);
        onTravel({ task: request.task.name, bytes: Math.min(done, pack.bytes), of: pack.bytes });
      }
      return { kind: 'part', size: part.size, data: new Uint8Array(part.data) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
      if (!(error instanceof TooLarge))
        return declined(`${error instanceof Error ? error.message : error}`);
      const most = `${LARGEST_PACK_BYTES / 2 ** 20} MiB`;
      return declined(
        `${describe(request)}: its data are not on the machine of the worker and too large to travel through the pool (${error.message}; ${most} may); put them where workers read data, or publish them with 'npx mu2net tasks prepare --to <url>'`,
      );
    }
  }

  async #packOf(source: Parameters<typeof listSource>[0], isFirst: boolean): Promise<DataPack> {
    const key = JSON.stringify(source);
    const known = this.#packs.get(key);
    if (known && !isFirst) return known.pack;
    const files = await listSource(source);
    const state = JSON.stringify(files);
    const current = this.#packs.get(key);
    if (current?.state === state) return current.pack;
    const pack = DataPack.of(files);
    this.#packs.set(key, { state, pack });
    return pack;
  }
}

/** Returns the packs of a source all of whose places are published as they are; null otherwise. */
async function publishedPacks(source: Parameters<typeof listSource>[0]) {
  const places = await listPlaces(source);
  const known = await Promise.all(places.map(({ place, files }) => readPublication(place, files)));
  const packs = known.flatMap((each) => each ?? []);
  if (packs.length === 0 || packs.length < places.length) return null;
  return packs.map(({ digest, bytes, url }) => ({ digest, bytes: String(bytes), url }));
}

function declined(message: string): StoreAnswer {
  return { kind: 'declined', message: message.slice(0, 8000) };
}
