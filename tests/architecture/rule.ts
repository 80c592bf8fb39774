/**
 * The import rule: what each room may import. The test beside it enforces these tables, and
 * ARCHITECTURE.md shows them.
 */
export interface Room {
  /** Rooms that it may import, or single files of rooms such as `domain/errors`. */
  readonly rooms: readonly string[];
  /** Installed packages that it may import. Every room may import the standard library. */
  readonly packages: readonly string[];
}

type Rooms = Readonly<Record<string, Room>>;

/** Rooms of the controller: `protocol`, the folders of ts/src, and its `index.ts`. */
export const TYPESCRIPT: Rooms = {
  protocol: { rooms: [], packages: ['zod'] },
  text: { rooms: [], packages: ['fastest-levenshtein', 'string-width', 'wrap-ansi'] },
  domain: { rooms: [], packages: [] },
  tracing: {
    rooms: [],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-base',
    ],
  },
  evolution: { rooms: ['domain'], packages: ['@noble/hashes', 'pure-rand'] },
  data: { rooms: ['domain'], packages: [] },
  catalogue: { rooms: ['domain', 'data'], packages: [] },
  config: {
    rooms: ['protocol', 'domain', 'catalogue', 'evolution', 'text'],
    packages: ['yaml', 'zod'],
  },
  state: { rooms: ['domain', 'text'], packages: ['libsql', 'zod'] },
  pool: {
    rooms: ['protocol', 'domain', 'tracing'],
    packages: ['@noble/hashes', 'msgpackr', 'zeromq', 'zod'],
  },
  keys: { rooms: ['domain', 'pool'], packages: [] },
  standing: {
    rooms: ['protocol', 'text', 'domain', 'state', 'pool', 'keys', 'tracing'],
    packages: ['zod'],
  },
  installation: { rooms: ['domain', 'state/lock/file-lock'], packages: ['env-paths'] },
  sidecar: {
    rooms: ['pool', 'domain', 'installation', 'standing', 'tracing'],
    packages: ['pythonia'],
  },
  launchers: {
    rooms: [
      'text',
      'domain',
      'config',
      'state/durable',
      'state/lock/file-lock',
      'installation',
      'pool',
      'standing',
      'sidecar',
    ],
    packages: ['zod'],
  },
  requests: { rooms: ['protocol', 'domain', 'evolution'], packages: [] },
  views: { rooms: ['domain', 'catalogue', 'evolution', 'state'], packages: [] },
  pictures: { rooms: ['domain', 'text', 'views'], packages: ['@resvg/resvg-js'] },
  records: { rooms: ['text', 'domain', 'state', 'sidecar', 'views'], packages: [] },
  sweeps: { rooms: ['domain', 'state', 'views'], packages: ['zod'] },
  archive: { rooms: ['domain', 'state'], packages: ['modern-tar', 'zod'] },
  run: {
    rooms: [
      'protocol',
      'domain',
      'evolution',
      'data',
      'config',
      'state',
      'pool',
      'standing',
      'sidecar',
      'requests',
      'views',
      'tracing',
    ],
    packages: ['zod'],
  },
  planning: { rooms: ['domain', 'sidecar', 'requests'], packages: [] },
  models: {
    rooms: ['protocol', 'domain', 'state', 'pool', 'sidecar', 'requests'],
    packages: [],
  },
  serving: {
    rooms: [
      'text',
      'domain',
      'installation',
      'state',
      'pool',
      'standing',
      'sidecar',
      'requests',
      'models',
    ],
    packages: ['@hono/node-server', 'hono', 'zod'],
  },
  branches: {
    rooms: ['domain', 'config', 'evolution', 'state', 'pool', 'sidecar', 'requests'],
    packages: [],
  },
  published: {
    rooms: ['protocol', 'domain', 'catalogue', 'config', 'state', 'pool', 'sidecar', 'run'],
    packages: [],
  },
  documents: {
    rooms: ['domain', 'catalogue', 'config', 'pictures', 'run', 'text', 'views'],
    packages: ['zod'],
  },
  api: {
    rooms: [
      'domain',
      'installation',
      'config',
      'state',
      'standing',
      'launchers',
      'pictures',
      'run',
      'views',
      'models',
      'serving',
      'records',
      'archive',
      'sweeps',
      'branches',
      'published',
      'documents',
    ],
    packages: [],
  },
  studio: {
    rooms: [
      'protocol',
      'domain',
      'installation',
      'state',
      'standing',
      'run',
      'views',
      'pictures',
      'models',
      'api',
    ],
    packages: [],
  },
  cli: { rooms: ['*'], packages: ['commander', 'log-update', 'picocolors', 'yaml'] },
  index: { rooms: ['*'], packages: [] },
};

/** Rooms that are pure: no node built-ins, no clock, no global randomness. */
export const PURE: readonly string[] = ['domain', 'evolution', 'pictures'];

const ARRAYS = ['jax', 'numpy'];

