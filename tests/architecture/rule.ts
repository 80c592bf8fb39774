/**
 * The import rule: who may import what. The test beside it enforces these tables, and ARCHITECTURE.md
 * shows them.
 */
export interface Room {
  /** What it may import: rooms, or single files of rooms such as `domain/errors`. */
  readonly rooms: readonly string[];
  /** Installed packages that it may import. The languages' own libraries are free to all. */
  readonly packages: readonly string[];
}

type Rooms = Readonly<Record<string, Room>>;

/** Rooms of the controller: `protocol`, the folders of ts/src, and its `index.ts`. */
export const TYPESCRIPT: Rooms = {
  protocol: { rooms: [], packages: ['zod'] },
  text: { rooms: [], packages: ['fastest-levenshtein'] },
  domain: { rooms: [], packages: [] },
  evolution: { rooms: ['domain'], packages: ['@noble/hashes', 'pure-rand'] },
  data: { rooms: ['domain'], packages: [] },
  catalogue: { rooms: ['domain', 'data'], packages: [] },
  config: {
    rooms: ['domain', 'catalogue', 'evolution', 'text'],
    packages: ['yaml', 'zod'],
  },
  state: { rooms: ['domain', 'text'], packages: ['libsql'] },
  pool: {
    rooms: ['protocol', 'domain'],
    packages: ['@noble/hashes', 'msgpackr', 'zeromq', 'zod'],
  },
  sidecar: { rooms: ['pool', 'domain'], packages: ['pythonia'] },
  requests: { rooms: ['protocol', 'domain', 'evolution'], packages: [] },
  views: { rooms: ['domain', 'catalogue', 'config', 'evolution', 'state'], packages: [] },
  run: {
    rooms: [
      'protocol',
      'domain',
      'evolution',
      'config',
      'state',
      'pool',
      'sidecar',
      'requests',
      'views',
    ],
    packages: [],
  },
  models: {
    rooms: ['protocol', 'domain', 'state', 'pool', 'sidecar', 'requests'],
    packages: [],
  },
  branches: { rooms: ['domain', 'config', 'evolution', 'state'], packages: [] },
  published: {
    rooms: ['protocol', 'domain', 'catalogue', 'config', 'state', 'pool', 'sidecar', 'run'],
    packages: [],
  },
  documents: { rooms: ['domain', 'catalogue', 'config', 'run', 'text'], packages: [] },
  api: {
    rooms: ['domain', 'config', 'state', 'run', 'views', 'models', 'branches', 'published'],
    packages: [],
  },
  cli: { rooms: ['*'], packages: ['commander', 'log-update', 'picocolors', 'yaml'] },
  index: { rooms: ['*'], packages: [] },
};

/** Rooms that are pure: no node built-ins, no clock, no global randomness. */
export const PURE: readonly string[] = ['domain', 'evolution'];

const ARRAYS = ['jax', 'numpy'];

/** Rooms of the sidecar: the folders and files of py/mu2net_sidecar. */
export const PYTHON: Rooms = {
  errors: { rooms: [], packages: [] },
  model: { rooms: ['errors'], packages: ARRAYS },
  engine: { rooms: ['errors', 'model'], packages: [...ARRAYS, 'optax', 'safetensors'] },
  data: { rooms: ['errors'], packages: [...ARRAYS, 'PIL', 'pyarrow', 'simplejpeg', 'sklearn'] },
  store: { rooms: ['errors'], packages: ['fsspec', 'ml_dtypes', 'numpy', 'safetensors'] },
  checkpoint: {
    rooms: ['errors', 'model'],
    packages: [...ARRAYS, 'fsspec', 'ml_dtypes', 'msgspec', 'safetensors'],
  },
  wire: { rooms: ['errors'], packages: ['msgspec'] },
  service: {
    rooms: ['errors', 'model', 'engine', 'data', 'store', 'checkpoint', 'wire'],
    packages: [...ARRAYS, 'msgspec', 'zmq'],
  },
  bench: {
    rooms: ['errors', 'model', 'engine', 'data', 'store'],
    packages: [...ARRAYS, 'PIL', 'jaxlib', 'optax', 'safetensors'],
  },
  __init__: { rooms: [], packages: [] },
  __main__: { rooms: ['errors', 'service'], packages: [] },
};

/** Packages that only type checkers may see, under `if TYPE_CHECKING:`. */
export const TYPING_ONLY: readonly string[] = ['beartype', 'jaxtyping'];

/** Packages that are imported where they are used, for not every sidecar needs them. */
export const LAZY: readonly string[] = ['PIL', 'sklearn'];

/** Lines of code in one file, at most. */
export const LONGEST_FILE = 400;
