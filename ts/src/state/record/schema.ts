/** Version of the schema below, kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 7;

/**
 * The table of the scores of living models under a method of a module. With it, reading a record
 * does not run the module.
 */
export const SCORES = `
CREATE TABLE scores (
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  iteration INTEGER NOT NULL,    -- the ended iteration after which they hold
  path INTEGER NOT NULL,
  score REAL NOT NULL,
  accounted REAL NOT NULL,       -- parameters, shared ones divided among their users
  PRIMARY KEY (experiment, iteration, path)
) STRICT;`;

/** The table of the place of the component store, if that is not the folder beside the record. */
export const STORE = `
CREATE TABLE store (             -- at most one row
  url TEXT NOT NULL              -- a folder or an fsspec URL
) STRICT;`;

/** The table of what the models of tasks should beat. */
export const BASELINES = `
CREATE TABLE baselines (         -- measured once for a task; not part of the history
  task TEXT PRIMARY KEY,         -- JSON of the task, facts included
  majority INTEGER NOT NULL,     -- correct predictions of the class that is most frequent in train
  probe INTEGER NOT NULL,        -- of a linear classifier on the root model's features
  total INTEGER NOT NULL         -- test examples
) STRICT, WITHOUT ROWID;`;

/** The column of the outcomes of the linear classifier, a bit per test example. */
export const BASELINE_OUTCOMES = `
ALTER TABLE baselines ADD COLUMN outcomes BLOB;`;

/**
 * The tables of the record. Rows of the history are only added, never changed. Experiments form a
 * tree: each continues from a point in the history of its base and owns the rows that it records. A
 * branch is a name for an experiment. The iterations say which paths are living: the best path of
 * each task's last ended iteration, and all paths of an iteration in progress that are not pruned.
 */
export const SCHEMA = `
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  base INTEGER REFERENCES experiments (id), -- null: a root model
  iteration INTEGER NOT NULL,    -- the point in the base's history from which it continues: ended
  generation INTEGER NOT NULL,   -- iterations, generations of the next one, id of the next path
  path INTEGER NOT NULL,
  beginning TEXT NOT NULL,       -- JSON of its beginning
  experiment TEXT NOT NULL,      -- JSON of the complete experiment
  first_iteration INTEGER NOT NULL,
  created_at TEXT NOT NULL       -- ISO 8601, UTC
) STRICT;
CREATE TABLE branches (          -- the last row with a name says which experiment it names
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  experiment INTEGER REFERENCES experiments (id), -- null: the branch was dropped
  named_at TEXT NOT NULL
) STRICT;
CREATE TABLE tasks (
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  name TEXT NOT NULL,
  task TEXT NOT NULL,            -- JSON of the task, facts included
  PRIMARY KEY (experiment, name)
) STRICT;
CREATE TABLE components (
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  id TEXT NOT NULL,              -- begins with the id of the path that created it
  name TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  params TEXT NOT NULL,          -- digest
  trace TEXT,                    -- digest
  PRIMARY KEY (experiment, id)
) STRICT;
CREATE TABLE paths (             -- roots and retained children
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  id INTEGER NOT NULL,
  task TEXT,                     -- null: a root model
  parent INTEGER,
  iteration INTEGER,
  hyperparameters TEXT NOT NULL, -- JSON
  components TEXT NOT NULL,      -- JSON array of ids in forward order
  quality REAL,
  score REAL,                    -- when it was retained
  PRIMARY KEY (experiment, id)
) STRICT;
CREATE TABLE measurements (      -- written as soon as a child is measured
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  path INTEGER NOT NULL,
  measurement TEXT NOT NULL,     -- JSON
  PRIMARY KEY (experiment, path)
) STRICT;
CREATE TABLE generations (
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  iteration INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  data TEXT NOT NULL,            -- JSON of the shared data hyperparameters
  seed_paths TEXT NOT NULL,      -- JSON array of path ids after the generation's draws
  pruned TEXT NOT NULL,          -- JSON array of path ids that left the population
  PRIMARY KEY (experiment, iteration, generation)
) STRICT;
CREATE TABLE children (          -- every child ever sampled
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  path INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  task TEXT NOT NULL,
  iteration INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  child TEXT NOT NULL,           -- JSON of the child as sampled
  retained INTEGER NOT NULL,
  PRIMARY KEY (experiment, path)
) STRICT;
CREATE TABLE iterations (        -- ended task iterations
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  id INTEGER NOT NULL,
  task TEXT NOT NULL,
  best INTEGER NOT NULL,
  ended_at TEXT NOT NULL,
  PRIMARY KEY (experiment, id)
) STRICT;
CREATE TABLE evaluations (       -- the experiment is the one that owns the path
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  path INTEGER NOT NULL,
  split TEXT NOT NULL,
  correct INTEGER NOT NULL,
  total INTEGER NOT NULL,
  evaluated_at TEXT NOT NULL,
  outcomes BLOB                  -- one bit per example, 1: correct; null: unknown
) STRICT;
CREATE TABLE sessions (          -- periods in which workers grow the run
  id INTEGER PRIMARY KEY,
  workers TEXT NOT NULL,         -- JSON: versions, devices and engine of each worker at the start
  started_at TEXT NOT NULL
) STRICT;
CREATE TABLE stored (            -- digests of the objects in the store; not part of the history
  digest TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE flops (             -- operations of a forward pass on one image, counted by a sidecar
  structure TEXT PRIMARY KEY,
  flops REAL NOT NULL
) STRICT, WITHOUT ROWID;
${SCORES}${STORE}${BASELINES}${BASELINE_OUTCOMES}
CREATE INDEX branches_of ON branches (name);
CREATE INDEX evaluations_of ON evaluations (experiment, path, split);
`;