/** Rooms of the engine, from the bottom up: each may import those above it in this table. */
const ENGINE = {
  'engine/_path': { rooms: ['model'], packages: ['numpy'] },
  'engine/device': { rooms: ['model'], packages: ARRAYS },
  'engine/programs': { rooms: ['model', 'engine/device'], packages: ['jax'] },
  'engine/_stage': { rooms: ['engine/device', 'engine/programs'], packages: ['jax'] },
  'engine/prefix': { rooms: ['engine/programs', 'engine/_stage'], packages: ARRAYS },
  'engine/_engine': {
    rooms: [
      'model',
      'engine/_path',
      'engine/device',
      'engine/programs',
      'engine/_stage',
      'engine/prefix',
    ],
    packages: ['jax'],
  },
  'engine/inference': {
    rooms: [
      'model',
      'engine/_path',
      'engine/device',
      'engine/programs',
      'engine/_stage',
      'engine/_engine',
    ],
    packages: ARRAYS,
  },
  'engine/training': {
    rooms: [
      'model',
      'engine/_path',
      'engine/device',
      'engine/programs',
      'engine/_stage',
      'engine/prefix',
      'engine/_engine',
      'engine/inference',
    ],
    packages: ARRAYS,
  },
  'engine/pretraining': {
    rooms: ['model', 'engine/device', 'engine/programs', 'engine/_engine', 'engine/inference'],
    packages: [...ARRAYS, 'optax'],
  },
  'engine/planning': {
    rooms: ['model', 'engine/device', 'engine/programs', 'engine/_stage', 'engine/training'],
    packages: ARRAYS,
  },
} satisfies Rooms;

/** Rooms of data, from the bottom up. */
const DATA = {
  'data/spec': { rooms: ['errors'], packages: [] },
  'data/_interruption': { rooms: [], packages: [] },
  'data/files': { rooms: ['errors', 'data/_interruption'], packages: [] },
  'data/labels': { rooms: ['errors'], packages: ['numpy'] },
  'data/images': {
    rooms: ['errors', 'data/_interruption', 'data/files'],
    packages: ['numpy', 'PIL', 'simplejpeg'],
  },
  'data/cache': {
    rooms: ['errors', 'data/_interruption', 'data/images'],
    packages: ['numpy'],
  },
  'data/tfds': {
    rooms: ['errors', 'optional', 'data/spec', 'data/files', 'data/labels', 'data/images'],
    packages: ['numpy'],
  },
  'data/sources': {
    rooms: [
      'errors',
      'optional',
      'data/spec',
      'data/_interruption',
      'data/files',
      'data/labels',
      'data/images',
      'data/cache',
      'data/tfds',
    ],
    packages: ['numpy', 'pyarrow', 'sklearn'],
  },
  'data/augment': { rooms: [], packages: ARRAYS },
  'data/pipeline': {
    rooms: ['errors', 'data/files', 'data/images', 'data/augment'],
    packages: ARRAYS,
  },
} satisfies Rooms;

/** Rooms of checkpoint, from the bottom up. */
const CHECKPOINT = {
  'checkpoint/files': {
    rooms: ['errors'],
    packages: ['fsspec', 'ml_dtypes', 'msgspec', 'numpy', 'safetensors'],
  },
  'checkpoint/layouts': { rooms: ['errors', 'model'], packages: ['numpy'] },
  'checkpoint/fetched': {
    rooms: ['errors', 'user_cache', 'checkpoint/files', 'checkpoint/layouts'],
    packages: ['msgspec'],
  },
  'checkpoint/published': {
    rooms: ['errors', 'checkpoint/files', 'checkpoint/layouts'],
    packages: ['ml_dtypes', 'msgspec', 'numpy'],
  },
} satisfies Rooms;

/**
 * Rooms of the sidecar: the folders and files of py/mu2net_sidecar. A folder or file inside a room
 * is a separate room if it is in the table: a file belongs to the longest name that fits.
 */
export const PYTHON: Rooms = {
  errors: { rooms: [], packages: [] },
  user_cache: { rooms: [], packages: [] },
  optional: { rooms: ['errors'], packages: [] },
  model: { rooms: ['errors'], packages: ARRAYS },
  ...ENGINE,
  engine: { rooms: ['errors', 'model', ...Object.keys(ENGINE)], packages: [] },
  ...DATA,
  data: { rooms: ['errors', 'optional', ...Object.keys(DATA)], packages: ['numpy'] },
  store: {
    rooms: ['errors', 'user_cache'],
    packages: ['fsspec', 'ml_dtypes', 'numpy', 'safetensors'],
  },
  ...CHECKPOINT,
  checkpoint: {
    rooms: ['errors', 'user_cache', 'optional', 'model', ...Object.keys(CHECKPOINT)],
    packages: [...ARRAYS, 'safetensors'],
  },
  wire: { rooms: ['errors'], packages: ['msgspec'] },
  service: {
    rooms: ['errors', 'user_cache', 'model', 'engine', 'data', 'store', 'checkpoint', 'wire'],
    packages: [...ARRAYS, 'msgspec', 'zmq'],
  },
  launch: { rooms: ['errors'], packages: ['ray'] },
  records: { rooms: ['errors', 'optional'], packages: ['msgspec', 'pyarrow'] },
  bench: {
    rooms: ['errors', 'model', 'engine', 'data', 'data/cache', 'data/images', 'store'],
    packages: [...ARRAYS, 'PIL', 'jaxlib', 'optax', 'safetensors'],
  },
  __init__: { rooms: [], packages: [] },
  __main__: { rooms: ['errors', 'service'], packages: [] },
};

/** Packages that only type checkers may see, under `if TYPE_CHECKING:`. */
export const TYPING_ONLY: readonly string[] = ['beartype', 'jaxtyping'];

/** Packages that are imported where they are used, because not every sidecar needs them. */
export const LAZY: readonly string[] = ['PIL', 'simplejpeg', 'sklearn'];

/** Maximal number of lines of code in a file. */
export const LONGEST_FILE = 400;
