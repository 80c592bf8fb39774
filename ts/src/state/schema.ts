/** Version of the schema below, kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 3;

/**
 * History is appended and never rewritten. Which paths live follows from the iterations: a task's last
 * ended iteration names its best path; those of an iteration in progress live until it ends.
 */
export const SCHEMA = `
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  experiment TEXT NOT NULL,      -- JSON of the complete experiment
  first_iteration INTEGER NOT NULL,
  created_at TEXT NOT NULL       -- ISO 8601, UTC
) STRICT;
CREATE TABLE tasks (
  name TEXT PRIMARY KEY,
  task TEXT NOT NULL             -- JSON of the task, facts included
) STRICT;
CREATE TABLE components (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  params TEXT NOT NULL,          -- digest
  trace TEXT                     -- digest
) STRICT;
CREATE TABLE paths (             -- roots and retained children
  id INTEGER PRIMARY KEY,
  task TEXT,                     -- null: a root model
  parent INTEGER REFERENCES paths (id),
  iteration INTEGER,
  hyperparameters TEXT NOT NULL, -- JSON
  components TEXT NOT NULL,      -- JSON array of ids in forward order
  quality REAL,
  score REAL                     -- when it was retained
) STRICT;
CREATE TABLE measurements (      -- written the moment a child is measured
  path INTEGER PRIMARY KEY,
  measurement TEXT NOT NULL      -- JSON
) STRICT;
CREATE TABLE generations (
  iteration INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  data TEXT NOT NULL,            -- JSON of the shared data hyperparameters
  seed_paths TEXT NOT NULL,      -- JSON array of path ids after the generation's draws
  pruned TEXT NOT NULL,          -- JSON array of path ids that left the population
  PRIMARY KEY (iteration, generation)
) STRICT;
CREATE TABLE children (          -- every child ever sampled
  path INTEGER PRIMARY KEY,
  parent INTEGER NOT NULL REFERENCES paths (id),
  task TEXT NOT NULL,
  iteration INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  child TEXT NOT NULL,           -- JSON of the child as sampled
  retained INTEGER NOT NULL
) STRICT;
CREATE TABLE iterations (        -- ended task iterations
  id INTEGER PRIMARY KEY,
  task TEXT NOT NULL,
  best INTEGER NOT NULL REFERENCES paths (id),
  ended_at TEXT NOT NULL
) STRICT;
CREATE TABLE evaluations (
  id INTEGER PRIMARY KEY,
  path INTEGER NOT NULL REFERENCES paths (id),
  split TEXT NOT NULL,
  correct INTEGER NOT NULL,
  total INTEGER NOT NULL,
  evaluated_at TEXT NOT NULL
) STRICT;
CREATE TABLE sessions (          -- each time that the run was carried on
  id INTEGER PRIMARY KEY,
  workers TEXT NOT NULL,         -- JSON: versions, devices and engine of each worker at the start
  started_at TEXT NOT NULL
) STRICT;
CREATE TABLE stored (           -- digests of components that the store holds: its mirror, not history
  digest TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE flops (             -- operations of a forward pass on one image, as a sidecar counted
  structure TEXT PRIMARY KEY,
  flops REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX children_of ON children (parent, task);
CREATE INDEX paths_of ON paths (task);
CREATE INDEX evaluations_of ON evaluations (path, split);
`;
