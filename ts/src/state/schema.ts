/** Version of the schema below, kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 3;

/**
 * History is appended and never rewritten. Experiments form a tree: each goes on from a point of its
 * base's history, and owns the rows that came of it; a branch is a name for one of them. Which paths
 * live follows from the iterations: a task's last ended iteration names its best path; those of an
 * iteration in progress live until it ends.
 */
export const SCHEMA = `
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  base INTEGER REFERENCES experiments (id), -- null: a root model
  iteration INTEGER NOT NULL,    -- the point of the base's history from which it goes on: iterations
  generation INTEGER NOT NULL,   -- ended, generations of the next, and the id of the next path
  path INTEGER NOT NULL,
  beginning TEXT NOT NULL,       -- JSON: how it began
  experiment TEXT NOT NULL,      -- JSON of the complete experiment
  first_iteration INTEGER NOT NULL,
  created_at TEXT NOT NULL       -- ISO 8601, UTC
) STRICT;
CREATE TABLE branches (          -- what a name stood for from then on; the last row of a name counts
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
  id TEXT NOT NULL,              -- begins with the number of the path that made it
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
CREATE TABLE measurements (      -- written the moment a child is measured
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
CREATE TABLE evaluations (       -- owned by the experiment that owns the path
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  path INTEGER NOT NULL,
  split TEXT NOT NULL,
  correct INTEGER NOT NULL,
  total INTEGER NOT NULL,
  evaluated_at TEXT NOT NULL,
  outcomes BLOB                  -- a bit per example, 1: correct; null: not known
) STRICT;
CREATE TABLE sessions (          -- each time that the run was carried on
  id INTEGER PRIMARY KEY,
  workers TEXT NOT NULL,         -- JSON: versions, devices and engine of each worker at the start
  started_at TEXT NOT NULL
) STRICT;
CREATE TABLE stored (            -- digests of components that the store holds: its mirror, not history
  digest TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE flops (             -- operations of a forward pass on one image, as a sidecar counted
  structure TEXT PRIMARY KEY,
  flops REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX branches_of ON branches (name);
CREATE INDEX evaluations_of ON evaluations (experiment, path, split);
`;

/**
 * What one branch's history is, for the connection that reads it: the rows of its experiment and, as
 * far as each goes on from the one before, of those that it is based on. The views stand before the
 * tables of the same names, which are written as \`main.…\`.
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

/** For the connection, once. CROSS: the few rows of the chain are gone through first, each with an index. */
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
CREATE TEMP VIEW iterations AS SELECT t.*
  FROM chain CROSS JOIN main.iterations t USING (experiment) WHERE t.id < chain.iteration;
`;