/**
 * Selects the history of one branch for a connection: the rows of its experiment, and those of each
 * base up to the point from which the next experiment continues. The views hide the tables with the
 * same names; \`main.…\` names the tables.
 *
 * Parameters: the experiment, and the point up to which its own rows are read.
 */
export const INSERT_CHAIN = `
INSERT INTO chain
WITH RECURSIVE up (experiment, iteration, generation, path) AS (
  VALUES (?, ?, ?, ?)
  UNION ALL
  SELECT e.base, e.iteration, e.generation, e.path
  FROM main.experiments e JOIN up ON e.id = up.experiment
  WHERE e.base IS NOT NULL
)
SELECT * FROM up`;

/**
 * Creates the views of a connection. CROSS makes SQLite loop over the few rows of the chain first.
 */
export const VIEWS = `
CREATE TEMP TABLE chain (experiment INTEGER PRIMARY KEY, iteration INTEGER, generation INTEGER, path INTEGER);
CREATE TEMP VIEW tasks AS SELECT name, task, max(experiment) AS experiment
  FROM chain CROSS JOIN main.tasks USING (experiment) GROUP BY name;
CREATE TEMP VIEW components AS SELECT t.*
  FROM chain CROSS JOIN main.components t USING (experiment) WHERE CAST(t.id AS INTEGER) < chain.path;
CREATE TEMP VIEW paths AS SELECT t.*
  FROM chain CROSS JOIN main.paths t USING (experiment) WHERE t.id < chain.path;
CREATE TEMP VIEW measurements AS SELECT t.*
  FROM chain CROSS JOIN main.measurements t USING (experiment) WHERE t.path < chain.path;
CREATE TEMP VIEW children AS SELECT t.*
  FROM chain CROSS JOIN main.children t USING (experiment) WHERE t.path < chain.path;
CREATE TEMP VIEW evaluations AS SELECT t.*
  FROM chain CROSS JOIN main.evaluations t USING (experiment) WHERE t.path < chain.path;
CREATE TEMP VIEW generations AS SELECT t.*
  FROM chain CROSS JOIN main.generations t USING (experiment)
  WHERE (t.iteration, t.generation) < (chain.iteration, chain.generation);
CREATE TEMP VIEW scores AS SELECT t.*
  FROM chain CROSS JOIN main.scores t USING (experiment) WHERE t.iteration < chain.iteration;
CREATE TEMP VIEW iterations AS SELECT t.*
  FROM chain CROSS JOIN main.iterations t USING (experiment) WHERE t.id < chain.iteration;
`;
